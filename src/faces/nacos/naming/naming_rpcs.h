#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/rpc.h"
#include "faces/nacos/naming/naming_hub.h"
#include "faces/nacos/naming/naming_instance.h"

namespace batata::nacos {

/// Services and their instances over gRPC. An instance lives as long as the connection that registered it,
/// unless it is a persistent one.
///
/// The absent namespace, the blank one and `public` are one, as over HTTP. Upstream takes them as they are
/// sent here, so that Python 3.2, which lists services with a blank one, sees none of those that it
/// registered.
///
/// Handlers run on the loop, but for ServiceQueryRequest's, which may run on any thread.
///
/// Source: upstream's InstanceRequestHandler, PersistentInstanceRequestHandler, BatchInstanceRequestHandler,
/// ServiceQueryRequestHandler, ServiceListRequestHandler and SubscribeServiceRequestHandler.
class NamingRpcs {
 public:
  /// All of it outlives this.
  NamingRpcs(Runtime& runtime, domain::DiscoveryService& services, NamingHub& hub, Connections& connections,
             InstanceIds& ids);
  NamingRpcs(const NamingRpcs&) = delete;
  NamingRpcs& operator=(const NamingRpcs&) = delete;

  /// The rows. They refer to this object, which must outlive them.
  [[nodiscard]] std::vector<Rpc> rows();

  /// Instances of one batch; real ones have a few. They are one change of the registry, in one turn.
  static constexpr std::size_t kBatchInstancesMax = 10'000;

 private:
  struct InstanceRequest {
    registry::ServiceKey service;
    std::optional<std::string> type;
    std::optional<std::vector<SentInstance>> instances;  // one, unless it is a batch
    std::string principal;
  };
  struct ListRequest {
    std::string space, group;
    std::int64_t page_no = 0, page_size = 0;
  };
  struct SubscribeRequest {
    registry::ServiceKey service;
    std::string clusters;
    bool subscribe = false;
  };
  static Result<InstanceRequest> decode_instance(const RpcCall& call);
  static Result<InstanceRequest> decode_batch(const RpcCall& call);
  static Result<ListRequest> decode_list(const RpcCall& call);
  static Result<SubscribeRequest> decode_subscribe(const RpcCall& call);

  Task<RpcAnswer> instance(ConnectionPtr connection, InstanceRequest request);
  Task<RpcAnswer> persistent(ConnectionPtr connection, InstanceRequest request);
  Task<RpcAnswer> batch(ConnectionPtr connection, InstanceRequest request);
  Task<RpcAnswer> list(ConnectionPtr connection, ListRequest request);
  Task<RpcAnswer> subscribe(ConnectionPtr connection, SubscribeRequest request);
  Result<RpcAnswer> query(const RpcCall& call) const;

  Task<RpcAnswer> publish(ConnectionPtr connection, InstanceRequest request);
  registry::Owner owner_of(const Connection& connection);
  void connection_gone(std::uint64_t serial);

  Runtime& runtime_;
  domain::DiscoveryService& services_;
  NamingHub& hub_;
  InstanceIds& ids_;
  std::unordered_map<std::uint64_t, registry::Owner> owners_;  // by the serial of the connection
};

}  // namespace batata::nacos
