#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/one_shot.h"
#include "async/published_map.h"
#include "async/runtime.h"
#include "async/scope.h"
#include "async/task.h"
#include "base/result.h"
#include "cluster/context.h"
#include "cluster/ephemeral_registry.h"
#include "cluster/proposer.h"
#include "cluster/watches.h"
#include "domain/discovery/beats.h"
#include "domain/discovery/client_view.h"
#include "domain/discovery/directory.h"
#include "domain/discovery/expiry.h"
#include "domain/discovery/instance_override.h"
#include "domain/discovery/naming_switches.h"
#include "domain/discovery/service_snapshot.h"
#include "domain/discovery/stored_services.h"

namespace batata::domain {

/// How long things that nobody needs any more are kept.
struct DiscoveryTimes {
  Duration empty_service = std::chrono::seconds(60);  ///< a service without instances
  Duration expired_metadata =
      std::chrono::seconds(60);  ///< what was set for a service or an instance, after it
};

struct SnapshotPage {
  std::size_t count = 0;  ///< of all that match
  std::vector<SnapshotPtr> services;
};

/// Services and their instances, whichever door they come through.
///
/// Ephemeral instances live in the registry, as long as their owners. Persistent instances, and what is set
/// for services and on instances, stand in the store. A snapshot has both.
///
/// A change is acknowledged (its task completes) after every reader on every thread sees it. Snapshots are
/// rebuilt once per turn of the loop for all that changed in it, however many changes those were. Loop only,
/// except where it says any thread.
///
/// Errors of all that goes to the store, beside those said: those of Proposer::propose; kUnavailable also
/// when others write the same so busily that no plan holds.
class DiscoveryService {
 public:
  using ServiceKey = registry::ServiceKey;
  using Instance = registry::Instance;
  using Owner = registry::Owner;

  /// All of it outlives the service. `watches` are of the store that the proposer applies to.
  DiscoveryService(Runtime& runtime, cluster::EphemeralRegistry& registry, cluster::Watches& watches,
                   cluster::Proposer& proposer, const DiscoveryTimes& times = {});
  DiscoveryService(const DiscoveryService&) = delete;
  DiscoveryService& operator=(const DiscoveryService&) = delete;
  ~DiscoveryService();

  /// Takes in what the store holds, and follows it from now on. Once, when the store has been recovered and
  /// before anybody asks.
  void start();

  // --- Reading ---

  /// The service as it stands; null when there is none. Any thread.
  [[nodiscard]] SnapshotPtr snapshot(const ServiceKey& service) const;
  /// A time of day that never falls, not even against those in snapshots. Any thread.
  [[nodiscard]] WallTime time() const;
  /// Services of one group; those whose last instance left less than a minute ago are still among them.
  [[nodiscard]] ServicePage services(const std::string& space, const std::string& group, std::int64_t page_no,
                                     std::int64_t page_size) const {
    return directory_.page(space, group, page_no, page_size);
  }
  /// Services of a namespace in the order of groups, then of names.
  [[nodiscard]] SnapshotPage find_services(const ServiceFilter& filter) const;
  /// All services, by namespace, group and name.
  [[nodiscard]] std::vector<ServiceKey> all_services() const { return directory_.all(); }
  /// Up to `limit` services of a namespace in order of group and name, after `after` (nothing: from the
  /// first); those without instances among them.
  [[nodiscard]] std::vector<ServiceKey> services_after(const std::string& space,
                                                       const std::optional<ServiceKey>& after,
                                                       std::size_t limit) const {
    return directory_.services_after(space, after, limit);
  }
  [[nodiscard]] std::size_t service_count() const { return directory_.size(); }
  /// Of each namespace that has any; goes through the groups.
  [[nodiscard]] std::map<std::string, std::size_t> service_counts() const { return directory_.sizes(); }
  /// How many times an owner or an address has been registered in a service, a renewal too; beats do not
  /// count.
  [[nodiscard]] std::uint64_t registrations() const { return registrations_; }
  [[nodiscard]] std::size_t instance_count() const { return registry_.size() + stored_.instance_count(); }
  /// An instance as readers see it.
  /// Errors: kNotFound ("no ips found for cluster C in service G@@s", "no matched ip found!"). Any thread.
  [[nodiscard]] Result<registry::InstancePtr> find(const ServiceKey& service, const InstanceRef& ref) const;
  /// Any thread.
  [[nodiscard]] const NamingSwitches& switches() const { return switches_; }

  // --- Ephemeral instances ---
  // Errors of registering, beside those said: kConflict ("Current service G@@s is persistent service, can't
  // register ephemeral instance."); kPermissionDenied while adding is switched off.

  /// A new owner, for a connection that is to keep its instances alive. `client_id` is how operators see it.
  [[nodiscard]] Owner connect(std::string client_id = {});
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

