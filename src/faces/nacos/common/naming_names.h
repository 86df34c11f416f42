#pragma once
#include <string_view>

#include "domain/config/names.h"

namespace batata::nacos {

constexpr std::string_view kDefaultSpace = "public", kDefaultGroup = "DEFAULT_GROUP",
                           kDefaultCluster = "DEFAULT";

/// `text`, or `fallback` for blank text.
[[nodiscard]] inline std::string_view or_default(std::string_view text, std::string_view fallback) {
  return domain::is_blank(text) ? fallback : text;
}

}  // namespace batata::nacos
