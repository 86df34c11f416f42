#include "faces/nacos/face.h"

#include <algorithm>
#include <array>
#include <utility>

#include "faces/nacos/access/auth_http.h"
#include "faces/nacos/common/priorities.h"
#include "faces/nacos/config/client_metrics_http.h"
#include "faces/nacos/config/config_admin_http.h"
#include "faces/nacos/config/config_fuzzy_watch.h"
#include "faces/nacos/config/config_history_http.h"
#include "faces/nacos/config/config_http.h"
#include "faces/nacos/config/config_hub.h"
#include "faces/nacos/config/config_list_http.h"
#include "faces/nacos/config/config_listeners_http.h"
#include "faces/nacos/config/config_ops_http.h"
#include "faces/nacos/config/config_polls.h"
#include "faces/nacos/config/config_rpcs.h"
#include "faces/nacos/config/config_transfer_http.h"
#include "faces/nacos/core/core_http.h"
#include "faces/nacos/core/namespace_check.h"
#include "faces/nacos/core/namespace_http.h"
#include "faces/nacos/core/prometheus_http.h"
#include "faces/nacos/core/server_http.h"
#include "faces/nacos/grpc/dispatcher.h"
#include "faces/nacos/naming/naming_admin_http.h"
#include "faces/nacos/naming/naming_client_http.h"
#include "faces/nacos/naming/naming_fuzzy_watch.h"
#include "faces/nacos/naming/naming_http.h"
#include "faces/nacos/naming/naming_hub.h"
#include "faces/nacos/naming/naming_operator_http.h"
#include "faces/nacos/naming/naming_room.h"
#include "faces/nacos/naming/naming_rpcs.h"
#include "faces/nacos/naming/naming_service_http.h"
#include "faces/nacos/naming/naming_v2_http.h"
#include "faces/nacos/naming/udp_push.h"

namespace batata::nacos {
namespace {

Result<RpcAnswer> health_check(const RpcCall&) {
  return succeeded();
}

std::vector<Rpc> own_rows() {
  std::vector<Rpc> rows;
  rows.push_back({.request = "HealthCheckRequest",
                  .response = "HealthCheckResponse",
                  .failure_members = "",
                  .summary = "Keeps the connection alive.",
                  .priority = wire::Priority::kVital,
                  .answer = health_check});
  // Nodes of batata talk to each other in another way; Nacos servers do not join them.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kBetweenServers = {{
      {"ServerLoaderInfoRequest", "ServerLoaderInfoResponse"},
      {"ServerReloadRequest", "ServerReloadResponse"},
      {"MemberReportRequest", "MemberReportResponse"},
      {"DistroDataRequest", "DistroDataResponse"},
      {"ConfigChangeClusterSyncRequest", "ConfigChangeClusterSyncResponse"},
  }};
  for (const auto& [request, response] : kBetweenServers) {
    rows.push_back({.request = request,
                    .response = response,
                    .failure_members = "",
                    .summary = "Only between servers: refused.",
                    .cluster_only = true});
  }
  return rows;
}

}  // namespace

