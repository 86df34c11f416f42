#include "faces/nacos/config/config_list_http.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kPageNo = {"pageNo", true, "Page, from 1"};
constexpr Param kPageSize = {"pageSize", true, "Configs on a page, from 1"};
constexpr Param kApp = {"appName", false, "Application"};

constexpr Param kListV1[] = {{"dataId", true, "Name, may be blank"},
                             {"group", true, "Group, may be blank"},
                             kPageNo,
                             kPageSize,
                             {"tenant", false, "Namespace; blank is public"},
                             kApp,
                             {"config_tags", false, "Any of these tags, with commas between"},
                             {"types", false, "Any of these types, with commas between; blur only"}};
constexpr Param kListV2[] = {{"dataId", true, "Name, may be blank"},
                             {"group", true, "Group, may be blank"},
                             kPageNo,
                             kPageSize,
                             {"config_detail", true, "Content; '*' is any text; may be blank"},
                             {"search", false, "blur (which it is without) or accurate"},
                             {"tenant", false, "Namespace; blank is public"},
                             kApp,
                             {"config_tags", false, "Any of these tags, with commas between"},
                             {"types", false, "Any of these types, with commas between"}};
constexpr Param kListV3[] = {{"dataId", false, "Name"},
                             {"groupName", false, "Group"},
                             {"namespaceId", false, "Namespace; blank is public"},
                             {"search", false, "blur (which it is without), else exact names"},
                             {"configDetail", false, "Content; '*' is any text"},
                             {"pageNo", false, "Page, from 1"},
                             {"pageSize", false, "Configs on a page; 100 without"},
                             kApp,
                             {"configTags", false, "Any of these tags, with commas between"},
                             {"type", false, "Any of these types, with commas between"}};

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
constexpr std::string_view kV2 = "upstream: ConfigControllerV2 (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "upstream: ConsoleConfigController (3.1)";

}  // namespace

std::span<const wire::Endpoint<ConfigListHttp>> ConfigListHttp::rows() {
  using Row = wire::Endpoint<ConfigListHttp>;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/configs", nullptr, &ConfigListHttp::list_v1, kReadsConfig,
       "Lists configs with exactly these names; blank ones are any.", kListV1, kV1, "search=accurate"},
      {Method::kGet, "/nacos/v1/cs/configs", nullptr, &ConfigListHttp::list_v1, kReadsConfig,
       "Lists configs whose names fit; '*' is any text.", kListV1, kV1, "search=blur"},
      {Method::kGet, "/nacos/v2/cs/config/searchDetail", nullptr, &ConfigListHttp::list_v2, kReadsConfig,
       "Lists configs by names and content.", kListV2, kV2},
      {Method::kGet, "/nacos/v3/admin/cs/config/list", nullptr, &ConfigListHttp::list_v3, kListsConfigsV3,
       "Lists configs by names, details and content.", kListV3, kV3},
      {Method::kGet, "/v3/console/cs/config/list", nullptr, &ConfigListHttp::list_v3, kListsConfigsV3,
       "Lists configs by names and details.", kListV3, kConsole},
      {Method::kGet, "/v3/console/cs/config/searchDetail", nullptr, &ConfigListHttp::list_v3, kListsConfigsV3,
       "Lists configs by names, details and content.", kListV3, kConsole},
  };
  return kRows;
}

}  // namespace batata::nacos
