#pragma once
#include <memory>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/fuzzy_watch.h"
#include "faces/nacos/grpc/fuzzy_watch_rpc.h"
#include "faces/nacos/grpc/push.h"
#include "faces/nacos/grpc/push_times.h"
#include "faces/nacos/grpc/rpc.h"

namespace batata::nacos {

/// Watches of services by patterns. A service is there while it has instances. Loop only.
/// Source: upstream's NamingFuzzyWatchRequestHandler and NamingFuzzyWatchContextService.
class NamingFuzzyWatch {
 public:
  NamingFuzzyWatch(Runtime& runtime, domain::DiscoveryService& services, Connections& connections,
                   Pushes& pushes, const PushTimes& times, const FuzzyLimits& limits);
  NamingFuzzyWatch(const NamingFuzzyWatch&) = delete;
  NamingFuzzyWatch& operator=(const NamingFuzzyWatch&) = delete;

  /// The row. It refers to this object, which must outlive it.
  [[nodiscard]] std::vector<Rpc> rows();

 private:
  Task<RpcAnswer> watch(ConnectionPtr connection, FuzzyRequest request);
  std::vector<ResourceName> slice(const std::string& space, const ResourceName* after) const;

  domain::DiscoveryService& services_;
  FuzzyWatch fuzzy_;
  std::shared_ptr<domain::DiscoveryService::Listener> watching_;
};

}  // namespace batata::nacos
