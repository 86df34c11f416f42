#include "domain/discovery/discovery_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"
#include "domain/discovery/discovery_keys.h"
#include "store/key_parts.h"

namespace batata::domain {
namespace {

// Of the names of services some doors let NUL through, so they are joined as keys are.
std::string joined(const registry::ServiceKey& service) {
  std::string name;
  name.reserve(service.space.size() + service.group.size() + service.name.size() + 2);
  store::append_part(name, service.space);
  name.push_back(store::kPartSeparator);
  store::append_part(name, service.group);
  name.push_back(store::kPartSeparator);
  store::append_part(name, service.name);
  return name;
}

}  // namespace

DiscoveryService::DiscoveryService(Runtime& runtime, cluster::EphemeralRegistry& registry,
                                   cluster::Watches& watches, cluster::Proposer& proposer,
                                   const DiscoveryTimes& times)
    : runtime_(runtime),
      registry_(registry),
      watches_(watches),
      proposer_(proposer),
      times_(times),
      directory_(runtime, times.empty_service, [this](const ServiceKey& service) { forgotten(service); }),
      beats_(runtime, registry),
      scope_(runtime) {
  registry_.set_listener([this](const ServiceKey& service) { mark(service); });
}

DiscoveryService::~DiscoveryService() {
  if (expiry_timer_ != 0) runtime_.cancel(expiry_timer_);
}

void DiscoveryService::start() {
  load();
  rebuild();
  scope_.spawn(follow());
}

SnapshotPtr DiscoveryService::snapshot(const ServiceKey& service) const {
  return snapshots_.find(joined(service));
}

WallTime DiscoveryService::time() const {
  return raise_time(runtime_.wall_now());
}

WallTime DiscoveryService::raise_time(WallTime to) const {
  std::int64_t known = time_ms_.load(std::memory_order_relaxed);
  while (known < to.ms && !time_ms_.compare_exchange_weak(known, to.ms, std::memory_order_relaxed)) {
  }
  return {std::max(known, to.ms)};
}

WallTime DiscoveryService::time_after(const SnapshotPtr& before, WallTime now) {
  // Clients drop a list whose time equals that of the last one they saw, so two changes within a millisecond
  // need two times; but not without a bound, or a restarted server would be behind what its clients know.
  constexpr std::int64_t kAheadMaxMs = 1000;
  if (before == nullptr || before->changed_at < now) return now;
  const WallTime next{std::min(before->changed_at.ms + 1, runtime_.wall_now().ms + kAheadMaxMs)};
  return raise_time(std::max({now, before->changed_at, next}));
}

registry::Owner DiscoveryService::connect(std::string client_id) {
  const Owner owner = registry_.open();
  if (!client_id.empty()) by_client_id_.insert_or_assign(client_id, owner);
  connected_.emplace(owner.connection, Connected{std::move(client_id), runtime_.wall_now()});
  return owner;
}

void DiscoveryService::disconnect(const Owner& owner) {
  const auto connected = connected_.find(owner.connection);
  if (connected != connected_.end()) {
    const auto named = by_client_id_.find(connected->second.client_id);
    if (named != by_client_id_.end() && named->second == owner) by_client_id_.erase(named);
    connected_.erase(connected);
  }
  registry_.drop(owner);
}

Status DiscoveryService::may_register(const ServiceKey& service) const {
  if (switches_.add_disabled())
    return fail(Errc::kPermissionDenied, "adding instances is switched off (disableAddIP)");
  if (is_persistent(service))
    return fail(Errc::kConflict, "Current service " + grouped_name(service) +
                                     " is persistent service, can't register ephemeral instance.");
  return {};
}

Task<Status> DiscoveryService::publish(Owner owner, ServiceKey service, std::vector<Instance> instances) {
  std::vector<registry::InstancePtr> shared;
  shared.reserve(instances.size());
  for (Instance& instance : instances) {
    const Status sound = check(beat_times_of(instance.metadata));
    if (!sound) co_return sound;
    shared.push_back(std::make_shared<const Instance>(std::move(instance)));
  }
  if (!shared.empty()) {
    if (Status allowed = may_register(service); !allowed) co_return allowed;
  }
  const auto connected = connected_.find(owner.connection);
  if (connected == connected_.end()) co_return fail(Errc::kUnavailable, "the connection has ended");
  connected->second.last_updated = runtime_.wall_now();
  if (!shared.empty()) ++registrations_;
  registry_.replace(owner, service, std::move(shared));
  co_await visible();
  co_return Status{};
}

Task<Status> DiscoveryService::register_beating(ServiceKey service, Instance instance) {
  const Status sound = check(beat_times_of(instance.metadata));
  if (!sound) co_return sound;
  if (Status allowed = may_register(service); !allowed) co_return allowed;
  ++registrations_;
  beats_.put(service, std::move(instance));
  co_await visible();
  co_return Status{};
}

Task<void> DiscoveryService::withdraw_beating(ServiceKey service, std::string ip, std::uint16_t port) {
  beats_.erase(service, ip, port);
  co_await visible();
}

Task<bool> DiscoveryService::beat(ServiceKey service, std::string ip, std::uint16_t port) {
  const bool known = beats_.beat(service, ip, port);
  co_await visible();
  co_return known;
}

std::shared_ptr<DiscoveryService::Listener> DiscoveryService::on_change(Listener listener) {
  auto handle = std::make_shared<Listener>(std::move(listener));
  listeners_.push_back(handle);
  return handle;
}

void DiscoveryService::mark(const ServiceKey& service) {
  BATATA_ASSERT(runtime_.on_loop());
  changed_.insert(service);
  if (std::exchange(rebuild_posted_, true)) return;
  // Behind what is queued already: the changes in that are rebuilt together with this one.
  runtime_.post([this, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) rebuild();
  });
}