Face::Face(Services services)
    : services_(std::move(services)),
      access_(services_.runtime, services_.access.rights(), services_.sign_ins, services_.access_options),
      pushes_(services_.runtime, services_.identity.ip),
      connections_(services_.runtime, pushes_, services_.connections_max),
      members_(services_.identity, services_.runtime.wall_now(), services_.ready, services_.raft),
      config_counts_(services_.watches.store()),
      scope_(services_.runtime) {
  dispatcher_ = std::make_unique<Dispatcher>(services_.runtime, scope_, connections_, pushes_, access_,
                                             services_.load, services_.log);
  hub_ = std::make_unique<ConfigHub>(services_.watches, connections_, pushes_, push_meters_,
                                     services_.push_times);
  config_rpcs_ = std::make_unique<ConfigRpcs>(services_.runtime, services_.configs, *hub_);
  config_polls_ = std::make_unique<ConfigPolls>(services_.runtime);
  config_http_ =
      std::make_unique<ConfigHttp>(services_.runtime, services_.watches, services_.configs, *config_polls_);
  config_admin_http_ = std::make_unique<ConfigAdminHttp>(services_.configs);
  config_history_http_ = std::make_unique<ConfigHistoryHttp>(services_.runtime, services_.configs);
  config_listeners_http_ = std::make_unique<ConfigListenersHttp>(*hub_, *config_polls_);
  config_list_http_ = std::make_unique<ConfigListHttp>(services_.config_search, services_.access.rights());
  config_transfer_http_ = std::make_unique<ConfigTransferHttp>(
      services_.runtime, services_.config_transfer, services_.namespaces, services_.access.rights());
  config_ops_http_ = std::make_unique<ConfigOpsHttp>(services_.capacities);
  instance_ids_ = std::make_unique<InstanceIds>(services_.runtime);
  naming_hub_ = std::make_unique<NamingHub>(services_.runtime, services_.discovery, connections_, pushes_,
                                            push_counters_, push_meters_, services_.push_times);
  naming_rpcs_ = std::make_unique<NamingRpcs>(services_.runtime, services_.discovery, *naming_hub_,
                                              connections_, *instance_ids_);
  core_http_ = std::make_unique<CoreHttp>(members_);
  namespace_http_ = std::make_unique<NamespaceHttp>(services_.namespaces, config_counts_);
  prometheus_http_ = std::make_unique<PrometheusHttp>(services_.discovery);
  if (services_.namespaces_must_exist) {
    dispatcher_->set_namespace_check(
        [this](json::Value body) { return find_absent_namespace(services_.namespaces, body); });
  }
  config_fuzzy_ = std::make_unique<ConfigFuzzyWatch>(services_.watches, connections_, pushes_,
                                                     services_.push_times, services_.config_fuzzy);
  naming_fuzzy_ = std::make_unique<NamingFuzzyWatch>(services_.runtime, services_.discovery, connections_,
                                                     pushes_, services_.push_times, services_.naming_fuzzy);
  lock_rpcs_ = std::make_unique<LockRpcs>(services_.runtime, services_.locks, services_.lock_times);
  loader_http_ =
      std::make_unique<LoaderHttp>(services_.runtime, services_.identity, connections_, services_.machine);
  client_metrics_http_ = std::make_unique<ClientMetricsHttp>(services_.runtime, connections_, pushes_);
  server_http_ = std::make_unique<ServerHttp>(services_.runtime, services_.identity, access_,
                                              services_.configs, services_.capacities, services_.ready);
  auth_http_ = std::make_unique<AuthHttp>(services_.runtime, services_.access, services_.sign_ins, access_);
  if (services_.datagrams != nullptr) {
    udp_push_ = std::make_unique<UdpPush>(services_.runtime, services_.discovery, *services_.datagrams,
                                          push_counters_, services_.push_times);
  }
  naming_room_ = std::make_unique<NamingRoom>(
      NamingRoom{services_.runtime, services_.discovery, *instance_ids_, *naming_hub_, connections_,
                 push_counters_, udp_push_.get(), services_.identity, services_.machine});
  naming_http_ = std::make_unique<NamingHttp>(*naming_room_);
  naming_service_http_ = std::make_unique<NamingServiceHttp>(*naming_room_);
  naming_operator_http_ = std::make_unique<NamingOperatorHttp>(*naming_room_);
  naming_client_http_ = std::make_unique<NamingClientHttp>(*naming_room_);
  naming_v2_http_ = std::make_unique<NamingV2Http>(*naming_room_);
  naming_admin_http_ = std::make_unique<NamingAdminHttp>(*naming_room_);
  for (Rpc& row : own_rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : config_rpcs_->rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : naming_rpcs_->rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : config_fuzzy_->rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : naming_fuzzy_->rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : lock_rpcs_->rows()) dispatcher_->add(std::move(row));
}

Face::~Face() = default;

