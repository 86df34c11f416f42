#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/grpc/push_counters.h"
#include "faces/nacos/grpc/push_times.h"
#include "faces/nacos/naming/subscriber.h"
#include "wire/datagram.h"

namespace batata::nacos {

/// What a request that asks for a service's instances says of whoever asks.
struct UdpSubscription {
  registry::ServiceKey service;
  wire::DatagramPeer peer;  ///< the address that the request came from, and the port that it names
  std::string clusters, agent, app;
};

/// Pushes of services over UDP, to clients of 1.x that have asked for their instances and named a port.
///
/// A client is remembered for kKept after it asked last. It is told of changes `PushTimes::naming_delay`
/// after the first of them, like a subscriber over gRPC, and once more when it does not acknowledge within
/// kAckTimeout; newer news take the place of older ones that are still under way. Loop only, but for `heard`.
///
/// Packets go only to the address that asked, whatever `clientIP` says: else one request could turn any
/// number of packets on a third party. Source: upstream's UdpPushService and UdpConnector.
class UdpPush {
 public:
  /// All of it outlives this.
  UdpPush(Runtime& runtime, domain::DiscoveryService& services, wire::Datagrams& socket,
          PushCounters& counters, const PushTimes& times);
  UdpPush(const UdpPush&) = delete;
  UdpPush& operator=(const UdpPush&) = delete;
  ~UdpPush();

  /// Notes that a client asks, if its kind and version are pushed to; a new subscription is pushed at once.
  /// Any thread; what it does it does later on the loop.
  void heard(UdpSubscription subscription);

  /// Adds who subscribes to services that pass the test.
  void add_subscribers(const ServiceTest& wanted, std::vector<Subscriber>& to) const;
  /// What one client subscribes to.
  [[nodiscard]] std::vector<Subscriber> subscribers(const wire::DatagramPeer& client) const;
  /// When the client asked last; nothing for one that is not known.
  [[nodiscard]] std::optional<SteadyTime> last_heard(const wire::DatagramPeer& client) const;
  /// Calls `visit` for each client, in order.
  void each_client(const std::function<void(const wire::DatagramPeer&)>& visit) const;
  /// Subscriptions to all services together.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// After it, upstream forgets clients that have only subscribed.
  static constexpr Duration kKept = std::chrono::seconds(30);
  static constexpr Duration kAckTimeout = std::chrono::seconds(10);
  static constexpr int kTriesMax = 2;
  /// Subscriptions: some 300 bytes each. Over it, new ones are not pushed to; they ask again anyway.
  static constexpr std::size_t kSubscriptionsMax = 200'000;
  /// Of one address, which may be a whole office behind one router.
  static constexpr std::size_t kOfAddressMax = 20'000;
  /// Requests that I/O threads have answered and the loop has not taken note of yet: some megabytes. Over it
  /// they are not noted; the clients ask again anyway.
  static constexpr std::size_t kOnTheWayMax = 4096;
  /// Packets between which others get the loop.
  static constexpr int kSliceMax = 1000;

 private:
  struct Packet {
    std::int64_t reference = 0;  // 0: none
    std::shared_ptr<const std::string> bytes;
    SteadyTime sent_at;
    int tries = 0;
  };
  struct Subscription {
    std::string clusters;
    Packet under_way;
  };
  struct Client {
    std::string agent, app;
    SteadyTime last_heard;
    std::map<registry::ServiceKey, Subscription> services;
    std::map<std::int64_t, registry::ServiceKey> references;  // of packets under way
  };
  using Clients = std::map<wire::DatagramPeer, Client>;
  struct Made {
    std::string clusters;
    std::uint64_t revision;
    std::int64_t reference;
    std::shared_ptr<const std::string> bytes;
  };
  struct Topic {
    std::set<wire::DatagramPeer> subscribers, waiting;
    bool everyone = false;  // waits
    Runtime::TimerId timer = 0;
    SteadyTime timer_at;
    std::vector<Made> made;
  };
  using Topics = std::map<registry::ServiceKey, Topic>;
  struct Due {
    SteadyTime at;
    wire::DatagramPeer client;
    std::int64_t reference;
  };

  void subscribe(UdpSubscription subscription);
  [[nodiscard]] bool has_room(const std::string& address) const;
  void changed(const registry::ServiceKey& service);
  void arm(Topics::iterator topic, SteadyTime when);
  void fire(Topics::iterator topic);
  void push(const registry::ServiceKey& service, Topic& topic, Clients::iterator client);
  Made make(const registry::ServiceKey& service, Topic& topic, const std::string& clusters);
  void transmit(const wire::DatagramPeer& to, Packet& packet);
  void acknowledged(std::string_view bytes, const wire::DatagramPeer& from);
  void arm_retries();
  void retry(const Due& due);
  void arm_sweep();
  void sweep();
  void forget(Clients::iterator client);

  Runtime& runtime_;
  domain::DiscoveryService& services_;
  wire::Datagrams& socket_;
  PushCounters& counters_;
  const PushTimes times_;
  Clients clients_;
  Topics topics_;
  std::map<std::string, std::size_t> by_address_;  // subscriptions
  std::size_t size_ = 0;
  std::int64_t last_reference_ = 0;
  std::deque<Due> due_;  // in order: all wait equally long
  Runtime::TimerId retry_timer_ = 0, sweep_timer_ = 0;
  std::shared_ptr<domain::DiscoveryService::Listener> watching_;
  const std::shared_ptr<std::atomic<std::size_t>> on_the_way_ =
      std::make_shared<std::atomic<std::size_t>>(0);      // shared with jobs that may outlive this
  std::shared_ptr<int> alive_ = std::make_shared<int>();  // posted jobs look whether it still is
};

}  // namespace batata::nacos
