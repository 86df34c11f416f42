#pragma once
#include <string_view>

#include "base/text.h"

namespace batata::nacos {

constexpr std::string_view kDefaultSpace = "public", kDefaultGroup = "DEFAULT_GROUP",
                           kDefaultCluster = "DEFAULT";

/// `text`, or `fallback` for blank text.
[[nodiscard]] inline std::string_view or_default(std::string_view text, std::string_view fallback) {
  return is_blank(text) ? fallback : text;
}

}  // namespace batata::nacos
