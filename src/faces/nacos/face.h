#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/scope.h"
#include "cluster/watches.h"
#include "domain/config/config_service.h"
#include "domain/config/config_transfer.h"
#include "domain/config/search.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/connections.h"
#include "faces/nacos/identity.h"
#include "faces/nacos/push.h"
#include "faces/nacos/push_times.h"
#include "faces/nacos/rpc.h"
#include "wire/grpc.h"
#include "wire/router.h"

namespace batata::nacos {

/// What the face stands on. All of it outlives the face.
struct Services {
  Runtime& runtime;
  cluster::Watches& watches;
  domain::ConfigService& configs;
  domain::ConfigSearch& config_search;
  domain::ConfigTransfer& config_transfer;
  domain::Capacities& capacities;
  domain::DiscoveryService& discovery;
  Identity identity;
  PushTimes push_times = {};
  /// True while this node can serve; any thread. Empty: always.
  std::function<bool()> ready = nullptr;
};

class ConfigAdminHttp;
class ConfigHistoryHttp;
class ConfigHttp;
class ConfigHub;
class ConfigListHttp;
class ConfigListenersHttp;
class ConfigOpsHttp;
class ConfigPolls;
class ConfigRpcs;
class ConfigTransferHttp;
class Dispatcher;
class InstanceIds;
class NamingHttp;
class NamingHub;
class NamingRpcs;
class ServerHttp;

/// Nacos, spoken to its clients: HTTP under /nacos and gRPC. Built once by app/; everything of it dies with
/// it.
class Face {
 public:
  explicit Face(Services services);
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;
  ~Face();

  /// Adds the rows and the answers for what no row matches. The router must not be used after the face's end.
  void add_http(wire::Router& router);
  /// The two methods of the SDKs' gRPC port. Not to be called after the face's end.
  [[nodiscard]] std::vector<wire::GrpcMethod> grpc_methods();
  /// Starts what runs by itself: liveness of connections and change pushes. Loop only, once.
  void start();

 private:
  Services services_;
  Pushes pushes_;
  Connections connections_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<ConfigHub> hub_;
  std::unique_ptr<ConfigRpcs> config_rpcs_;
  std::unique_ptr<ConfigPolls> config_polls_;
  std::unique_ptr<ConfigHttp> config_http_;
  std::unique_ptr<ConfigAdminHttp> config_admin_http_;
  std::unique_ptr<ConfigHistoryHttp> config_history_http_;
  std::unique_ptr<ConfigListenersHttp> config_listeners_http_;
  std::unique_ptr<ConfigListHttp> config_list_http_;
  std::unique_ptr<ConfigTransferHttp> config_transfer_http_;
  std::unique_ptr<ConfigOpsHttp> config_ops_http_;
  std::unique_ptr<InstanceIds> instance_ids_;
  std::unique_ptr<NamingHub> naming_hub_;
  std::unique_ptr<NamingRpcs> naming_rpcs_;
  std::unique_ptr<NamingHttp> naming_http_;
  std::unique_ptr<ServerHttp> server_http_;
  Scope scope_;  // last: its tasks use all of the above
};

}  // namespace batata::nacos
