#include "faces/nacos/config/config_ops_http.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kOwnerV1[] = {{"group", false, "Group of the public namespace"},
                              {"tenant", false, "Namespace; it or a group must be there"}};
constexpr Param kOwnerV3[] = {{"groupName", false, "Group of the public namespace"},
                              {"namespaceId", false, "Namespace; it or a group must be there"}};
constexpr Param kQuota = {"quota", false, "Configs that it may hold; 0 is the setting's"};
constexpr Param kMaxSize = {"maxSize", false, "Bytes of one config; 0 is the setting's"};
constexpr Param kMaxAggrCount = {"maxAggrCount", false, "Kept and told, not checked"};
constexpr Param kMaxAggrSize = {"maxAggrSize", false, "Kept and told, not checked"};
constexpr Param kSetV1[] = {{"group", false, "Group of the public namespace"},
                            {"tenant", false, "Namespace; it or a group must be there"},
                            kQuota,
                            kMaxSize,
                            kMaxAggrCount,
                            kMaxAggrSize};
constexpr Param kSetV3[] = {{"groupName", false, "Group of the public namespace"},
                            {"namespaceId", false, "Namespace; it or a group must be there"},
                            kQuota,
                            kMaxSize,
                            kMaxAggrCount,
                            kMaxAggrSize};
constexpr Param kLog[] = {{"logName", true, "A log of upstream's: config-server and so on"},
                          {"logLevel", true, "TRACE, DEBUG, INFO, WARN, ERROR, ALL or OFF"}};
constexpr Param kSql[] = {{"sql", true, "Is not read"}};

constexpr std::string_view kV1 = "upstream: CapacityController, ConfigOpsController (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";

}  // namespace

// Upstream asks for no right over v1/cs/capacity, which would let anybody lift or lower quotas. Here it takes
// the right to all configs to see them, and an operator to set them: no tenant lifts its own.
std::span<const wire::Endpoint<ConfigOpsHttp>> ConfigOpsHttp::rows() {
  using Row = wire::Endpoint<ConfigOpsHttp>;
  using Http = ConfigOpsHttp;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/capacity", nullptr, &Http::capacity_v1, kReadsTenant,
       "Tells what a group or a namespace may hold and holds.", kOwnerV1, kV1},
      {Method::kPost, "/nacos/v1/cs/capacity", nullptr, &Http::set_capacity_v1, "nacos/admin:w",
       "Sets what a group or a namespace may hold.", kSetV1, kV1},
      {Method::kGet, "/nacos/v3/admin/cs/capacity", nullptr, &Http::capacity_v3, "/v3/admin/cs/capacity:r",
       "Tells what a group or a namespace may hold and holds.", kOwnerV3, kV3},
      {Method::kPost, "/nacos/v3/admin/cs/capacity", nullptr, &Http::set_capacity_v3,
       "/v3/admin/cs/capacity:w", "Sets what a group or a namespace may hold.", kSetV3, kV3},
      {Method::kPost,
       "/nacos/v1/cs/ops/localCache",
       &Http::local_cache_v1,
       nullptr,
       "/v1/cs/ops:w",
       "Does nothing: there is no cache that could be out of date.",
       {},
       kV1},
      {Method::kPut, "/nacos/v1/cs/ops/log", &Http::log_v1, nullptr, "/v1/cs/ops:w",
       "Changes the level of the log.", kLog, kV1},
      {Method::kGet, "/nacos/v1/cs/ops/derby", &Http::derby_v1, nullptr, "nacos/admin:r",
       "Says that there is no SQL database.", kSql, kV1},
      {Method::kPost,
       "/nacos/v1/cs/ops/data/removal",
       &Http::derby_import_v1,
       nullptr,
       "nacos/admin:w",
       "Says that there is no SQL database.",
       {},
       kV1},
      {Method::kPost,
       "/nacos/v3/admin/cs/ops/localCache",
       &Http::local_cache_v3,
       nullptr,
       "/v3/admin/cs/ops:w",
       "Does nothing: there is no cache that could be out of date.",
       {},
       kV3},
      {Method::kPut, "/nacos/v3/admin/cs/ops/log", &Http::log_v3, nullptr, "/v3/admin/cs/ops:w",
       "Changes the level of the log.", kLog, kV3},
      {Method::kGet, "/nacos/v3/admin/cs/ops/derby", &Http::derby_v3, nullptr, "/v3/admin/cs/ops:w",
       "Says that there is no SQL database.", kSql, kV3},
      {Method::kPost,
       "/nacos/v3/admin/cs/ops/derby/import",
       &Http::derby_import_v3,
       nullptr,
       "/v3/admin/cs/ops:w",
       "Says that there is no SQL database.",
       {},
       kV3},
  };
  return kRows;
}

}  // namespace batata::nacos
