#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "async/one_shot.h"
#include "async/published_map.h"
#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "cluster/ephemeral_registry.h"
#include "domain/discovery/beats.h"
#include "domain/discovery/directory.h"
#include "domain/discovery/service_snapshot.h"

namespace batata::domain {

/// Services and their instances, whichever door they come through.
///
/// A change is acknowledged (its task completes) after every reader on every thread sees it. Snapshots are
/// rebuilt once per turn of the loop for all that changed in it, however many changes those were. Loop only,
/// except where it says any thread.
class DiscoveryService {
 public:
  using ServiceKey = registry::ServiceKey;
  using Instance = registry::Instance;
  using Owner = registry::Owner;

  DiscoveryService(Runtime& runtime, cluster::EphemeralRegistry& registry);
  DiscoveryService(const DiscoveryService&) = delete;
  DiscoveryService& operator=(const DiscoveryService&) = delete;

  /// The service as it stands; null when there is none. Any thread.
  [[nodiscard]] SnapshotPtr snapshot(const ServiceKey& service) const;
  /// A time of day that never falls, not even against those in snapshots. Any thread.
  [[nodiscard]] WallTime time() const;

  /// A new owner, for a connection that is to keep its instances alive.
  [[nodiscard]] Owner connect();
  /// Removes all that the owner registered, at once. It registers nothing any more, also not what is under
  /// way.
  void disconnect(const Owner& owner);

  /// Makes `instances` all that the owner has in the service; an empty list takes it out.
  /// Errors: kInvalidArgument for beat times that contradict each other; kUnavailable when the owner has
  /// gone.
  Task<Status> publish(Owner owner, ServiceKey service, std::vector<Instance> instances);

  /// Registers an instance that beats keep alive, in place of what its address has in the service.
  /// Errors: kInvalidArgument as above.
  Task<Status> register_beating(ServiceKey service, Instance instance);
  /// Takes out what the address has in the service, if anything.
  Task<void> withdraw_beating(ServiceKey service, std::string ip, std::uint16_t port);
  /// Notes a beat. False when the address has nothing in the service.
  Task<bool> beat(ServiceKey service, std::string ip, std::uint16_t port);

  /// Services of one group; those whose last instance left less than a minute ago are still among them.
  [[nodiscard]] ServicePage services(const std::string& space, const std::string& group, std::int64_t page_no,
                                     std::int64_t page_size) const {
    return directory_.page(space, group, page_no, page_size);
  }
  /// Those of every group, in order. Loop only.
  [[nodiscard]] std::vector<ServiceKey> all_services() const { return directory_.all(); }
  /// Up to `limit` services of a namespace in order of group and name, after `after` (nothing: from the
  /// first); those without instances among them.
  [[nodiscard]] std::vector<ServiceKey> services_after(const std::string& space,
                                                       const std::optional<ServiceKey>& after,
                                                       std::size_t limit) const {
    return directory_.services_after(space, after, limit);
  }
  [[nodiscard]] std::size_t service_count() const { return directory_.size(); }
  [[nodiscard]] std::size_t instance_count() const { return registry_.size(); }

  /// `listener` is called after each change of a service, before the change is acknowledged, for as long as
  /// the returned handle is kept. It must not change services itself.
  using Listener = std::function<void(const SnapshotPtr&)>;
  [[nodiscard]] std::shared_ptr<Listener> on_change(Listener listener);

 private:
  void mark(const ServiceKey& service);
  void rebuild();
  /// Makes `time()` at least `to`, and returns it. Any thread.
  WallTime raise_time(WallTime to) const;
  /// The time of a service's change at `now` after `before` (null: its first).
  WallTime time_after(const SnapshotPtr& before, WallTime now);
  Task<void> visible();

  Runtime& runtime_;
  cluster::EphemeralRegistry& registry_;
  PublishedMap<ServiceSnapshot> snapshots_;
  mutable std::atomic<std::int64_t> time_ms_{0};
  std::uint64_t revision_ = 0;
  std::set<ServiceKey> changed_;  // in this turn
  bool rebuild_posted_ = false;
  std::vector<OneShot<bool>::Setter> waiting_;   // for the end of the turn
  std::unordered_set<std::uint64_t> connected_;  // owners of this node, by connection
  std::vector<std::weak_ptr<Listener>> listeners_;
  Directory directory_;
  Beats beats_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();  // posted jobs look whether it still is
};

}  // namespace batata::domain
