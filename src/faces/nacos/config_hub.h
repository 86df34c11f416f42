#pragma once
#include <cstdint>
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
#include "faces/nacos/connections.h"
#include "faces/nacos/push.h"
#include "faces/nacos/push_times.h"

namespace batata::nacos {

/// Who listens to which config over gRPC, and the pushes that tell them. Loop only.
///
/// One cursor over all configs feeds it. A listener has at most one unacknowledged push for a config; changes
/// that come meanwhile are told by one more push after it. Pushes carry no content, so a late one is never
/// wrong.
class ConfigHub {
 public:
  ConfigHub(cluster::Watches& watches, Connections& connections, Pushes& pushes, const PushTimes& times);
  ConfigHub(const ConfigHub&) = delete;
  ConfigHub& operator=(const ConfigHub&) = delete;

  /// Adds a listener, or changes how it spells the namespace: pushes repeat that spelling, and none when it
  /// is blank. False when the connection listens to kListensMax configs already.
  [[nodiscard]] bool listen(const Connection& connection, const domain::ConfigId& id, std::string spelling);
  /// Whatever the spelling was.
  void forget(const Connection& connection, const domain::ConfigId& id);
  /// Listeners of all configs together.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Follows the store for ever. Runs in the face's scope.
  Task<void> run();

  static constexpr std::size_t kListensMax = 50'000;  ///< of one connection; real clients have hundreds
  /// Pushes between which others get the loop: some 2 ms.
  static constexpr int kSliceMax = 1000;

 private:
  struct Listener {
    std::string spelling;
    bool in_flight = false, changed_again = false;
  };
  struct Topic {
    std::string key;
    domain::ConfigId id;
    std::map<std::uint64_t, Listener> listeners;  // by the serial of the connection
  };
  using TopicPtr = std::shared_ptr<Topic>;
  using PushBySpelling = std::vector<std::pair<std::string, Push>>;

  Task<void> notify(TopicPtr topic);
  Task<void> notify_everyone();
  void push(const TopicPtr& topic, std::uint64_t serial, Listener& listener, PushBySpelling& made);
  void settle(const TopicPtr& topic, std::uint64_t serial, PushOutcome outcome);
  Push make_push(const Topic& topic, std::string_view spelling);
  void erase(Topic& topic, std::uint64_t serial);
  void connection_gone(std::uint64_t serial);

  const PushPolicy policy_;
  cluster::Watches& watches_;
  Connections& connections_;
  Pushes& pushes_;
  std::unordered_map<std::string, TopicPtr, StringHash, std::equal_to<>> topics_;
  std::unordered_map<std::uint64_t, std::unordered_map<const Topic*, TopicPtr>> by_connection_;
  std::size_t size_ = 0;
};

}  // namespace batata::nacos