// Publishes everything first, so that a listener that looks at other services sees them as they are too.
void DiscoveryService::rebuild() {
  rebuild_posted_ = false;
  const std::set<ServiceKey> changed = std::exchange(changed_, {});
  const WallTime now = time();
  std::vector<SnapshotPtr> published;
  published.reserve(changed.size());
  for (const ServiceKey& service : changed) {
    const StoredService* stored = stored_.find(service);
    auto snapshot = build(service, stored);
    const auto kind =
        directory_.note(service, !snapshot->instances.empty(),
                        snapshot->ephemeral ? ServiceKind::kEphemeral : ServiceKind::kPersistent);
    if (stored != nullptr) watch_expiry(service, *stored);
    // One that came and went within the turn was never there.
    if (!kind) continue;
    snapshot->ephemeral = kind == ServiceKind::kEphemeral;
    const std::string name = joined(service);
    snapshot->changed_at = time_after(snapshots_.find(name), now);
    snapshots_.publish(name, snapshot);
    published.push_back(std::move(snapshot));
  }
  std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
  for (const auto& weak : listeners_)
    if (const auto listener = weak.lock())
      for (const SnapshotPtr& snapshot : published) (*listener)(snapshot);
  for (const auto& waiter : std::exchange(waiting_, {})) waiter.set(true);
}

// `ephemeral` is what the service would be if it were new.
std::shared_ptr<ServiceSnapshot> DiscoveryService::build(const ServiceKey& service,
                                                         const StoredService* stored) {
  auto snapshot = std::make_shared<ServiceSnapshot>();
  snapshot->key = service;
  snapshot->instances = registry_.list(service);
  snapshot->revision = ++revision_;
  if (stored == nullptr) return snapshot;
  snapshot->meta = stored->meta;
  if (snapshot->instances.empty()) {
    const bool made_persistent = stored->meta != nullptr && !stored->meta->ephemeral;
    snapshot->ephemeral = stored->instances.empty() && !made_persistent;
  }
  for (const auto& [address, kept] : stored->instances) snapshot->instances.push_back(kept.instance);
  if (stored->overrides.empty()) return snapshot;
  for (registry::InstancePtr& instance : snapshot->instances) {
    const auto over = stored->overrides.find(ref_of(*instance));
    if (over == stored->overrides.end()) continue;
    instance = overlaid(instance, over->second);
    if (instance->ephemeral) beats_.retime(service, instance->ip, instance->port, instance->metadata);
  }
  return snapshot;
}

void DiscoveryService::forgotten(const ServiceKey& service) {
  snapshots_.retract(joined(service));
  if (stored_.find(service) != nullptr) mark(service);  // for what is set for it, which goes later
}

// Completes when readers see all that has changed up to now.
Task<void> DiscoveryService::visible() {
  if (!rebuild_posted_) co_return;
  OneShot<bool> rebuilt(runtime_);
  waiting_.push_back(rebuilt.setter());
  co_await rebuilt;
}

}  // namespace batata::domain
