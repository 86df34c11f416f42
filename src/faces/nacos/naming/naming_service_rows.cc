#include "faces/nacos/naming/naming_rights.h"
#include "faces/nacos/naming/naming_rows.h"
#include "faces/nacos/naming/naming_service_http.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Param;
using namespace naming_param;

constexpr Param kService[] = {kServiceName, kNamespace, kGroupName};
constexpr Param kCreate[] = {kServiceName, kNamespace, kGroupName, kThreshold, kServiceMetadata, kSelector};
constexpr Param kUpdate[] = {
    kServiceName,     {"protectThreshold", true, "Share of healthy instances below which all are said to be"},
    kNamespace,       kGroupName,
    kServiceMetadata, kSelector};
constexpr Param kList[] = {kNeededPageNo,
                           kNeededPageSize,
                           kNamespace,
                           kGroupName,
                           {"selector", false, "Not looked at, as upstream"}};
constexpr Param kNames[] = {{"namespaceId", false, "Namespace; blank is all of them"},
                            {"expr", false, "A part of group@@name"}};
constexpr Param kSubscribers[] = {kServiceName, kNamespace, kGroupName, kPageNo, kPageSize, kAggregation};
constexpr Param kCatalog[] = {kNeededPageNo,
                              kNeededPageSize,
                              kNamespace,
                              kNamePart,
                              kGroupPart,
                              {"withInstances", false, "Each with its instances; false"},
                              {"hasIpCount", false, "Leave out services without instances; false"}};
constexpr Param kHosts[] = {kServiceName,    kClusterName, kNeededPageNo,
                            kNeededPageSize, kNamespace,   kGroupName};
constexpr Param kUpdateCluster[] = {kServiceName, kClusterName, kCheckPort, kOwnPort,
                                    kChecker,     kNamespace,   kGroupName, kServiceMetadata};
constexpr Param kSetHealth[] = {kServiceName, kIp, kPort, kNewHealth, kNamespace, kGroupName, kCluster};

using Row = wire::Endpoint<NamingServiceHttp>;
using Http = NamingServiceHttp;

}  // namespace

void NamingServiceHttp::add_services(std::vector<Row>& rows) {
  rows.insert(rows.end(),
              {{Method::kPost, "/nacos/v1/ns/service", nullptr, &Http::create, kWritesServiceV1,
                "Creates a service for persistent instances.", kCreate, kNamingV1},
               {Method::kPut, "/nacos/v1/ns/service", nullptr, &Http::update, kWritesServiceV1,
                "Sets threshold, metadata and selector of a service.", kUpdate, kNamingV1},
               {Method::kDelete, "/nacos/v1/ns/service", nullptr, &Http::remove, kWritesServiceV1,
                "Removes a service without instances.", kService, kNamingV1},
               {Method::kGet, "/nacos/v1/ns/service", &Http::detail, nullptr, kReadsServiceV1,
                "What is set for a service, and its clusters.", kService, kNamingV1},
               {Method::kGet, "/nacos/v1/ns/service/list", nullptr, &Http::list, kReadsGroupV1,
                "The services of a group, in pages.", kList, kNamingV1},
               {Method::kGet, "/nacos/v1/ns/service/subscribers", nullptr, &Http::subscribers, kReadsSpaceV1,
                "Who subscribes to services whose names have these parts.", kSubscribers, kNamingV1},
               {Method::kGet,
                "/nacos/v1/ns/service/selector/types",
                &Http::selector_types,
                nullptr,
                "",
                "The types of selectors. Public: the same on every server.",
                {},
                kNamingV1}});
  add_any<Http>(rows, {Method::kGet, "/nacos/v1/ns/service/names", nullptr, &Http::names, "*:*:naming/*:r",
                       "Names of all services, by namespace.", kNames, kNamingV1});
}

void NamingServiceHttp::add_catalog(std::vector<Row>& rows) {
  rows.insert(
      rows.end(),
      {{Method::kGet, "/nacos/v1/ns/catalog/services", nullptr, &Http::catalog_services, kReadsSpaceV2,
        "Services with counts of their instances, or with the instances.", kCatalog, kNamingV1},
       {Method::kGet, "/nacos/v1/ns/catalog/service", &Http::catalog_service, nullptr, kReadsServiceV1,
        "What is set for a service and its clusters.", kService, kNamingV1},
       {Method::kPut, "/nacos/v1/ns/cluster", nullptr, &Http::update_cluster, kWritesServiceV1,
        "Sets how a cluster is checked, and its metadata.", kUpdateCluster, kNamingV1},
       {Method::kPut, "/nacos/v1/ns/health", nullptr, &Http::set_health, kWritesServiceV1,
        "Sets the health of a persistent instance that nothing checks.", kSetHealth, kNamingV1},
       {Method::kPut, "/nacos/v1/ns/health/instance", nullptr, &Http::set_health, kWritesServiceV1,
        "The same under its other name.", kSetHealth, kNamingV1},
       {Method::kGet,
        "/nacos/v1/ns/health/checkers",
        &Http::checkers,
        nullptr,
        "",
        "The types of health checkers. Public: the same on every server.",
        {},
        kNamingV1}});
  add_any<Http>(rows, {Method::kGet, "/nacos/v1/ns/catalog/instances", &Http::catalog_instances, nullptr,
                       kReadsServiceV1, "The instances of a cluster, in pages.", kHosts, kNamingV1});
  add_any<Http>(rows, {Method::kGet,
                       "/nacos/v1/ns/health/server",
                       nullptr,
                       &Http::health_server,
                       "",
                       "That naming answers. Public: asked by probes.",
                       {},
                       kNamingV1});
}

std::span<const wire::Endpoint<NamingServiceHttp>> NamingServiceHttp::rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows;
    add_services(rows);
    add_catalog(rows);
    return rows;
  }();
  return kRows;
}

}  // namespace batata::nacos
