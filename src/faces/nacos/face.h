#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/scope.h"
#include "cluster/watches.h"
#include "domain/access/access_service.h"
#include "domain/access/sign_ins.h"
#include "domain/config/config_counts.h"
#include "domain/config/config_service.h"
#include "domain/config/config_transfer.h"
#include "domain/config/search.h"
#include "domain/coordination/lock_service.h"
#include "domain/discovery/discovery_service.h"
#include "domain/namespaces/namespace_service.h"
#include "faces/nacos/access/access.h"
#include "faces/nacos/common/identity.h"
#include "faces/nacos/common/machine_load.h"
#include "faces/nacos/core/loader_http.h"
#include "faces/nacos/core/lock_rpcs.h"
#include "faces/nacos/core/members.h"
#include "faces/nacos/face_metrics.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/fuzzy_watch.h"
#include "faces/nacos/grpc/push.h"
#include "faces/nacos/grpc/push_counters.h"
#include "faces/nacos/grpc/push_meters.h"
#include "faces/nacos/grpc/push_times.h"
#include "faces/nacos/grpc/rpc.h"
#include "wire/datagram.h"
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
  domain::NamespaceService& namespaces;
  domain::LockService& locks;
  domain::AccessService& access;
  domain::SignIns& sign_ins;
  Identity identity;
  PushTimes push_times = {};
  FuzzyLimits config_fuzzy = {};
  FuzzyLimits naming_fuzzy = {.patterns = 20, .matches = 500, .batch = 10};
  LockTimes lock_times = {};
  std::size_t connections_max = 0;  ///< of gRPC; 0: any number
  /// For pushes to clients of 1.x; null: they are not pushed to.
  wire::Datagrams* datagrams = nullptr;
  /// How busy the machine is; loop only. Empty: not known.
  std::function<MachineLoad()> machine = nullptr;
  /// True while this node can serve; any thread. Empty: always.
  std::function<bool()> ready = nullptr;
  /// What is known of the group that replicates the state; loop only. Empty: nothing.
  std::function<RaftView()> raft = nullptr;
  /// Whether there is room for a request of gRPC; null: there always is.
  wire::Load* load = nullptr;
  /// Who is told of requests of gRPC; null: nobody.
  wire::RequestLog* log = nullptr;
  bool prometheus = false;             ///< serve service discovery for Prometheus, to anybody
  bool namespaces_must_exist = false;  ///< over gRPC
  AccessOptions access_options = {};   ///< by default nobody has to sign in
};

class AuthHttp;
class ClientMetricsHttp;
class ConfigAdminHttp;
class ConfigFuzzyWatch;
class ConfigHistoryHttp;
class ConfigHttp;
class ConfigHub;
class ConfigListHttp;
class ConfigListenersHttp;
class ConfigOpsHttp;
class ConfigPolls;
class ConfigRpcs;
class CoreHttp;
class ConfigTransferHttp;
class Dispatcher;
class InstanceIds;
class NamespaceHttp;
class NamingFuzzyWatch;
class NamingAdminHttp;
class NamingClientHttp;
class NamingHttp;
class NamingHub;
class NamingOperatorHttp;
struct NamingRoom;
class NamingRpcs;
class PrometheusHttp;
class NamingServiceHttp;
class NamingV2Http;
class ServerHttp;
class UdpPush;

/// Nacos, spoken to its clients: HTTP under /nacos and gRPC. Built once by app/; everything of it dies with
/// it.
class Face {
 public:
  explicit Face(Services services);
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;
  ~Face();

  [[nodiscard]] static std::vector<std::span<const metrics::Metric>> metric_tables();
  /// Writes these metrics. Loop only, while the router of `add_http` lives.
  void write(metrics::Writer& out);
  /// Adds the rows and the answers for what no row matches. The router must not be used after the face's end.
  void add_http(wire::Router& router);
  /// Who may do what, for the rows of other faces that people sign in to with the same accounts.
  [[nodiscard]] wire::Gate& gate() { return access_; }
  /// The two methods of the SDKs' gRPC port. Not to be called after the face's end.
  [[nodiscard]] std::vector<wire::GrpcMethod> grpc_methods();
  /// The request types of gRPC that have a row, by name.
  [[nodiscard]] std::vector<const Rpc*> rpcs() const;
  /// Starts what runs by itself: liveness of connections, change pushes, counts. Loop only, once.
  void start();

 private:
  [[nodiscard]] FaceFigures figures();

  Services services_;
  Access access_;
  Pushes pushes_;
  Connections connections_;
  std::unique_ptr<Dispatcher> dispatcher_;
  PushCounters push_counters_;
  PushMeters push_meters_;
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
  std::unique_ptr<UdpPush> udp_push_;
  std::unique_ptr<NamingRoom> naming_room_;
  std::unique_ptr<NamingHttp> naming_http_;
  std::unique_ptr<ConfigFuzzyWatch> config_fuzzy_;
  std::unique_ptr<NamingFuzzyWatch> naming_fuzzy_;
  std::unique_ptr<LockRpcs> lock_rpcs_;
  std::unique_ptr<LoaderHttp> loader_http_;
  std::unique_ptr<ClientMetricsHttp> client_metrics_http_;
  std::unique_ptr<NamingServiceHttp> naming_service_http_;
  std::unique_ptr<NamingOperatorHttp> naming_operator_http_;
  std::unique_ptr<NamingClientHttp> naming_client_http_;
  std::unique_ptr<NamingV2Http> naming_v2_http_;
  std::unique_ptr<NamingAdminHttp> naming_admin_http_;
  std::unique_ptr<ServerHttp> server_http_;
  Members members_;
  domain::ConfigCounts config_counts_;
  std::unique_ptr<CoreHttp> core_http_;
  std::unique_ptr<NamespaceHttp> namespace_http_;
  std::unique_ptr<PrometheusHttp> prometheus_http_;
  std::unique_ptr<AuthHttp> auth_http_;
  const wire::Router* router_ = nullptr;  // null before add_http
  Scope scope_;                           // last: its tasks use all of the above
};

}  // namespace batata::nacos
