#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/runtime.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/push.h"
#include "faces/nacos/grpc/push_counters.h"
#include "faces/nacos/grpc/push_meters.h"
#include "faces/nacos/grpc/push_times.h"
#include "faces/nacos/naming/subscriber.h"
#include "faces/nacos/naming/sweep.h"
#include "registry/instance.h"

namespace batata::nacos {

/// Who subscribes to which service over gRPC, and the pushes that tell them its instances. Loop only.
///
/// Changes within `PushTimes::naming_delay` are one push. A subscriber has at most one unacknowledged push
/// for a service; what changes meanwhile it gets in one push after that. A push always has the service as it
/// stands when it is sent, and is serialised once for all subscribers of the same clusters. While pushing is
/// switched off, all wait.
class NamingHub {
 public:
  /// All of it outlives the hub.
  NamingHub(Runtime& runtime, domain::DiscoveryService& services, Connections& connections, Pushes& pushes,
            PushCounters& counters, PushMeters& meters, const PushTimes& times);
  NamingHub(const NamingHub&) = delete;
  NamingHub& operator=(const NamingHub&) = delete;
  ~NamingHub();

  /// Adds a subscription, and pushes to the new subscriber after the delay. One that is there only changes
  /// its clusters; that pushes nothing. False when the connection has kSubscriptionsMax already, or names
  /// more than kClusterBytesMax of clusters in all.
  [[nodiscard]] bool subscribe(const ConnectionPtr& connection, const registry::ServiceKey& service,
                               std::string clusters);
  /// Whatever its clusters were.
  void unsubscribe(const Connection& connection, const registry::ServiceKey& service);
  /// Subscriptions to all services together.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Adds who subscribes to services that pass the test.
  void add_subscribers(const ServiceTest& wanted, std::vector<nacos::Subscriber>& to) const;
  /// What one connection subscribes to.
  [[nodiscard]] std::vector<nacos::Subscriber> subscribers(const Connection& connection) const;

  static constexpr std::size_t kSubscriptionsMax = 50'000;  ///< of one connection; real clients have hundreds
  /// Bytes of the lists of clusters of one connection's subscriptions; most lists are empty.
  static constexpr std::size_t kClusterBytesMax = 4 << 20;
  /// A connection with more unsent gets its next pushes when it has caught up, looked at as often as
  /// kCatchUp.
  static constexpr std::size_t kUnsentMax = 1 << 20;
  static constexpr Duration kCatchUp = std::chrono::milliseconds(50);
  /// Pushes between which others get the loop: some 2 ms.
  static constexpr int kSliceMax = 1000;

 private:
  struct Topic;
  using TopicPtr = std::shared_ptr<Topic>;
  struct Subscriber {
    ConnectionPtr connection;
    std::string clusters;
    bool in_flight = false;
    bool again = false;  // something changed while a push was in flight
    // When the oldest change was made that it does not know of; never() while there is none.
    SteadyTime changed_at = SteadyTime::never();
  };
  struct OfConnection {
    std::set<TopicPtr> topics;
    std::size_t cluster_bytes = 0;
  };
  struct Made {
    std::string clusters;
    std::uint64_t revision;
    Push push;
  };
  struct Topic {
    registry::ServiceKey service;
    std::map<std::uint64_t, Subscriber> subscribers;  // by the serial of the connection
    std::set<std::uint64_t> waiting;                  // for the timer, by serial
    Sweep sweep;                                      // and those whom it meets
    Runtime::TimerId timer = 0;
    SteadyTime timer_at;
    // The oldest change that the sweep tells of; once that has begun, a later one, for all whom it has yet to
    // meet: a sweep that changes lengthen without end would else count from the first of them.
    SteadyTime changed_at = SteadyTime::never();
    bool begun = false;
    std::vector<Made> made;  // kept while pushes of it are in flight: those that follow may need the same
    std::size_t in_flight = 0;
  };

  // A service as it stands in this turn of the loop, looked up once for all who are told.
  struct Present {
    domain::SnapshotPtr service;
    SteadyTime now;
  };

  void changed(const registry::ServiceKey& service);
  void let_wait(const TopicPtr& topic, std::uint64_t serial, Duration delay);
  void arm(const TopicPtr& topic, SteadyTime when);
  void fire(const TopicPtr& topic);
  void tell_slice(const TopicPtr& topic, const Present& present);
  [[nodiscard]] Present present_of(const Topic& topic) const;
  void arm_catch_up();
  void catch_up();
  void tell(const TopicPtr& topic, std::uint64_t serial, Subscriber& subscriber, const Present& present);
  void push(const TopicPtr& topic, std::uint64_t serial, Subscriber& subscriber, const Present& present);
  const Push& make(Topic& topic, const std::string& clusters, const domain::SnapshotPtr& service);
  struct Sent {
    SteadyTime at, changed_at;  // never(): not because of a change
  };
  void settle(const TopicPtr& topic, std::uint64_t serial, const Sent& sent, PushOutcome outcome);
  [[nodiscard]] bool has_room(std::uint64_t serial, const Subscriber* known, std::size_t cluster_bytes) const;
  void erase(const TopicPtr& topic, std::uint64_t serial);
  void connection_gone(std::uint64_t serial);

  Runtime& runtime_;
  domain::DiscoveryService& services_;
  Pushes& pushes_;
  PushCounters& counters_;
  PushMeters& meters_;
  const PushTimes times_;
  std::map<registry::ServiceKey, TopicPtr> topics_;
  std::unordered_map<std::uint64_t, OfConnection> by_connection_;
  std::map<std::uint64_t, std::set<TopicPtr>>
      behind_;  // who has too much unsent, and what is to be pushed then
  Runtime::TimerId catch_up_timer_ = 0;
  std::size_t size_ = 0;
  std::shared_ptr<domain::DiscoveryService::Listener> watching_;
};

}  // namespace batata::nacos
