#include "faces/nacos/core/namespace_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kId = {"namespaceId", true, "Id of the namespace"};
constexpr Param kName = {"namespaceName", true, "Name that people see, up to 128 characters"};
constexpr Param kDescription = {"namespaceDesc", false, "Description, up to 256 characters"};
constexpr Param kCustomId = {"customNamespaceId", true, "Id; blank: a random one is made"};

constexpr Param kOne[] = {kId};
constexpr Param kCustom[] = {{"customNamespaceId", true, "Id to look for"}};
constexpr Param kForm[] = {kId, kName, kDescription};
constexpr Param kCreateV1[] = {kCustomId, kName, kDescription};
constexpr Param kCreateConsole[] = {
    {"customNamespaceId", false, "Id; absent or blank: a random one is made"}, kName, kDescription};
constexpr Param kUpdateV1[] = {{"namespace", true, "Id of the namespace"},
                               {"namespaceShowName", true, "Name that people see, up to 128 characters"},
                               kDescription};

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api, namespaces (2.5.1)";
constexpr std::string_view kV2 = "docs: nacos.io/docs/v2/guide/user/open-api, v2 (2.5.1)";
constexpr std::string_view kAdmin = "docs: nacos.io/docs/v3.0/manual/admin/admin-api (3.1)";
constexpr std::string_view kConsole = "docs: nacos.io/docs/v3.0/manual/admin/console (3.1)";

constexpr std::string_view kReads = "console/namespaces:r", kWrites = "console/namespaces:w";
constexpr std::string_view kAdminReads = "/v3/admin/core/namespace:r",
                           kAdminWrites = "/v3/admin/core/namespace:w";
constexpr std::string_view kSignedIn = "identity";

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const wire::Endpoint<NamespaceHttp>> NamespaceHttp::rows() {
  using Row = wire::Endpoint<NamespaceHttp>;
  using Http = NamespaceHttp;
  static constexpr Row kRows[] = {
      {Method::kGet,
       "/nacos/v1/console/namespaces",
       nullptr,
       &Http::list_v1,
       "",
       "All namespaces and how many configs each has. Public, as upstream: ids and names are no secrets.",
       {},
       kV1},
      {Method::kGet, "/nacos/v1/console/namespaces", nullptr, &Http::show_v1, "",
       "One namespace. Public, as upstream.", kOne, kV1, "show=all"},
      {Method::kGet, "/nacos/v1/console/namespaces", nullptr, &Http::exists_v1, "",
       "Whether a namespace exists. Public, as upstream.", kCustom, kV1, "checkNamespaceIdExist=true"},
      {Method::kPost, "/nacos/v1/console/namespaces", nullptr, &Http::create_v1, kWrites,
       "Makes a namespace.", kCreateV1, kV1},
      {Method::kPut, "/nacos/v1/console/namespaces", nullptr, &Http::update_v1, kWrites,
       "Changes a namespace's name and description.", kUpdateV1, kV1},
      {Method::kDelete, "/nacos/v1/console/namespaces", nullptr, &Http::remove_v1, kWrites,
       "Removes a namespace; what lies in it stays.", kOne, kV1},

      {Method::kGet,
       "/nacos/v2/console/namespace/list",
       nullptr,
       &Http::list_v2,
       "",
       "All namespaces and how many configs each has. Public, as upstream: ids and names are no secrets.",
       {},
       kV2},
      {Method::kGet, "/nacos/v2/console/namespace", nullptr, &Http::show_v2, kReads, "One namespace.", kOne,
       kV2},
      {Method::kPost, "/nacos/v2/console/namespace", nullptr, &Http::create_v2, kWrites,
       "Makes a namespace; a blank id: a random one.", kForm, kV2},
      {Method::kPut, "/nacos/v2/console/namespace", nullptr, &Http::update_v2, kWrites,
       "Changes a namespace's name and description.", kForm, kV2},
      {Method::kDelete, "/nacos/v2/console/namespace", nullptr, &Http::remove_v2, kWrites,
       "Removes a namespace; what lies in it stays.", kOne, kV2},

      {Method::kGet,
       "/nacos/v3/admin/core/namespace/list",
       nullptr,
       &Http::list_v3,
       kAdminReads,
       "All namespaces and how many configs each has.",
       {},
       kAdmin},
      {Method::kGet, "/nacos/v3/admin/core/namespace", nullptr, &Http::show_admin, kAdminReads,
       "One namespace.", kOne, kAdmin},
      {Method::kGet, "/nacos/v3/admin/core/namespace/check", &Http::count_admin, nullptr, kAdminReads,
       "How many namespaces somebody made have that id: 0 or 1.", kOne, kAdmin},
      {Method::kPost, "/nacos/v3/admin/core/namespace", nullptr, &Http::create_admin, kAdminWrites,
       "Makes a namespace; a blank id: a random one.", kForm, kAdmin},
      {Method::kPut, "/nacos/v3/admin/core/namespace", nullptr, &Http::update_admin, kAdminWrites,
       "Changes a namespace's name and description.", kForm, kAdmin},
      {Method::kDelete, "/nacos/v3/admin/core/namespace", nullptr, &Http::remove_admin, kAdminWrites,
       "Removes a namespace; what lies in it stays.", kOne, kAdmin},

      {Method::kGet,
       "/v3/console/core/namespace/list",
       nullptr,
       &Http::list_v3,
       kSignedIn,
       "All namespaces and how many configs each has.",
       {},
       kConsole},
      {Method::kGet, "/v3/console/core/namespace", nullptr, &Http::show_console, kReads, "One namespace.",
       kOne, kConsole},
      {Method::kGet, "/v3/console/core/namespace/exist", &Http::exists_console, nullptr, kSignedIn,
       "Whether a namespace exists.", kCustom, kConsole},
      {Method::kPost, "/v3/console/core/namespace", nullptr, &Http::create_console, kWrites,
       "Makes a namespace.", kCreateConsole, kConsole},
      {Method::kPut, "/v3/console/core/namespace", nullptr, &Http::update_console, kWrites,
       "Changes a namespace's name and description.", kForm, kConsole},
      {Method::kDelete, "/v3/console/core/namespace", nullptr, &Http::remove_console, kWrites,
       "Removes a namespace; what lies in it stays.", kOne, kConsole},
  };
  return kRows;
}

}  // namespace batata::nacos
