#pragma once
#include <string>
#include <vector>

#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/task.h"
#include "cluster/watches.h"
#include "domain/config/config_id.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/fuzzy_watch.h"
#include "faces/nacos/grpc/fuzzy_watch_rpc.h"
#include "faces/nacos/grpc/push.h"
#include "faces/nacos/grpc/push_times.h"
#include "faces/nacos/grpc/rpc.h"

namespace batata::nacos {

/// Watches of configs by patterns: who is told which configs appear and go. What they say is no part of it.
/// Loop only.
///
/// Follows the store with a cursor of its own, which rests while nobody watches.
/// Source: upstream's ConfigFuzzyWatchRequestHandler and ConfigFuzzyWatchContextService.
class ConfigFuzzyWatch {
 public:
  ConfigFuzzyWatch(cluster::Watches& watches, Connections& connections, Pushes& pushes,
                   const PushTimes& times, const FuzzyLimits& limits);
  ConfigFuzzyWatch(const ConfigFuzzyWatch&) = delete;
  ConfigFuzzyWatch& operator=(const ConfigFuzzyWatch&) = delete;

  /// The row. It refers to this object, which must outlive it.
  [[nodiscard]] std::vector<Rpc> rows();
  /// Follows the store for ever. Runs in the face's scope.
  Task<void> run();

 private:
  Task<RpcAnswer> watch(ConnectionPtr connection, FuzzyRequest request);
  Task<void> follow(Revision since);
  std::vector<ResourceName> slice(const std::string& space, const ResourceName* after) const;

  cluster::Watches& watches_;
  FuzzyWatch fuzzy_;
  OneShot<Revision>::Setter begun_;  // while nobody watches: wakes `run` with what is to be told after
};

}  // namespace batata::nacos
