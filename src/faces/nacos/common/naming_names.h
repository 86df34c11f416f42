#pragma once
#include <string>
#include <string_view>

#include "domain/config/names.h"
#include "registry/instance.h"

namespace batata::nacos {

constexpr std::string_view kDefaultSpace = "public", kDefaultGroup = "DEFAULT_GROUP",
                           kDefaultCluster = "DEFAULT";

/// "group@@service": how instances name their service, and how HTTP names services.
[[nodiscard]] inline std::string grouped_name(const registry::ServiceKey& service) {
  return service.group + "@@" + service.name;
}

/// `text`, or `fallback` for blank text.
[[nodiscard]] inline std::string_view or_default(std::string_view text, std::string_view fallback) {
  return domain::is_blank(text) ? fallback : text;
}

}  // namespace batata::nacos