  // --- Persistent instances ---

  /// Registers an instance that stays until it is taken out, in place of what its address has in the service.
  /// `instance.ephemeral` is set to false; `instance.healthy` counts until the first check says otherwise.
  /// Errors: kInvalidArgument as above; kConflict ("Current service G@@s is ephemeral service, can't register
  /// persistent instance."); kPermissionDenied as above.
  Task<Status> register_persistent(cluster::Context context, ServiceKey service, Instance instance);
  /// Takes out the persistent instance that the address has in the service, if there is one.
  Task<Status> withdraw_persistent(cluster::Context context, ServiceKey service, std::string ip,
                                   std::uint16_t port);
  /// Sets the health of a persistent instance by hand; nothing happens when there is no such instance.
  /// Errors: kInvalidArgument ("health check is still working, service: G@@s, cluster: C") unless the checker
  /// that is set for the cluster is NONE.
  Task<Status> set_health(cluster::Context context, ServiceKey service, InstanceRef ref, bool healthy);
  /// Notes what a check has found. For HealthChecker.
  Task<Status> note_health(ServiceKey service, std::string ip, std::uint16_t port, bool healthy);

  // --- What is set for services ---

  /// Creates a service. It goes again when it has had no instances for a minute.
  /// Errors: kConflict ("specified service G@@s already exists!").
  Task<Status> create_service(cluster::Context context, ServiceKey service, ServiceMeta meta);
  /// Sets threshold, selector and metadata; clusters and kind stay as they are.
  /// Errors: kNotFound ("service G@@s not found!").
  Task<Status> update_service(cluster::Context context, ServiceKey service, ServiceMeta meta);
  /// Removes an empty service and all that is set for it.
  /// Errors: kNotFound ("service G@@s not found!"); kConflict ("Service G@@s is not empty, can't be delete.
  /// Please unregister instance first").
  Task<Status> remove_service(cluster::Context context, ServiceKey service);
  /// Sets what is set for a cluster, which needs no instances.
  /// Errors: kNotFound ("service not found:G@@s"); kResourceExhausted when something is set for kClustersMax
  /// others already.
  Task<Status> update_cluster(cluster::Context context, ServiceKey service, std::string cluster,
                              ClusterMeta meta);

  // --- What is set on instances ---

  /// Sets an override in place of what there is. The instance need not exist (yet).
  /// Errors: kNotFound ("service not found, namespace: N, service: Service{…}", as of an ephemeral one).
  Task<Status> override_instance(cluster::Context context, ServiceKey service, InstanceRef ref,
                                 InstanceOverride over);
  /// Changes an override, which may be new. Errors: kNotFound as `find`.
  Task<Status> patch_instance(cluster::Context context, ServiceKey service, InstanceRef ref,
                              OverridePatch patch);
  /// Adds metadata to the overrides of the instances named; of all of the service when none is. Gives the
  /// instances, as they were, that there are; those that are not there are left out.
  Task<Result<std::vector<registry::InstancePtr>>> add_metadata(cluster::Context context, ServiceKey service,
                                                                std::vector<InstanceRef> refs,
                                                                Metadata metadata);
  /// Removes keys from overrides; what the owner said shows again. As `add_metadata`.
  Task<Result<std::vector<registry::InstancePtr>>> remove_metadata(cluster::Context context,
                                                                   ServiceKey service,
                                                                   std::vector<InstanceRef> refs,
                                                                   std::vector<std::string> keys);

  // --- Switches ---

  /// Changes one entry: on all nodes, and after a restart too; with `local_only` on this one until the next
  /// change that is not. Errors: those of plan_switch.
  Task<Status> set_switch(cluster::Context context, SwitchChange change, bool local_only);

  // --- Clients ---

  /// The ids of all that publish something: connections of this node by the ids given to `connect`, then
  /// addresses that beat, then those of persistent instances.
  [[nodiscard]] std::vector<std::string> clients() const;
  /// Nothing when no such client publishes anything, except for connected connections.
  [[nodiscard]] std::optional<ClientView> client(const std::string& id) const;
  /// Whether an address ("ip:port") has instances that live by beats. Costs a look-up.
  [[nodiscard]] bool has_beating_client(std::string_view address) const { return beats_.contains(address); }
  /// Who publishes the service's instances, in the order of the snapshot.
  [[nodiscard]] std::vector<Publisher> publishers(const ServiceKey& service) const;
  /// Addresses that beat, and addresses with persistent instances.
  [[nodiscard]] std::size_t beating_clients() const { return beats_.addresses(); }
  [[nodiscard]] std::size_t persistent_clients() const { return stored_.address_count(); }

