#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/scope.h"
#include "cluster/single_node_registry.h"
#include "domain/discovery/discovery_service.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {

inline const registry::ServiceKey kOrders{"public", "DEFAULT_GROUP", "orders"};

inline registry::Instance instance(const std::string& ip, std::uint16_t port = 80) {
  registry::Instance made;
  made.id = ip + "#" + std::to_string(port);
  made.ip = ip;
  made.port = port;
  return made;
}

/// A DiscoveryService over a store and a registry, in virtual time: what the fixtures of its tests have.
struct DiscoveryHouse {
  DiscoveryHouse() { discovery.start(); }

  // Starts `task`; `answer` is set when it has completed.
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& answer) {
    answer.emplace(co_await task);
  }
  // What the task gives: at once, or after some writes.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> answer;
    scope.spawn(keep(std::move(task), answer));
    runtime.settle();
    if (!answer) runtime.run_for(std::chrono::milliseconds(50));
    return answer.value();
  }
  std::vector<std::string> ips(const registry::ServiceKey& service = kOrders) const {
    std::vector<std::string> seen;
    if (const SnapshotPtr snapshot = discovery.snapshot(service))
      for (const auto& each : snapshot->instances) seen.push_back(each->ip);
    return seen;
  }
  // The one instance of the service; one without an address when there is not one.
  registry::Instance only(const registry::ServiceKey& service = kOrders) const {
    const SnapshotPtr snapshot = discovery.snapshot(service);
    return snapshot != nullptr && snapshot->instances.size() == 1 ? *snapshot->instances[0]
                                                                  : registry::Instance{};
  }

  sim::SimRuntime runtime;
  cluster::SingleNodeRegistry registry{NodeId{1}};
  sim::ImmediateProposer proposer{runtime};
  DiscoveryService discovery{runtime, registry, proposer.watches, proposer};
  Scope scope{runtime};
};

}  // namespace batata::domain
