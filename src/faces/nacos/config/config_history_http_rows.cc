#include "faces/nacos/config/config_history_http.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kDataId = {"dataId", true, "Name of the config"};
constexpr Param kGroup = {"group", true, "Group of the config"};
constexpr Param kGroupV3 = {"groupName", true, "Group of the config"};
constexpr Param kTenant = {"tenant", false, "Namespace; blank is public"};
constexpr Param kSpace = {"namespaceId", false, "Namespace; blank is public"};
constexpr Param kPageNo = {"pageNo", false, "Page, from 1"};
constexpr Param kPageSize = {"pageSize", false, "Entries on a page, 100; at most 500"};
constexpr Param kNid = {"nid", true, "Number of the entry"};
constexpr Param kId = {"id", true, "Number of the config, not of an entry"};

constexpr Param kListV1[] = {kDataId, kGroup, kTenant, kPageNo, kPageSize};
constexpr Param kListV2[] = {kDataId, kGroup, kSpace, kPageNo, kPageSize};
constexpr Param kListV3[] = {kDataId, kGroupV3, kSpace, kPageNo, kPageSize};
constexpr Param kEntryV1[] = {kDataId, kGroup, kTenant, kNid};
constexpr Param kEntryV2[] = {kDataId, kGroup, kSpace, kNid};
constexpr Param kEntryV3[] = {kDataId, kGroupV3, kSpace, kNid};
constexpr Param kPreviousV1[] = {kDataId, kGroup, kTenant, kId};
constexpr Param kPreviousV2[] = {kDataId, kGroup, kSpace, kId};
constexpr Param kPreviousV3[] = {kDataId, kGroupV3, kSpace, kId};
constexpr Param kConfigsV1[] = {{"tenant", true, "Namespace; blank is public"}};
constexpr Param kConfigs[] = {{"namespaceId", true, "Namespace; blank is public"}};

constexpr std::string_view kList = "Changes of a config and of its gray releases, the newest first.";
constexpr std::string_view kOne = "One change: the value before it, of a new config the new one.";
constexpr std::string_view kBefore = "The newest change that has a value before it.";
constexpr std::string_view kAll = "Names and types of all configs of a namespace.";

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
constexpr std::string_view kV2 = "docs: nacos.io/docs/v2/guide/user/open-api, v2 (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v3.0/manual/admin/console-api (3.1)";

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<ConfigHistoryHttp>> ConfigHistoryHttp::rows() {
  using Row = wire::Endpoint<ConfigHistoryHttp>;
  using Http = ConfigHistoryHttp;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/history", nullptr, &Http::list_v1, kReadsConfig, kList, kListV1, kV1,
       "search=accurate"},
      {Method::kGet, "/nacos/v1/cs/history", nullptr, &Http::entry_v1, kReadsConfig, kOne, kEntryV1, kV1},
      {Method::kGet, "/nacos/v1/cs/history/previous", nullptr, &Http::previous_v1, kReadsConfig, kBefore,
       kPreviousV1, kV1},
      {Method::kGet, "/nacos/v1/cs/history/configs", nullptr, &Http::configs_v1, kReadsTenant, kAll,
       kConfigsV1, kV1},

      {Method::kGet, "/nacos/v2/cs/history/list", nullptr, &Http::list_v2, kReadsConfig, kList, kListV2, kV2},
      {Method::kGet, "/nacos/v2/cs/history", nullptr, &Http::entry_v2, kReadsConfig, kOne, kEntryV2, kV2},
      {Method::kGet, "/nacos/v2/cs/history/detail", nullptr, &Http::detail_v2, kReadsConfig,
       "One change, with the values before and after it.", kEntryV2, kV2},
      {Method::kGet, "/nacos/v2/cs/history/previous", nullptr, &Http::previous_v2, kReadsConfig, kBefore,
       kPreviousV2, kV2},
      {Method::kGet, "/nacos/v2/cs/history/configs", nullptr, &Http::configs_v2, kReadsNamespaceId, kAll,
       kConfigs, kV2},

      {Method::kGet, "/nacos/v3/admin/cs/history/list", nullptr, &Http::list_v3, kReadsConfigV3, kList,
       kListV3, kV3},
      {Method::kGet, "/nacos/v3/admin/cs/history", nullptr, &Http::entry_v3, kReadsConfigV3, kOne, kEntryV3,
       kV3},
      {Method::kGet, "/nacos/v3/admin/cs/history/previous", nullptr, &Http::previous_v3, kReadsConfigV3,
       kBefore, kPreviousV3, kV3},
      {Method::kGet, "/nacos/v3/admin/cs/history/configs", nullptr, &Http::configs_v3, kReadsNamespaceId,
       kAll, kConfigs, kV3},

      {Method::kGet, "/v3/console/cs/history/list", nullptr, &Http::list_v3, kReadsConfigV3, kList, kListV3,
       kConsole},
      {Method::kGet, "/v3/console/cs/history", nullptr, &Http::entry_v3, kReadsConfigV3, kOne, kEntryV3,
       kConsole},
      {Method::kGet, "/v3/console/cs/history/previous", nullptr, &Http::previous_v3, kReadsConfigV3, kBefore,
       kPreviousV3, kConsole},
      {Method::kGet, "/v3/console/cs/history/configs", nullptr, &Http::configs_v3, kReadsNamespaceId, kAll,
       kConfigs, kConsole},
  };
  return kRows;
}

}  // namespace batata::nacos
