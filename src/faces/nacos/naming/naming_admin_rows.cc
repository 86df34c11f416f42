#include "faces/nacos/naming/naming_admin_http.h"
#include "faces/nacos/naming/naming_rights.h"
#include "faces/nacos/naming/naming_rows.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;
using namespace naming_param;

constexpr Param kRegister[] = {kPlainName, kIp,      kPort,    kNamespace, kGroupName, kCluster,
                               kWeight,    kEnabled, kHealthy, kMetadata,  kEphemeral};
constexpr Param kDeregister[] = {kPlainName, kIp, kPort, kNamespace, kGroupName, kEphemeral};
constexpr Param kGet[] = {kPlainName, kIp, kPort, kNamespace, kGroupName, kCluster};
constexpr Param kMetadataBatch[] = {kPlainName, kNamespace, kGroupName, kInstances, kNewMetadata};
constexpr Param kHosts[] = {
    kPlainName, kNamespace, kGroupName, kCluster, {"healthyOnly", false, "Leave out unhealthy ones; false"}};
constexpr Param kHostsPage[] = {kPlainName, kNamespace, kGroupName, kCluster, kPageNo, kPageSize};
constexpr Param kHealth[] = {kPlainName, kIp, kPort, kNewHealth, kNamespace, kGroupName, kCluster};
constexpr Param kService[] = {kPlainName, kNamespace, kGroupName};
constexpr Param kCreate[] = {kPlainName, kNamespace,       kGroupName, kServiceEphemeral,
                             kThreshold, kServiceMetadata, kSelector};
constexpr Param kServices[] = {kNamespace,
                               kNamePart,
                               kGroupPart,
                               {"ignoreEmptyService", false, "Leave out services without instances; false"},
                               {"withInstances", false, "Each with its instances; false"},
                               kPageNo,
                               kPageSize};
constexpr Param kSubscribers[] = {kPlainName, kNamespace, kGroupName, kAggregation, kPageNo, kPageSize};
constexpr Param kUpdateCluster[] = {kPlainName, kClusterName, kCheckPort, kOwnPort,
                                    kChecker,   kNamespace,   kGroupName, kServiceMetadata};

using Row = wire::Endpoint<NamingAdminHttp>;

}  // namespace

void NamingAdminHttp::add_instances(std::vector<wire::Endpoint<NamingAdminHttp>>& rows) {
  using Http = NamingAdminHttp;
  rows.insert(
      rows.end(),
      {{Method::kPost, "/nacos/v3/admin/ns/instance", nullptr, &Http::register_one, kWritesServiceV3,
        "Registers an instance.", kRegister, kNamingAdmin},
       {Method::kDelete, "/nacos/v3/admin/ns/instance", nullptr, &Http::deregister, kWritesServiceV3,
        "Takes out what an address has in a service.", kDeregister, kNamingAdmin},
       {Method::kPut, "/nacos/v3/admin/ns/instance", nullptr, &Http::update, kWritesServiceV3,
        "Sets weight, whether it is to be called and metadata on an instance.", kRegister, kNamingAdmin},
       {Method::kPut, "/nacos/v3/admin/ns/instance/partial", nullptr, &Http::partial, kWritesServiceV3,
        "The same on an instance that is there; blank metadata leaves what it has.", kRegister, kNamingAdmin},
       {Method::kGet, "/nacos/v3/admin/ns/instance", &Http::detail, nullptr, kWritesServiceV3,
        "Reads one instance.", kGet, kNamingAdmin},
       {Method::kGet, "/nacos/v3/admin/ns/instance/list", &Http::list, nullptr, kReadsServiceV3,
        "The instances of a cluster, also those that are not to be called.", kHosts, kNamingAdmin},
       {Method::kPut, "/nacos/v3/admin/ns/instance/metadata/batch", nullptr, &Http::add_metadata,
        kWritesServiceV2, "Adds metadata to several instances.", kMetadataBatch, kNamingAdmin},
       {Method::kDelete, "/nacos/v3/admin/ns/instance/metadata/batch", nullptr, &Http::remove_metadata,
        kWritesServiceV2, "Removes metadata that was set on several instances.", kMetadataBatch,
        kNamingAdmin},
       {Method::kPut, "/nacos/v3/admin/ns/health/instance", nullptr, &Http::set_health, kWritesServiceV3,
        "Sets the health of a persistent instance that nothing checks.", kHealth, kNamingAdmin},
       {Method::kGet,
        "/nacos/v3/admin/ns/health/checkers",
        &Http::checkers,
        nullptr,
        kWritesServiceV3,
        "The types of health checkers.",
        {},
        kNamingAdmin}});
}

