#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "base/hash.h"
#include "cluster/watches.h"
#include "domain/config/config_id.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/push.h"
#include "faces/nacos/grpc/push_meters.h"
#include "faces/nacos/grpc/push_times.h"

namespace batata::nacos {

/// Who listens to which config over gRPC, and the pushes that tell them. Loop only.
///
/// One cursor over all configs and their gray releases feeds it. A changed release is told to every listener
/// of the config, for whom it may be or not: who looks again finds out. A listener has at most one
/// unacknowledged push for a config; changes that come meanwhile are told by one more push after it. Pushes
/// carry no content, so a late one is never wrong.
class ConfigHub {
 public:
  /// All of it outlives the hub.
  ConfigHub(cluster::Watches& watches, Connections& connections, Pushes& pushes, PushMeters& meters,
            const PushTimes& times);
  ConfigHub(const ConfigHub&) = delete;
  ConfigHub& operator=(const ConfigHub&) = delete;

  /// Adds a listener, or changes how it spells the namespace: pushes repeat that spelling, and none when it
  /// is blank. `md5` is what the client has, kept for whoever asks who listens. False when the connection
  /// listens to kListensMax configs already.
  [[nodiscard]] bool listen(const Connection& connection, const domain::ConfigId& id, std::string spelling,
                            std::string_view md5);
  /// Whatever the spelling was.
  void forget(const Connection& connection, const domain::ConfigId& id);
  /// Listeners of all configs together.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Connections that listen to anything.
  [[nodiscard]] std::size_t connections() const { return by_connection_.size(); }

  /// Calls `visit` for each listener of a config with its address and the md5 that it said it has.
  using VisitListener = std::function<void(const std::string& address, const std::string& md5)>;
  Task<void> each_listener(domain::ConfigId id, VisitListener visit) const;
  /// Calls `visit` for each config that the connections of an address listen to. Goes through all
  /// connections.
  using VisitConfig = std::function<void(const domain::ConfigId& id, const std::string& md5)>;
  Task<void> each_config(std::string address, VisitConfig visit) const;

  /// Follows the store for ever. Runs in the face's scope.
  Task<void> run();

  static constexpr std::size_t kListensMax = 50'000;  ///< of one connection; real clients have hundreds
  /// Pushes between which others get the loop: some 2 ms.
  static constexpr int kSliceMax = 1000;
  static constexpr std::size_t kShownMd5Max = 32;  ///< what more a client calls an md5 is not kept

 private:
  struct Listener {
    std::string spelling, md5;
    bool in_flight = false, changed_again = false;
    SteadyTime changed_at;  // while changed_again: when first
  };
  struct Topic {
    std::string key;
    domain::ConfigId id;
    std::map<std::uint64_t, Listener> listeners;  // by the serial of the connection
  };
  using TopicPtr = std::shared_ptr<Topic>;
  using PushBySpelling = std::vector<std::pair<std::string, Push>>;

  // Of a change that was made at `changed_at`.
  Task<void> notify(TopicPtr topic, SteadyTime changed_at);
  Task<void> notify_everyone();
  void push(const TopicPtr& topic, std::uint64_t serial, Listener& listener, SteadyTime changed_at,
            PushBySpelling& made);
  void settle(const TopicPtr& topic, std::uint64_t serial, SteadyTime changed_at, PushOutcome outcome);
  /// The topic that an event changes the value of for somebody; null when there is none.
  [[nodiscard]] TopicPtr changed_topic(const store::Event& event) const;
  Push make_push(const Topic& topic, std::string_view spelling);
  void erase(Topic& topic, std::uint64_t serial);
  void connection_gone(std::uint64_t serial);

  const PushPolicy policy_;
  cluster::Watches& watches_;
  Connections& connections_;
  Pushes& pushes_;
  PushMeters& meters_;
  std::unordered_map<std::string, TopicPtr, StringHash, std::equal_to<>> topics_;
  std::unordered_map<std::uint64_t, std::unordered_map<const Topic*, TopicPtr>> by_connection_;
  std::size_t size_ = 0;
  int pushed_ = 0;  // by `run`, since others had the loop
};

}  // namespace batata::nacos
