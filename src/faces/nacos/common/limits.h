#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "base/types.h"
#include "domain/config/names.h"

namespace batata::nacos {

/// How long a write may take before its caller is told that it has failed. gRPC clients give up after 3 s and
/// ask again.
constexpr Duration kWriteTimeout = std::chrono::seconds(10);
/// Entries on a page of a list that tells more than names, whatever is asked for: upstream's bound of v2.
constexpr std::int64_t kPageMax = 500;

/// Bytes of a list of clusters that a request names: a hundred names of full length, and some. Every instance
/// of the service is held against them, for the answer and for each push.
constexpr std::size_t kClustersMax = 8192;

/// A name of a gray release, as `tag` gives it. Blank passes.
/// Errors: kInvalidArgument with upstream's text.
[[nodiscard]] inline Status check_tag(std::string_view tag) {
  if (is_blank(tag)) return {};
  if (!domain::is_name(tag)) return fail(Errc::kInvalidArgument, "invalid tag : " + std::string(tag));
  if (tag.size() > 16) return fail(Errc::kInvalidArgument, "too long tag, over 16");
  return {};
}

}  // namespace batata::nacos
