#include "faces/nacos/config/config_rights.h"
#include "faces/nacos/config/config_transfer_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kPolicy = {
    "policy", false,
    "ABORT (which it is without), SKIP or OVERWRITE: what to do about configs that are "
    "there already"};
constexpr Param kApp = {"appName", false, "Application"};
constexpr Param kIds = {"ids", true,
                        "Numbers of configs of the namespace, with commas between; blank is all"};

constexpr Param kExportV1[] = {{"tenant", false, "Namespace; blank is public"},
                               {"dataId", false, "Name; '*' is any text"},
                               {"group", false, "Group"},
                               kApp,
                               kIds};
constexpr Param kExportV3[] = {{"namespaceId", false, "Namespace; blank is public"},
                               {"dataId", false, "Name; '*' is any text"},
                               {"groupName", false, "Group"},
                               kApp,
                               kIds};
constexpr Param kImportV1[] = {{"file", true, "The archive, a file of a multipart form"},
                               {"namespace", false, "Namespace that is imported into; blank is public"},
                               kPolicy,
                               {"src_user", false, "Who publishes"}};
constexpr Param kImportV3[] = {{"file", true, "The archive, a file of a multipart form"},
                               {"namespaceId", false, "Namespace that is imported into; blank is public"},
                               kPolicy,
                               {"src_user", false, "Who publishes; srcUser on the console"}};
constexpr Param kCloneV1[] = {{"tenant", true, "Namespace that is copied into; blank is public"},
                              kPolicy,
                              {"src_user", false, "Who publishes"}};
constexpr Param kCloneV3[] = {{"namespaceId", true, "Namespace that is copied into; blank is public"},
                              kPolicy,
                              {"src_user", false, "Who publishes"}};
constexpr Param kCloneConsole[] = {
    {"targetNamespaceId", true, "Namespace that is copied into; blank is public"},
    kPolicy,
    {"srcUser", false, "Who publishes"}};

constexpr std::string_view kV1 = "upstream: ConfigController (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "upstream: ConsoleConfigController (3.1)";

}  // namespace

std::span<const wire::Endpoint<ConfigTransferHttp>> ConfigTransferHttp::rows() {
  using Row = wire::Endpoint<ConfigTransferHttp>;
  using Http = ConfigTransferHttp;
  static constexpr Row kRows[] = {
      {Method::kGet, "/nacos/v1/cs/configs", nullptr, &Http::export_v1, kExportsConfigs,
       "Gives configs as a zip archive in the layout of 1.x.", kExportV1, kV1, "export=true"},
      {Method::kGet, "/nacos/v1/cs/configs", nullptr, &Http::export_v1, kExportsConfigs,
       "Gives configs as a zip archive.", kExportV1, kV1, "exportV2=true"},
      {Method::kPost, "/nacos/v1/cs/configs", nullptr, &Http::import_v1, kWritesNamespace,
       "Publishes the configs of a zip archive.", kImportV1, kV1, "import=true"},
      {Method::kPost, "/nacos/v1/cs/configs", nullptr, &Http::clone_v1, kWritesNumbered,
       "Copies configs, named in a JSON list, into a namespace.", kCloneV1, kV1, "clone=true"},
      {Method::kGet, "/nacos/v3/admin/cs/config/export", nullptr, &Http::export_v3, kExportsConfigsV3,
       "Gives configs as a zip archive.", kExportV3, kV3},
      {Method::kPost, "/nacos/v3/admin/cs/config/import", nullptr, &Http::import_v3, kWritesNamespaceId,
       "Publishes the configs of a zip archive.", kImportV3, kV3},
      {Method::kPost, "/nacos/v3/admin/cs/config/clone", nullptr, &Http::clone_v3, kWritesNumbered,
       "Copies configs, named in a JSON list, into a namespace.", kCloneV3, kV3},
      {Method::kGet, "/v3/console/cs/config/export2", nullptr, &Http::export_v3, kExportsConfigsV3,
       "Gives configs as a zip archive.", kExportV3, kConsole},
      {Method::kPost, "/v3/console/cs/config/import", nullptr, &Http::import_v3, kWritesNamespaceId,
       "Publishes the configs of a zip archive.", kImportV3, kConsole},
      {Method::kPost, "/v3/console/cs/config/clone", nullptr, &Http::clone_v3, kWritesNumbered,
       "Copies configs, named in a JSON list, into a namespace.", kCloneConsole, kConsole},
  };
  return kRows;
}

}  // namespace batata::nacos