void Face::add_http(wire::Router& router) {
  router_ = &router;
  router.add(*config_http_, ConfigHttp::rows(), &access_, priority_of);
  router.add(*naming_http_, NamingHttp::rows(), &access_, priority_of);
  router.add(*server_http_, ServerHttp::rows(), &access_, priority_of);
  router.add(*core_http_, CoreHttp::rows(), &access_, priority_of);
  router.add(*namespace_http_, NamespaceHttp::rows(), &access_, priority_of);
  if (services_.prometheus) router.add(*prometheus_http_, PrometheusHttp::rows(), &access_, priority_of);
  router.add(*loader_http_, LoaderHttp::rows(), &access_, priority_of);
  router.add(*client_metrics_http_, ClientMetricsHttp::rows(), &access_, priority_of);
  router.add(*auth_http_, AuthHttp::rows_v1(), &access_, priority_of);
  router.add(*auth_http_, AuthHttp::rows_v3(), &access_, priority_of);
  router.add(*config_admin_http_, ConfigAdminHttp::rows(), &access_, priority_of);
  router.add(*config_history_http_, ConfigHistoryHttp::rows(), &access_, priority_of);
  router.add(*config_listeners_http_, ConfigListenersHttp::rows(), &access_, priority_of);
  router.add(*naming_service_http_, NamingServiceHttp::rows(), &access_, priority_of);
  router.add(*naming_operator_http_, NamingOperatorHttp::rows(), &access_, priority_of);
  router.add(*naming_client_http_, NamingClientHttp::rows(), &access_, priority_of);
  router.add(*naming_v2_http_, NamingV2Http::rows(), &access_, priority_of);
  router.add(*naming_admin_http_, NamingAdminHttp::rows(), &access_, priority_of);
  router.add(*config_list_http_, ConfigListHttp::rows(), &access_, priority_of);
  router.add(*config_transfer_http_, ConfigTransferHttp::rows(), &access_, priority_of);
  router.add(*config_ops_http_, ConfigOpsHttp::rows(), &access_, priority_of);
  server_http_->add_fallbacks(router);
  config_http_->add_fallbacks(router);
}

std::vector<std::span<const metrics::Metric>> Face::metric_tables() {
  return {Dispatcher::metric_rows(), PushMeters::metric_rows(), Connections::metric_rows(),
          face_metric_rows()};
}

void Face::write(metrics::Writer& out) {
  dispatcher_->write(out);
  push_meters_.write(out);
  connections_.write(out);
  write_face_metrics(out, figures());
}

FaceFigures Face::figures() {
  FaceFigures figures;
  figures.configs = config_counts_.of_each_space();
  figures.services = services_.discovery.service_counts();
  figures.instances = services_.discovery.instance_count();
  figures.connections = connections_.all().size();
  figures.config_listeners = hub_->connections();
  figures.config_listens = hub_->size();
  figures.long_polls = config_polls_->size();
  figures.subscriptions = naming_hub_->size();
  figures.udp_subscriptions = udp_push_ == nullptr ? 0 : udp_push_->size();
  figures.config_pushes_under_way = push_meters_.under_way(Pushed::kConfig);
  figures.service_pushes_under_way = push_meters_.under_way(Pushed::kService);
  figures.published = services_.configs.published();
  figures.registrations = services_.discovery.registrations();
  figures.service_pushes = push_counters_;
  if (services_.machine) figures.machine = services_.machine();
  figures.leading = services_.raft != nullptr && services_.raft().leading;
  if (router_ != nullptr) figures.http = router_->times();
  figures.grpc = dispatcher_->times();
  return figures;
}

std::vector<wire::GrpcMethod> Face::grpc_methods() {
  wire::GrpcMethod unary, stream;
  unary.path = "/Request/request";
  unary.unary = [this](const std::shared_ptr<wire::Transport>& transport, std::string_view message,
                       wire::UnaryReply reply) { dispatcher_->unary(transport, message, std::move(reply)); };
  stream.path = "/BiRequestStream/requestBiStream";
  stream.stream = [this](const std::shared_ptr<wire::Transport>& transport,
                         std::shared_ptr<wire::Duplex> duplex) {
    return dispatcher_->stream(transport, std::move(duplex));
  };
  return {std::move(unary), std::move(stream)};
}

std::vector<const Rpc*> Face::rpcs() const {
  std::vector<const Rpc*> rows;
  for (const auto& [name, row] : dispatcher_->rows()) rows.push_back(&row);
  std::ranges::sort(rows, {}, &Rpc::request);
  return rows;
}

void Face::start() {
  scope_.spawn(connections_.watch_over());
  scope_.spawn(config_counts_.follow(services_.watches));
  scope_.spawn(hub_->run());
  scope_.spawn(config_fuzzy_->run());
}

}  // namespace batata::nacos
