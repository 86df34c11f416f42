#include "faces/nacos/naming/naming_operator_http.h"
#include "faces/nacos/naming/naming_rights.h"
#include "faces/nacos/naming/naming_rows.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;
using namespace naming_param;

constexpr Param kSwitch[] = {kEntry, kValue, kDebug};
constexpr Param kMetrics[] = {kOnlyStatus};
constexpr Param kPushState[] = {{"detail", false, "With times; false"},
                                {"reset", false, "Begin to count anew; false"}};
constexpr Param kDistro[] = {{"ip", true, "Address of a client"}, {"port", true, "Its port"}};
constexpr Param kLog[] = {kLogName, kLogLevel};
constexpr Param kClient[] = {kClientId};
constexpr Param kClientsOf[] = {kPlainName,
                                kNamespace,
                                kGroupName,
                                {"ip", false, "Only of this address"},
                                {"port", false, "Only of this port"}};

// Each operator's endpoint has two names.
struct Paths {
  std::string_view switches, metrics, push_state, distro, log;
};
constexpr Paths kV1[] = {
    {"/nacos/v1/ns/operator/switches", "/nacos/v1/ns/operator/metrics", "/nacos/v1/ns/operator/push/state",
     "/nacos/v1/ns/operator/distro/client", "/nacos/v1/ns/operator/log"},
    {"/nacos/v1/ns/ops/switches", "/nacos/v1/ns/ops/metrics", "/nacos/v1/ns/ops/push/state",
     "/nacos/v1/ns/ops/distro/client", "/nacos/v1/ns/ops/log"}};
constexpr Paths kV2[] = {{"/nacos/v2/ns/operator/switches", "/nacos/v2/ns/operator/metrics", {}, {}, {}},
                         {"/nacos/v2/ns/ops/switches", "/nacos/v2/ns/ops/metrics", {}, {}, {}}};

constexpr std::string_view kSwitchesHelp = "The switches of naming. Public: they hold no secrets.";
constexpr std::string_view kSetHelp = "Sets a switch; an entry that is not known changes nothing.";
constexpr std::string_view kMetricsHelp =
    "Whether naming serves, and how much. Public: asked by clients before anything else.";

using Row = wire::Endpoint<NamingOperatorHttp>;
using ClientRow = wire::Endpoint<NamingClientHttp>;

}  // namespace

// Upstream lets anybody set the level of logs and begin the counting of pushes anew; here that takes an
// administrator.
void NamingOperatorHttp::add_v1(std::vector<wire::Endpoint<NamingOperatorHttp>>& rows) {
  using Http = NamingOperatorHttp;
  for (const Paths& path : kV1) {
    rows.push_back(
        {Method::kGet, path.switches, &Http::switches_v1, nullptr, "", kSwitchesHelp, {}, kNamingV1});
    rows.push_back({Method::kPut, path.switches, nullptr, &Http::set_switch_v1, "naming/switches:w", kSetHelp,
                    kSwitch, kNamingV1});
    rows.push_back(
        {Method::kGet, path.metrics, nullptr, &Http::metrics_v1, "", kMetricsHelp, kMetrics, kNamingV1});
    add_any<Http>(rows, {Method::kGet, path.push_state, nullptr, &Http::push_state, "nacos/admin:w",
                         "What became of the pushes of services.", kPushState, kNamingV1});
    rows.push_back({Method::kGet, path.distro, &Http::distro_v1, nullptr, "",
                    "The server that answers for a client. Public: any of them will do.", kDistro,
                    kNamingV1});
    rows.push_back({Method::kPut, path.log, &Http::log_v1, nullptr, "nacos/admin:w",
                    "Sets the level of the log.", kLog, kNamingV1});
  }
}

void NamingOperatorHttp::add_v2_and_v3(std::vector<wire::Endpoint<NamingOperatorHttp>>& rows) {
  using Http = NamingOperatorHttp;
  for (const Paths& path : kV2) {
    rows.push_back(
        {Method::kGet, path.switches, &Http::switches_v2, nullptr, "", kSwitchesHelp, {}, kNamingV1});
    rows.push_back({Method::kPut, path.switches, nullptr, &Http::set_switch_v2, "naming/switches:w", kSetHelp,
                    kSwitch, kNamingV1});
    rows.push_back(
        {Method::kGet, path.metrics, nullptr, &Http::metrics_v2, "", kMetricsHelp, kMetrics, kNamingV1});
  }
  rows.push_back({Method::kGet,
                  "/nacos/v3/admin/ns/ops/switches",
                  &Http::switches_v3,
                  nullptr,
                  "/v3/admin/ns/ops:r",
                  "The switches of naming.",
                  {},
                  kNamingAdmin});
  rows.push_back({Method::kPut, "/nacos/v3/admin/ns/ops/switches", nullptr, &Http::set_switch_v3,
                  "/v3/admin/ns/ops:w", kSetHelp, kSwitch, kNamingAdmin});
  rows.push_back({Method::kGet, "/nacos/v3/admin/ns/ops/metrics", nullptr, &Http::metrics_v3,
                  "/v3/admin/ns/ops:r", "Whether naming serves, and how much.", kMetrics, kNamingAdmin});
  rows.push_back({Method::kPut, "/nacos/v3/admin/ns/ops/log", &Http::log_v3, nullptr, "/v3/admin/ns/ops:w",
                  "Sets the level of the log.", kLog, kNamingAdmin});
  rows.push_back({Method::kGet, "/nacos/v3/admin/ns/client/distro", &Http::distro_v3, nullptr,
                  "/v3/admin/ns/client:r", "The server that answers for a client.", kDistro, kNamingAdmin});
}

std::span<const wire::Endpoint<NamingOperatorHttp>> NamingOperatorHttp::rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows;
    add_v1(rows);
    add_v2_and_v3(rows);
    return rows;
  }();
  return kRows;
}

std::span<const wire::Endpoint<NamingClientHttp>> NamingClientHttp::rows() {
  using Http = NamingClientHttp;
  static constexpr ClientRow kRows[] = {
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
