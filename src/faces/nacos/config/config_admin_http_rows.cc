#include "faces/nacos/config/config_admin_http.h"
#include "faces/nacos/config/config_rights.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kDataId = {"dataId", true, "Name of the config"};
constexpr Param kNamesV1[] = {
    kDataId, {"group", true, "Group of the config"}, {"tenant", false, "Namespace; blank is public"}};
constexpr Param kNamesV3[] = {kDataId,
                              {"groupName", true, "Group of the config"},
                              {"namespaceId", false, "Namespace; blank is public"}};
constexpr Param kRemoveV3[] = {kDataId,
                               {"groupName", true, "Group of the config"},
                               {"namespaceId", false, "Namespace; blank is public"},
                               {"tag", false, "Name of a gray release to erase instead: tag_blue"}};
constexpr Param kPublishV3[] = {kDataId,
                                {"groupName", true, "Group of the config"},
                                {"namespaceId", false, "Namespace; blank is public"},
                                {"content", true, "Text of the config, up to 10 MiB"},
                                {"tag", false, "Only for clients with this tag"},
                                {"type", false, "text, json, xml, yaml, html, properties, toml or unset"},
                                {"appName", false, "Application"},
                                {"srcUser", false, "Who publishes; blank: who has signed in"},
                                {"configTags", false, "Up to five tags, with commas between"},
                                {"desc", false, "Description"},
                                {"use", false, "Use"},
                                {"effect", false, "Effect"},
                                {"schema", false, "Schema"},
                                {"encryptedDataKey", false, "Key of encrypted content"}};
constexpr Param kIds[] = {
    {"ids", true, "Numbers of configs, with commas between; unknown ones are passed over"}};

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v3.0/manual/admin/console-api (3.1)";

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<ConfigAdminHttp>> ConfigAdminHttp::rows() {
  using Row = wire::Endpoint<ConfigAdminHttp>;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/configs", &ConfigAdminHttp::detail_v1, nullptr, kReadsConfig,
       "Everything about a config; an empty body when there is none.", kNamesV1, kV1, "show=all"},
      {Method::kGet, "/nacos/v1/cs/configs/catalog", &ConfigAdminHttp::catalog_v1, nullptr, kReadsConfig,
       "Everything about a config but its text.", kNamesV1, kV1},
      {Method::kGet, "/nacos/v1/cs/configs", &ConfigAdminHttp::beta_v1, nullptr, kReadsConfig,
       "The beta release of a config.", kNamesV1, kV1, "beta=true"},
      {Method::kDelete, "/nacos/v1/cs/configs", nullptr, &ConfigAdminHttp::stop_beta_v1, kWritesConfig,
       "Erases the beta release of a config.", kNamesV1, kV1, "beta=true"},
      {Method::kDelete, "/nacos/v1/cs/configs", nullptr, &ConfigAdminHttp::remove_numbered_v1,
       kWritesNumbered, "Erases the configs of these numbers.", kIds, kV1, "delType=ids"},

      {Method::kGet, "/nacos/v3/admin/cs/config", &ConfigAdminHttp::detail_v3, nullptr, kReadsConfigV3,
       "Everything about a config.", kNamesV3, kV3},
      {Method::kPost, "/nacos/v3/admin/cs/config", nullptr, &ConfigAdminHttp::publish_v3, kWritesConfigV3,
       "Writes a config; headers casMd5: only over that md5, betaIps: only for clients at these addresses.",
       kPublishV3, kV3},
      {Method::kDelete, "/nacos/v3/admin/cs/config", nullptr, &ConfigAdminHttp::remove_v3, kWritesConfigV3,
       "Erases a config.", kRemoveV3, kV3},
      {Method::kDelete, "/nacos/v3/admin/cs/config/batch", nullptr, &ConfigAdminHttp::remove_numbered_v3,
       kWritesNumbered, "Erases the configs of these numbers.", kIds, kV3},
      {Method::kGet, "/nacos/v3/admin/cs/config/beta", &ConfigAdminHttp::beta_v3, nullptr, kReadsConfigV3,
       "The beta release of a config.", kNamesV3, kV3},
      {Method::kDelete, "/nacos/v3/admin/cs/config/beta", nullptr, &ConfigAdminHttp::stop_beta_v3,
       kWritesConfigV3, "Erases the beta release of a config.", kNamesV3, kV3},

      {Method::kGet, "/v3/console/cs/config", &ConfigAdminHttp::detail_v3, nullptr, kReadsConfigV3,
       "Everything about a config; null when there is none.", kNamesV3, kConsole},
      {Method::kPost, "/v3/console/cs/config", nullptr, &ConfigAdminHttp::publish_v3, kWritesConfigV3,
       "Writes a config; headers casMd5: only over that md5, betaIps: only for clients at these addresses.",
       kPublishV3, kConsole},
      {Method::kDelete, "/v3/console/cs/config", nullptr, &ConfigAdminHttp::remove_v3, kWritesConfigV3,
       "Erases a config.", kRemoveV3, kConsole},
      {Method::kDelete, "/v3/console/cs/config/batchDelete", nullptr, &ConfigAdminHttp::remove_numbered_v3,
       kWritesNumbered, "Erases the configs of these numbers.", kIds, kConsole},
      {Method::kGet, "/v3/console/cs/config/beta", &ConfigAdminHttp::beta_v3, nullptr, kReadsConfigV3,
       "The beta release of a config; null when there is none.", kNamesV3, kConsole},
      {Method::kDelete, "/v3/console/cs/config/beta", nullptr, &ConfigAdminHttp::stop_beta_v3,
       kWritesConfigV3, "Erases the beta release of a config.", kNamesV3, kConsole},
  };
  return kRows;
}

}  // namespace batata::nacos
