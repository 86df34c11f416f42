#include "faces/nacos/naming/naming_rights.h"
#include "faces/nacos/naming/naming_rows.h"
#include "faces/nacos/naming/naming_v2_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;
using namespace naming_param;

constexpr Param kRegister[] = {kPlainName, kIp,      kPort,    kNamespace, kGroupName, kCluster,
                               kWeight,    kEnabled, kHealthy, kMetadata,  kEphemeral};
constexpr Param kDeregister[] = {kPlainName, kIp, kPort, kNamespace, kGroupName, kEphemeral};
constexpr Param kPatch[] = {kServiceName,
                            kIp,
                            kPort,
                            {"weight", true, "0 to 10000"},
                            {"enabled", true, "Whether it is to be called"},
                            {"metadata", true, "JSON object or k=v,k2=v2; blank leaves it"},
                            {"cluster", false, "Cluster; DEFAULT"},
                            kNamespace};
constexpr Param kMetadataBatch[] = {kPlainName, kNamespace, kGroupName, kInstances, kNewMetadata};
constexpr Param kGet[] = {kPlainName, kIp, kPort, kNamespace, kGroupName, kCluster};
constexpr Param kList[] = {
    kPlainName,
    kNamespace,
    kGroupName,
    {"clusterName", false, "Clusters, with commas between; blank is all"},
    {"healthyOnly", false, "Leave out unhealthy ones; false"},
    {"port", false, "Where the client that asks wants to be told of changes; 0: nowhere"},
    {"ip", false, "Not looked at: pushes go to the address that asks"},
    {"app", false, "Name of the application, for lists of subscribers"}};
constexpr Param kBeat[] = {kServiceName,
                           kNamespace,
                           {"beat", false, "JSON of the instance; absent for one that was registered before"},
                           {"ip", false, "Address, unless `beat` has it"},
                           {"port", false, "Port, unless `beat` has it"}};
constexpr Param kStatuses[] = {
    {"key", true, "In the path: group@@name, with namespace## before it unless that is public"}};
constexpr Param kService[] = {kPlainName, kNamespace, kGroupName};
constexpr Param kCreate[] = {kPlainName, kNamespace,       kGroupName, kServiceEphemeral,
                             kThreshold, kServiceMetadata, kSelector};
constexpr Param kServices[] = {
    kNamespace, kGroupName, kPageNo, kPageSize, {"selector", false, "Not looked at, as upstream"}};
constexpr Param kHealth[] = {kPlainName, kIp, kPort, kNewHealth, kNamespace, kGroupName, kCluster};
constexpr Param kHosts[] = {kServiceName,
                            kNeededPageNo,
                            kNeededPageSize,
                            kNamespace,
                            {"healthyOnly", false, "Only those that are as it says"},
                            {"enabledOnly", false, "Only those that are as it says"}};

using Row = wire::Endpoint<NamingV2Http>;

}  // namespace

void NamingV2Http::add_instances(std::vector<wire::Endpoint<NamingV2Http>>& rows) {
  using Http = NamingV2Http;
  rows.insert(
      rows.end(),
      {{Method::kPost, "/nacos/v2/ns/instance", nullptr, &Http::register_one, kWritesServiceV2,
        "Registers an instance.", kRegister, kNamingV1},
       {Method::kDelete, "/nacos/v2/ns/instance", nullptr, &Http::deregister, kWritesServiceV2,
        "Takes out what an address has in a service.", kDeregister, kNamingV1},
       {Method::kPut, "/nacos/v2/ns/instance", nullptr, &Http::update, kWritesServiceV2,
        "Sets weight, whether it is to be called and metadata on an instance.", kRegister, kNamingV1},
       {Method::kPatch, "/nacos/v2/ns/instance", nullptr, &Http::patch, kWritesServiceV1,
        "The same on an instance that is there.", kPatch, kNamingV1},
       {Method::kGet, "/nacos/v2/ns/instance", &Http::detail, nullptr, kReadsServiceV2, "Reads one instance.",
        kGet, kNamingV1},
       {Method::kGet, "/nacos/v2/ns/instance/list", &Http::list, nullptr, kReadsServiceV2,
        "The instances of a service; subscribes clients that name a UDP port.", kList, kNamingV1},
       {Method::kPut, "/nacos/v2/ns/instance/metadata/batch", nullptr, &Http::add_metadata, kWritesServiceV2,
        "Adds metadata to several instances.", kMetadataBatch, kNamingV1},
       {Method::kDelete, "/nacos/v2/ns/instance/metadata/batch", nullptr, &Http::remove_metadata,
        kWritesServiceV2, "Removes metadata that was set on several instances.", kMetadataBatch, kNamingV1},
       {Method::kPut, "/nacos/v2/ns/instance/beat", nullptr, &Http::beat, kWritesServiceV1,
        "Keeps an instance alive, and registers it when the beat says all of it.", kBeat, kNamingV1}});
  // Upstream lets anybody read this, addresses and all.
  add_any<Http>(rows, {Method::kGet, "/nacos/v2/ns/instance/statuses/{key}", &Http::statuses, nullptr,
                       kReadsStatusesByPath, "Addresses of a service and whether they are healthy.",
                       kStatuses, kNamingV1});
}

void NamingV2Http::add_services(std::vector<wire::Endpoint<NamingV2Http>>& rows) {
  using Http = NamingV2Http;
  rows.insert(rows.end(),
              {{Method::kPost, "/nacos/v2/ns/service", nullptr, &Http::create_service, kWritesServiceV3,
                "Creates a service.", kCreate, kNamingV1},
               {Method::kPut, "/nacos/v2/ns/service", nullptr, &Http::update_service, kWritesServiceV3,
                "Sets threshold, metadata and selector of a service.", kCreate, kNamingV1},
               {Method::kDelete, "/nacos/v2/ns/service", nullptr, &Http::remove_service, kWritesServiceV3,
                "Removes a service without instances.", kService, kNamingV1},
               {Method::kGet, "/nacos/v2/ns/service", &Http::service, nullptr, kReadsServiceV3,
                "What is set for a service, and its clusters.", kService, kNamingV1},
               {Method::kGet, "/nacos/v2/ns/service/list", nullptr, &Http::services, kReadsGroupV2,
                "The services of a group, in pages.", kServices, kNamingV1},
               {Method::kPut, "/nacos/v2/ns/health", nullptr, &Http::set_health, kWritesServiceV2,
                "Sets the health of a persistent instance that nothing checks.", kHealth, kNamingV1},
               {Method::kPut, "/nacos/v2/ns/health/instance", nullptr, &Http::set_health, kWritesServiceV2,
                "The same under its other name.", kHealth, kNamingV1}});
  add_any<Http>(rows, {Method::kGet, "/nacos/v2/ns/catalog/instances", &Http::catalog_instances, nullptr,
                       kReadsCatalog, "The instances of a service, in pages.", kHosts, kNamingV1});
}

std::span<const wire::Endpoint<NamingV2Http>> NamingV2Http::rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows;
    add_instances(rows);
    add_services(rows);
    return rows;
  }();
  return kRows;
}

}  // namespace batata::nacos
