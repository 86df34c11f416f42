#include "faces/nacos/face.h"

#include <array>
#include <utility>

#include "faces/nacos/config_http.h"
#include "faces/nacos/config_hub.h"
#include "faces/nacos/config_rpcs.h"
#include "faces/nacos/dispatcher.h"
#include "faces/nacos/naming_admin_http.h"
#include "faces/nacos/naming_http.h"
#include "faces/nacos/naming_hub.h"
#include "faces/nacos/naming_operator_http.h"
#include "faces/nacos/naming_room.h"
#include "faces/nacos/naming_rpcs.h"
#include "faces/nacos/naming_service_http.h"
#include "faces/nacos/naming_v2_http.h"
#include "faces/nacos/server_http.h"
#include "faces/nacos/udp_push.h"

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
  config_http_ = std::make_unique<ConfigHttp>(services_.runtime, services_.watches, services_.configs);
  instance_ids_ = std::make_unique<InstanceIds>(services_.runtime);
  naming_hub_ = std::make_unique<NamingHub>(services_.runtime, services_.discovery, connections_, pushes_,
                                            push_counters_, services_.push_times);
  naming_rpcs_ =
      std::make_unique<NamingRpcs>(services_.discovery, *naming_hub_, connections_, *instance_ids_);
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
  server_http_ = std::make_unique<ServerHttp>(services_.runtime, services_.identity, services_.ready);
  for (Rpc& row : own_rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : config_rpcs_->rows()) dispatcher_->add(std::move(row));
  for (Rpc& row : naming_rpcs_->rows()) dispatcher_->add(std::move(row));
}

Face::~Face() = default;

void Face::add_http(wire::Router& router) {
  router.add(*config_http_, ConfigHttp::rows());
  router.add(*naming_http_, NamingHttp::rows());
  router.add(*naming_service_http_, NamingServiceHttp::rows());
  router.add(*naming_operator_http_, NamingOperatorHttp::rows());
  router.add(*naming_client_http_, NamingClientHttp::rows());
  router.add(*naming_v2_http_, NamingV2Http::rows());
  router.add(*naming_admin_http_, NamingAdminHttp::rows());
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
