#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "async/runtime.h"
#include "base/hash.h"
#include "cluster/ephemeral_registry.h"
#include "domain/discovery/beat_times.h"

namespace batata::domain {

/// Instances that live by beats instead of a connection: silent too long they turn unhealthy, silent longer
/// they go.
///
/// Each address is an owner of its own in the registry and has at most one instance in a service. A beat
/// costs a look-up; timers are re-armed when they fire, not when a beat comes. Loop only.
class Beats {
 public:
  Beats(Runtime& runtime, cluster::EphemeralRegistry& registry) : runtime_(runtime), registry_(registry) {}
  Beats(const Beats&) = delete;
  Beats& operator=(const Beats&) = delete;
  ~Beats();

  /// Registers the instance, or replaces what its address has in the service. Counts as a beat.
  void put(const registry::ServiceKey& service, registry::Instance instance);
  /// Removes what the address has in the service, if anything.
  void erase(const registry::ServiceKey& service, std::string_view ip, std::uint16_t port);
  /// Notes a beat; an unhealthy instance is healthy again. False when the address has nothing in the service.
  bool beat(const registry::ServiceKey& service, std::string_view ip, std::uint16_t port);

  /// Keeps the instance by what `metadata` says from now on, until it is put again: what operators have set.
  void retime(const registry::ServiceKey& service, std::string_view ip, std::uint16_t port,
              const std::map<std::string, std::string>& metadata);

  [[nodiscard]] std::size_t addresses() const { return clients_.size(); }
  [[nodiscard]] bool contains(std::string_view address) const { return clients_.contains(address); }
  [[nodiscard]] std::vector<std::string> all_addresses() const;
  /// What an address keeps alive, and when it last said so. Nothing when there is no such address.
  struct Held {
    SteadyTime last_beat;
    std::vector<std::pair<registry::ServiceKey, registry::InstancePtr>> instances;
  };
  [[nodiscard]] std::optional<Held> held(std::string_view address) const;

 private:
  struct Kept;
  struct Client {
    registry::Owner owner;
    std::map<registry::ServiceKey, Kept> services;
  };
  using Clients = std::unordered_map<std::string, Client, StringHash, std::equal_to<>>;  // by "ip:port"
  struct Due {
    std::string address;
    registry::ServiceKey service;
  };
  using Deadlines = std::multimap<SteadyTime, Due>;
  struct Kept {
    registry::InstancePtr instance;
    BeatTimes times;
    SteadyTime last_beat;
    Deadlines::iterator deadline;
  };

  void remove(Clients::iterator client, std::map<registry::ServiceKey, Kept>::iterator kept);
  void set_healthy(const Client& client, const registry::ServiceKey& service, Kept& kept, bool healthy);
  void on_deadline(Due due);
  void arm();

  Runtime& runtime_;
  cluster::EphemeralRegistry& registry_;
  Clients clients_;
  Deadlines deadlines_;
  Runtime::TimerId timer_ = 0;
  SteadyTime timer_at_ = SteadyTime::never();
};

}  // namespace batata::domain
