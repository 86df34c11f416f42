#include "faces/nacos/naming/naming_client_http.h"
#include "faces/nacos/naming/naming_rights.h"
#include "faces/nacos/naming/naming_rows.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;
using namespace naming_param;

constexpr Param kClient[] = {kClientId};
constexpr Param kClientsOf[] = {kPlainName,
                                kNamespace,
                                kGroupName,
                                {"ip", false, "Only of this address"},
                                {"port", false, "Only of this port"}};

using Row = wire::Endpoint<NamingClientHttp>;

}  // namespace

std::span<const wire::Endpoint<NamingClientHttp>> NamingClientHttp::rows() {
  using Http = NamingClientHttp;
  static constexpr Row kRows[] = {
      {Method::kGet,
       "/nacos/v2/ns/client/list",
       nullptr,
       &Http::clients,
       "nacos/admin:r",
       "The ids of all clients of naming.",
       {},
       kNamingV1},
      {Method::kGet, "/nacos/v2/ns/client", nullptr, &Http::client_v2, "nacos/admin:r", "Who a client is.",
       kClient, kNamingV1},
      {Method::kGet, "/nacos/v2/ns/client/publish/list", nullptr, &Http::published_v2, "nacos/admin:r",
       "What a client has registered.", kClient, kNamingV1},
      {Method::kGet, "/nacos/v2/ns/client/subscribe/list", nullptr, &Http::subscribed_v2, "nacos/admin:r",
       "What a client subscribes to.", kClient, kNamingV1},
      {Method::kGet, "/nacos/v2/ns/client/service/publisher/list", nullptr, &Http::publishers_v2,
       "nacos/admin:r", "Who has registered instances of a service at an address.", kClientsOf, kNamingV1},
      {Method::kGet, "/nacos/v2/ns/client/service/subscriber/list", nullptr, &Http::subscribers_v2,
       "nacos/admin:r", "Who subscribes to a service.", kClientsOf, kNamingV1},
      {Method::kGet,
       "/nacos/v3/admin/ns/client/list",
       nullptr,
       &Http::clients,
       "*:*:naming/*:r",
       "The ids of all clients of naming.",
       {},
       kNamingAdmin},
      {Method::kGet, "/nacos/v3/admin/ns/client", nullptr, &Http::client_v3, "*:*:naming/*:r",
       "Who a client is.", kClient, kNamingAdmin},
      {Method::kGet, "/nacos/v3/admin/ns/client/publish/list", nullptr, &Http::published_v3, "*:*:naming/*:r",
       "What a client has registered.", kClient, kNamingAdmin},
      {Method::kGet, "/nacos/v3/admin/ns/client/subscribe/list", nullptr, &Http::subscribed_v3,
       "*:*:naming/*:r", "What a client subscribes to.", kClient, kNamingAdmin},
      {Method::kGet, "/nacos/v3/admin/ns/client/service/publisher/list", nullptr, &Http::publishers_v3,
       kReadsServiceV3, "Who has registered instances of a service.", kClientsOf, kNamingAdmin},
      {Method::kGet, "/nacos/v3/admin/ns/client/service/subscriber/list", nullptr, &Http::subscribers_v3,
       kReadsServiceV3, "Who subscribes to a service.", kClientsOf, kNamingAdmin},
  };
  return kRows;
}

}  // namespace batata::nacos