  /// `listener` is called after each change of a service, before the change is acknowledged, for as long as
  /// the returned handle is kept. It must not change services itself.
  using Listener = std::function<void(const SnapshotPtr&)>;
  [[nodiscard]] std::shared_ptr<Listener> on_change(Listener listener);

  /// Clusters of a service for which something is set: all of them are one record.
  static constexpr std::size_t kClustersMax = 1000;
  /// Records written by one transaction: a batch over a large service is several, a limit of the log none.
  static constexpr std::size_t kBatchMax = 256;
  /// Of writes that nobody asked for; they are tried again.
  static constexpr Duration kWriteTimeout = std::chrono::seconds(10);

 private:
  struct Connected {
    std::string client_id;
    WallTime last_updated;
  };
  using Plan = std::function<Result<store::Txn>()>;

  // discovery_service.cc
  void mark(const ServiceKey& service);
  void rebuild();
  [[nodiscard]] std::shared_ptr<ServiceSnapshot> build(const ServiceKey& service,
                                                       const StoredService* stored);
  /// Makes `time()` at least `to`, and returns it. Any thread.
  WallTime raise_time(WallTime to) const;
  /// The time of a service's change at `now` after `before` (null: its first).
  WallTime time_after(const SnapshotPtr& before, WallTime now);
  Task<void> visible();
  /// Whether an ephemeral instance may be registered.
  [[nodiscard]] Status may_register(const ServiceKey& service) const;
  void forgotten(const ServiceKey& service);

  // discovery_store.cc
  void load();
  void refresh(const std::string& key);
  void meta_changed(const ServiceKey& service);
  void switches_changed(const store::KeyValuePtr& present);
  /// Takes a service without instances out of the directory.
  void forget_empty(const ServiceKey& service);
  Task<void> follow();
  /// Writes what `plan` says, planning again when others were faster; done when readers see it. A plan
  /// without operations is done at once.
  Task<Status> commit(cluster::Context context, Plan plan);
  /// For writes that nobody asked for.
  [[nodiscard]] cluster::Context own_context() const;
  [[nodiscard]] const store::View& view() const { return watches_.store().latest(); }
  void watch_expiry(const ServiceKey& service, const StoredService& stored);
  [[nodiscard]] bool is_needed(const std::string& key) const;
  void arm_expiry();
  Task<void> remove_expired();

  // discovery_persistent.cc
  [[nodiscard]] bool has_instances(const ServiceKey& service) const;
  /// What the service takes; neither when there is no such service.
  [[nodiscard]] bool is_persistent(const ServiceKey& service) const;
  [[nodiscard]] bool is_ephemeral(const ServiceKey& service) const;
  [[nodiscard]] Result<store::Txn> plan_health(const ServiceKey& service, const std::string& address,
                                               bool healthy) const;
  // discovery_meta.cc
  [[nodiscard]] ServiceMeta meta_of(const ServiceKey& service) const;
  // discovery_overrides.cc
  [[nodiscard]] InstanceOverride override_of(const ServiceKey& service, const InstanceRef& ref) const;
  [[nodiscard]] std::vector<registry::InstancePtr> present(const ServiceKey& service,
                                                           const std::vector<InstanceRef>& refs) const;
  using Change = std::function<void(InstanceOverride&)>;
  Task<Result<std::vector<registry::InstancePtr>>> change_overrides(cluster::Context context,
                                                                    ServiceKey service,
                                                                    std::vector<InstanceRef> refs,
                                                                    Change change);

  Runtime& runtime_;
  cluster::EphemeralRegistry& registry_;
  cluster::Watches& watches_;
  cluster::Proposer& proposer_;
  const DiscoveryTimes times_;
  PublishedMap<ServiceSnapshot> snapshots_;
  mutable std::atomic<std::int64_t> time_ms_{0};
  std::uint64_t revision_ = 0;
  std::uint64_t registrations_ = 0;
  std::set<ServiceKey> changed_;  // in this turn
  bool rebuild_posted_ = false;
  std::vector<OneShot<bool>::Setter> waiting_;              // for the end of the turn
  std::unordered_map<std::uint64_t, Connected> connected_;  // owners of this node, by connection
  std::unordered_map<std::string, Owner> by_client_id_;     // of those with an id
  std::vector<std::weak_ptr<Listener>> listeners_;
  NamingSwitches switches_;
  std::optional<Switches> stored_switches_;  // as the store has them
  StoredServices stored_;
  Directory directory_;
  Beats beats_;
  Expiry expiry_;
  Runtime::TimerId expiry_timer_ = 0;
  SteadyTime expiry_timer_at_ = SteadyTime::never();
  bool removing_expired_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>();  // posted jobs look whether it still is
  Scope scope_;                                           // last: its tasks use all of the above
};

}  // namespace batata::domain
