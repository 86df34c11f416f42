#include "faces/nacos/face.h"

#include <array>
#include <utility>

#include "faces/nacos/config_admin_http.h"
#include "faces/nacos/config_history_http.h"
#include "faces/nacos/config_http.h"
#include "faces/nacos/config_hub.h"
#include "faces/nacos/config_list_http.h"
#include "faces/nacos/config_listeners_http.h"
#include "faces/nacos/config_ops_http.h"
#include "faces/nacos/config_polls.h"
#include "faces/nacos/config_rpcs.h"
#include "faces/nacos/config_transfer_http.h"
#include "faces/nacos/dispatcher.h"
#include "faces/nacos/naming_http.h"
#include "faces/nacos/naming_hub.h"
#include "faces/nacos/naming_rpcs.h"
#include "faces/nacos/server_http.h"

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
      pushes_(services_.runtime, services_.identity.ip),
      connections_(services_.runtime, pushes_),
      scope_(services_.runtime) {
  dispatcher_ = std::make_unique<Dispatcher>(services_.runtime, scope_, connections_, pushes_);
  hub_ = std::make_unique<ConfigHub>(services_.watches, connections_, pushes_, services_.push_times);
  config_rpcs_ = std::make_unique<ConfigRpcs>(services_.runtime, services_.configs, *hub_);
  config_polls_ = std::make_unique<ConfigPolls>(services_.runtime);
  config_http_ =
      std::make_unique<ConfigHttp>(services_.runtime, services_.watches, services_.configs, *config_polls_);
  config_admin_http_ = std::make_unique<ConfigAdminHttp>(services_.configs);
  config_history_http_ = std::make_unique<ConfigHistoryHttp>(services_.runtime, services_.configs);
  config_listeners_http_ = std::make_unique<ConfigListenersHttp>(*hub_, *config_polls_);
  config_list_http_ = std::make_unique<ConfigListHttp>(services_.config_search);
  config_transfer_http_ = std::make_unique<ConfigTransferHttp>(services_.runtime, services_.config_transfer);
  config_ops_http_ = std::make_unique<ConfigOpsHttp>(services_.capacities);
  instance_ids_ = std::make_unique<InstanceIds>(services_.runtime);
  naming_hub_ = std::make_unique<NamingHub>(services_.runtime, services_.discovery, connections_, pushes_,
                                            services_.push_times);
  naming_rpcs_ =
      std::make_unique<NamingRpcs>(services_.discovery, *naming_hub_, connections_, *instance_ids_);
  naming_http_ = std::make_unique<NamingHttp>(services_.runtime, services_.discovery, *instance_ids_);
  server_http_ = std::make_unique<ServerHttp>(services_.runtime, services_.identity, services_.ready);
  for (Rpc& row : own_rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : config_rpcs_->rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : naming_rpcs_->rows()) dispatcher_->add(std::move(row));
}

Face::~Face() = default;

void Face::add_http(wire::Router& router) {
  router.add(*config_http_, ConfigHttp::rows());
  router.add(*config_admin_http_, ConfigAdminHttp::rows());
  router.add(*config_history_http_, ConfigHistoryHttp::rows());
  router.add(*config_listeners_http_, ConfigListenersHttp::rows());
  router.add(*config_list_http_, ConfigListHttp::rows());
  router.add(*config_transfer_http_, ConfigTransferHttp::rows());
  router.add(*config_ops_http_, ConfigOpsHttp::rows());
  router.add(*naming_http_, NamingHttp::rows());
  router.add(*server_http_, ServerHttp::rows());
  server_http_->add_fallbacks(router);
  config_http_->add_fallbacks(router);
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

void Face::start() {
  scope_.spawn(connections_.watch_over());
  scope_.spawn(hub_->run());
}

}  // namespace batata::nacos
