#include "faces/nacos/naming_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;

constexpr Param kServiceName = {"serviceName", true, "Name of the service, or group@@name"};
constexpr Param kPlainName = {"serviceName", true, "Name of the service"};
constexpr Param kGroupName = {"groupName", false, "Group of the service; DEFAULT_GROUP"};
constexpr Param kNamespace = {"namespaceId", false, "Namespace; blank is public"};
constexpr Param kIp = {"ip", true, "Address of the instance"};
constexpr Param kPort = {"port", true, "Its port, 0 to 65535"};
constexpr Param kCluster = {"clusterName", false, "Cluster of the instance; DEFAULT"};
constexpr Param kWeight = {"weight", false, "0 to 10000; 1"};
constexpr Param kEnabled = {"enabled", false, "Whether it is to be called; true"};
constexpr Param kHealthy = {"healthy", false, "Whether it can be called until its beats say so; true"};
constexpr Param kMetadata = {"metadata", false, "JSON object or k=v,k2=v2; up to 1024 characters"};
constexpr Param kEphemeral = {"ephemeral", false, "true; persistent instances are refused"};

constexpr Param kRegisterV1[] = {kServiceName, kIp,      kPort,    kNamespace, kGroupName, kCluster,
                                 kWeight,      kEnabled, kHealthy, kMetadata,  kEphemeral};
constexpr Param kDeregisterV1[] = {kServiceName, kIp, kPort, kNamespace, kGroupName, kEphemeral};
constexpr Param kGetV1[] = {kServiceName, kIp, kPort, kNamespace, kGroupName, kCluster};
constexpr Param kListV1[] = {kServiceName,
                             kNamespace,
                             kGroupName,
                             {"clusters", false, "Clusters, with commas between; blank is all"},
                             {"healthyOnly", false, "Leave out unhealthy ones; false"},
                             {"udpPort", false, "Where pushes could go; none are sent"}};
constexpr Param kBeatV1[] = {
    kServiceName,
    kNamespace,
    {"beat", false, "JSON of the instance; absent for one that was registered before"},
    {"ip", false, "Address, unless `beat` has it"},
    {"port", false, "Port, unless `beat` has it"}};
constexpr Param kStatuses[] = {
    {"key", true, "group@@name, with namespace## before it unless that is public"}};
constexpr Param kServices[] = {
    {"pageNo", true, "From 1"}, {"pageSize", true, "Names on a page"}, kNamespace, kGroupName};

constexpr Param kRegisterV3[] = {
    kPlainName, kIp,        kPort,
    kNamespace, kGroupName, kCluster,
    kWeight,    kEnabled,   kHealthy,
    kMetadata,  kEphemeral, {"heartBeat", false, "Only note a beat of a registered instance; false"}};
constexpr Param kDeregisterV3[] = {kPlainName, kIp, kPort, kNamespace, kGroupName};
constexpr Param kListV3[] = {kPlainName, kNamespace, kGroupName, kCluster};

constexpr std::string_view kV1 = "docs: nacos.io/docs/v2/guide/user/open-api (2.5.1)";
constexpr std::string_view kV3 = "docs: nacos.io/docs/v3.0/manual/user/open-api (3.1)";

}  // namespace

std::span<const wire::Endpoint<NamingHttp>> NamingHttp::rows() {
  using Row = wire::Endpoint<NamingHttp>;
  static constexpr Row kRows[] = {
      {Method::kPost, "/nacos/v1/ns/instance", nullptr, &NamingHttp::register_v1, "naming:w",
       "Registers an instance that beats keep alive.", kRegisterV1, kV1},
      {Method::kDelete, "/nacos/v1/ns/instance", nullptr, &NamingHttp::deregister_v1, "naming:w",
       "Takes out what an address has in a service.", kDeregisterV1, kV1},
      {Method::kGet, "/nacos/v1/ns/instance", &NamingHttp::get_v1, nullptr, "naming:r", "Reads one instance.",
       kGetV1, kV1},
      {Method::kGet, "/nacos/v1/ns/instance/list", &NamingHttp::list_v1, nullptr, "naming:r",
       "The instances of a service.", kListV1, kV1},
      {Method::kPut, "/nacos/v1/ns/instance/beat", nullptr, &NamingHttp::beat_v1, "naming:w",
       "Keeps an instance alive, and registers it when the beat says all of it.", kBeatV1, kV1},
      {Method::kGet, "/nacos/v1/ns/instance/statuses", &NamingHttp::statuses_v1, nullptr, "naming:r",
       "Addresses of a service and whether they are healthy.", kStatuses, kV1},
      {Method::kGet, "/nacos/v1/ns/service/list", nullptr, &NamingHttp::services_v1, "naming:r",
       "The services of a group, in pages.", kServices, kV1},
      {Method::kGet,
       "/nacos/v1/ns/operator/metrics",
       &NamingHttp::metrics_v1,
       nullptr,
       "",
       "Whether the naming module serves. Public: asked by clients before anything else.",
       {},
       kV1},
      {Method::kGet,
       "/nacos/v1/ns/ops/metrics",
       &NamingHttp::metrics_v1,
       nullptr,
       "",
       "The same under its other name. Public.",
       {},
       kV1},
      {Method::kPost, "/nacos/v3/client/ns/instance", nullptr, &NamingHttp::register_v3, "naming:w",
       "Registers an instance that beats keep alive, or notes a beat.", kRegisterV3, kV3},
      {Method::kDelete, "/nacos/v3/client/ns/instance", nullptr, &NamingHttp::deregister_v3, "naming:w",
       "Takes out what an address has in a service.", kDeregisterV3, kV3},
      {Method::kGet, "/nacos/v3/client/ns/instance/list", &NamingHttp::list_v3, nullptr, "naming:r",
       "The instances of a service's cluster.", kListV3, kV3},
  };
  return kRows;
}

std::pair<int, std::string> NamingHttp::refuse_persistent(const registry::ServiceKey& service) const {
  if (services_.snapshot(service) != nullptr) {
    return {400, "errCode: 400, errMsg: Current service " + service.group + "@@" + service.name +
                     " is ephemeral service, can't register persistent instance. "};
  }
  return {501, "persistent instances are not supported by this server"};
}

}  // namespace batata::nacos
