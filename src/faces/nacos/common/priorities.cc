#include "faces/nacos/common/priorities.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace batata::nacos {
namespace {

using wire::Priority;

// What probes and clients ask to learn whether this server lives, and what keeps instances alive.
constexpr std::array<std::string_view, 16> kVital = {"/nacos/v1/console/health/liveness",
                                                     "/nacos/v1/console/health/readiness",
                                                     "/nacos/v2/console/health/liveness",
                                                     "/nacos/v2/console/health/readiness",
                                                     "/nacos/v3/admin/core/state/liveness",
                                                     "/nacos/v3/admin/core/state/readiness",
                                                     "/v3/console/health/liveness",
                                                     "/v3/console/health/readiness",
                                                     "/nacos/v1/cs/health",
                                                     "/nacos/v1/console/server/state",
                                                     "/nacos/v1/ns/operator/metrics",
                                                     "/nacos/v1/ns/ops/metrics",
                                                     "/nacos/v2/ns/operator/metrics",
                                                     "/nacos/v2/ns/ops/metrics",
                                                     "/nacos/v1/ns/instance/beat",
                                                     "/nacos/v2/ns/instance/beat"};

// v1 and v2 have what is for people among the addresses of clients.
bool is_for_people(std::string_view path) {
  constexpr std::array<std::string_view, 9> kParts = {"/v3/admin/", "/console/", "/ops/",
                                                      "/operator/", "/catalog/", "/history",
                                                      "/capacity",  "/loader/",  "/cluster/"};
  return std::ranges::any_of(kParts, [&](std::string_view part) { return path.find(part) != path.npos; });
}

}  // namespace

Priority priority_of(const wire::RowInfo& row) {
  if (std::ranges::find(kVital, row.path) != kVital.end() || row.selector == "heartBeat=true")
    return Priority::kVital;
  // Who must sign in anew waits with everything else until it has; who listens only asks.
  if (row.path.ends_with("/login") || row.path.ends_with("/listener")) return Priority::kRead;
  // Lists by search, export and import are selected by a parameter.
  if (is_for_people(row.path) || row.selector.starts_with("search") || row.selector.starts_with("export") ||
      row.selector.starts_with("import"))
    return Priority::kAdministration;
  return wire::priority_of(row.method, row.permission);
}

Priority priority_of_rpc(std::string_view permission) {
  return permission.ends_with(":w") ? Priority::kWrite : Priority::kRead;
}

}  // namespace batata::nacos