void NamingAdminHttp::add_services(std::vector<wire::Endpoint<NamingAdminHttp>>& rows) {
  using Http = NamingAdminHttp;
  rows.insert(
      rows.end(),
      {{Method::kPost, "/nacos/v3/admin/ns/service", nullptr, &Http::create_service, kWritesServiceV3,
        "Creates a service.", kCreate, kNamingAdmin},
       {Method::kPut, "/nacos/v3/admin/ns/service", nullptr, &Http::update_service, kWritesServiceV3,
        "Sets threshold, metadata and selector of a service.", kCreate, kNamingAdmin},
       {Method::kDelete, "/nacos/v3/admin/ns/service", nullptr, &Http::remove_service, kWritesServiceV3,
        "Removes a service without instances.", kService, kNamingAdmin},
       {Method::kGet, "/nacos/v3/admin/ns/service", &Http::service, nullptr, kReadsServiceV3,
        "What is set for a service, and its clusters.", kService, kNamingAdmin},
       {Method::kGet, "/nacos/v3/admin/ns/service/list", nullptr, &Http::services, kReadsSpaceV2,
        "Services with counts of their instances, or with the instances.", kServices, kNamingAdmin},
       {Method::kGet, "/nacos/v3/admin/ns/service/subscribers", nullptr, &Http::subscribers, kReadsSpaceV2,
        "Who subscribes to services whose names have these parts.", kSubscribers, kNamingAdmin},
       {Method::kGet,
        "/nacos/v3/admin/ns/service/selector/types",
        &Http::selector_types,
        nullptr,
        kReadsServiceV3,
        "The types of selectors.",
        {},
        kNamingAdmin},
       {Method::kPut, "/nacos/v3/admin/ns/cluster", nullptr, &Http::update_cluster, kWritesServiceV3,
        "Sets how a cluster is checked, and its metadata.", kUpdateCluster, kNamingAdmin}});
}

void NamingAdminHttp::add_console(std::vector<wire::Endpoint<NamingAdminHttp>>& rows) {
  using Http = NamingAdminHttp;
  rows.insert(
      rows.end(),
      {{Method::kPut, "/v3/console/ns/instance", nullptr, &Http::update, kWritesServiceV3,
        "Sets weight, whether it is to be called and metadata on an instance.", kRegister, kNamingConsole},
       {Method::kPost, "/v3/console/ns/service", nullptr, &Http::create_service, kWritesServiceV3,
        "Creates a service.", kCreate, kNamingConsole},
       {Method::kPut, "/v3/console/ns/service", nullptr, &Http::console_update_service, kWritesServiceV3,
        "Sets threshold, metadata and selector of a service.", kCreate, kNamingConsole},
       {Method::kDelete, "/v3/console/ns/service", nullptr, &Http::remove_service, kWritesServiceV3,
        "Removes a service without instances.", kService, kNamingConsole},
       {Method::kGet, "/v3/console/ns/service", &Http::console_service, nullptr, kReadsServiceV3,
        "What is set for a service, and its clusters.", kService, kNamingConsole},
       {Method::kGet, "/v3/console/ns/service/list", nullptr, &Http::services, kReadsSpaceV2,
        "Services with counts of their instances, or with the instances.", kServices, kNamingConsole},
       {Method::kGet, "/v3/console/ns/service/subscribers", nullptr, &Http::subscribers, kReadsSpaceV2,
        "Who subscribes to services whose names have these parts.", kSubscribers, kNamingConsole},
       {Method::kGet,
        "/v3/console/ns/service/selector/types",
        &Http::selector_types,
        nullptr,
        "identity",
        "The types of selectors.",
        {},
        kNamingConsole},
       {Method::kPut, "/v3/console/ns/service/cluster", nullptr, &Http::update_cluster, kWritesServiceV3,
        "Sets how a cluster is checked, and its metadata.", kUpdateCluster, kNamingConsole}});
  add_any<Http>(rows, {Method::kGet, "/v3/console/ns/instance/list", &Http::console_list, nullptr,
                       kReadsServiceV3, "The instances of a cluster, in pages.", kHostsPage, kNamingConsole});
}

std::span<const wire::Endpoint<NamingAdminHttp>> NamingAdminHttp::rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows;
    add_instances(rows);
    add_services(rows);
    add_console(rows);
    return rows;
  }();
  return kRows;
}

}  // namespace batata::nacos
