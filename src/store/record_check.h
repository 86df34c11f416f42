#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/types.h"

namespace batata::store {

/// The ranges of numbers that are read from a file. No server comes near their ends, and nothing that is
/// added to what lies within overflows.
constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62;  ///< of revisions, indexes and terms
constexpr WallTime kTimeMax{253'402'300'799'999};             ///< the end of the year 9999
[[nodiscard]] constexpr bool is_in_range(WallTime time) {
  return time >= WallTime{} && time <= kTimeMax;
}

/// Whether the record is one that a store writes, by itself: what it says of others is not looked at. Any
/// thread. Errors: kDamaged; kUnsupported for another format version.
[[nodiscard]] Status check_record(std::string_view name, std::string_view value);

}  // namespace batata::store
