#include "faces/nacos/naming/naming_http.h"
#include "faces/nacos/naming/naming_rights.h"
#include "faces/nacos/naming/naming_rows.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;
using namespace naming_param;

constexpr Param kRegisterV1[] = {kServiceName, kIp,      kPort,    kNamespace, kGroupName, kCluster,
                                 kWeight,      kEnabled, kHealthy, kMetadata,  kEphemeral, kEncoding};
constexpr Param kDeregisterV1[] = {kServiceName, kIp, kPort, kNamespace, kGroupName, kEphemeral, kEncoding};
constexpr Param kGetV1[] = {kServiceName, kIp, kPort, kNamespace, kGroupName, kCluster, kEncoding};
constexpr Param kPatchV1[] = {kServiceName, kIp,     kPort,    kNamespace, kGroupName,
                              kCluster,     kWeight, kEnabled, kMetadata,  kEncoding};
constexpr Param kMetadataV1[] = {kServiceName, kNamespace, kGroupName, kInstances, kNewMetadata, kEncoding};
constexpr Param kListV1[] = {
    kServiceName,
    kNamespace,
    kGroupName,
    {"clusters", false, "Clusters, with commas between; blank is all"},
    {"healthyOnly", false, "Leave out unhealthy ones; false"},
    {"udpPort", false, "Where the client that asks wants to be told of changes; 0: nowhere"},
    {"clientIP", false, "Not looked at: pushes go to the address that asks"},
    {"app", false, "Name of the application, for lists of subscribers"},
    kEncoding};
constexpr Param kBeatV1[] = {
    kServiceName,
    kNamespace,
    {"beat", false, "JSON of the instance; absent for one that was registered before"},
    {"ip", false, "Address, unless `beat` has it"},
    {"port", false, "Port, unless `beat` has it"},
    kEncoding};
constexpr Param kStatuses[] = {
    {"key", true, "group@@name, with namespace## before it unless that is public"}};

constexpr Param kRegisterV3[] = {
    kPlainName, kIp,        kPort,
    kNamespace, kGroupName, kCluster,
    kWeight,    kEnabled,   kHealthy,
    kMetadata,  kEphemeral, {"heartBeat", false, "Only note a beat of a registered instance; false"}};
constexpr Param kDeregisterV3[] = {kPlainName, kIp, kPort, kNamespace, kGroupName, kEphemeral};
constexpr Param kListV3[] = {kPlainName, kNamespace, kGroupName, kCluster};

using Row = wire::Endpoint<NamingHttp>;

}  // namespace

std::span<const wire::Endpoint<NamingHttp>> NamingHttp::rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows = {
        {Method::kPost, "/nacos/v1/ns/instance", nullptr, &NamingHttp::register_v1, kWritesServiceV1,
         "Registers an instance.", kRegisterV1, kNamingV1},
        {Method::kDelete, "/nacos/v1/ns/instance", nullptr, &NamingHttp::deregister_v1, kWritesServiceV1,
         "Takes out what an address has in a service.", kDeregisterV1, kNamingV1},
        {Method::kPut, "/nacos/v1/ns/instance", nullptr, &NamingHttp::update_v1, kWritesServiceV1,
         "Sets weight, whether it is to be called and metadata on an instance.", kRegisterV1, kNamingV1},
        {Method::kPatch, "/nacos/v1/ns/instance", nullptr, &NamingHttp::patch_v1, kWritesServiceV1,
         "Sets those of them that it names on an instance that is there.", kPatchV1, kNamingV1},
        {Method::kGet, "/nacos/v1/ns/instance", &NamingHttp::get_v1, nullptr, kReadsServiceV1,
         "Reads one instance.", kGetV1, kNamingV1},
        {Method::kPut, "/nacos/v1/ns/instance/metadata/batch", nullptr, &NamingHttp::add_metadata_v1,
         kWritesServiceV1, "Adds metadata to several instances.", kMetadataV1, kNamingV1},
        {Method::kDelete, "/nacos/v1/ns/instance/metadata/batch", nullptr, &NamingHttp::remove_metadata_v1,
         kWritesServiceV1, "Removes metadata that was set on several instances.", kMetadataV1, kNamingV1},
        {Method::kGet, "/nacos/v1/ns/instance/list", &NamingHttp::list_v1, nullptr, kReadsServiceV1,
         "The instances of a service; subscribes clients that name a UDP port.", kListV1, kNamingV1},
        {Method::kPut, "/nacos/v1/ns/instance/beat", nullptr, &NamingHttp::beat_v1, kWritesServiceV1,
         "Keeps an instance alive, and registers it when the beat says all of it.", kBeatV1, kNamingV1},
        {Method::kPost, "/nacos/v3/client/ns/instance", nullptr, &NamingHttp::register_v3, kWritesServiceV3,
         "Registers an instance.", kRegisterV3, kNamingV3},
        // Of its own for its priority: what keeps instances alive is served before what makes them.
        {Method::kPost, "/nacos/v3/client/ns/instance", nullptr, &NamingHttp::register_v3, kWritesServiceV3,
         "Notes a beat of an instance.", kRegisterV3, kNamingV3, "heartBeat=true"},
        {Method::kDelete, "/nacos/v3/client/ns/instance", nullptr, &NamingHttp::deregister_v3,
         kWritesServiceV3, "Takes out what an address has in a service.", kDeregisterV3, kNamingV3},
        {Method::kGet, "/nacos/v3/client/ns/instance/list", &NamingHttp::list_v3, nullptr, kReadsServiceV3,
         "The instances of a service's cluster.", kListV3, kNamingV3},
    };
    // Upstream lets anybody read this, addresses and all.
    add_any<NamingHttp>(rows, {Method::kGet, "/nacos/v1/ns/instance/statuses", &NamingHttp::statuses_v1,
                               nullptr, kReadsStatusesByKey,
                               "Addresses of a service and whether they are healthy.", kStatuses, kNamingV1});
    return rows;
  }();
  return kRows;
}

}  // namespace batata::nacos
