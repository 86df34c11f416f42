#include "domain/discovery/discovery_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"

namespace batata::domain {
namespace {

// NUL stands in no name that a door lets in, so the joined names are unique.
std::string joined(const registry::ServiceKey& service) {
  std::string name;
  name.reserve(service.space.size() + service.group.size() + service.name.size() + 2);
  name.append(service.space).push_back('\0');
  name.append(service.group).push_back('\0');
  name.append(service.name);
  return name;
}

}  // namespace

DiscoveryService::DiscoveryService(Runtime& runtime, cluster::EphemeralRegistry& registry)
    : runtime_(runtime),
      registry_(registry),
      directory_(runtime, [this](const ServiceKey& service) { snapshots_.retract(joined(service)); }),
      beats_(runtime, registry) {
  registry_.set_listener([this](const ServiceKey& service) { mark(service); });
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

registry::Owner DiscoveryService::connect() {
  const Owner owner = registry_.open();
  connected_.insert(owner.connection);
  return owner;
}

void DiscoveryService::disconnect(const Owner& owner) {
  connected_.erase(owner.connection);
  registry_.drop(owner);
}

Task<Status> DiscoveryService::publish(Owner owner, ServiceKey service, std::vector<Instance> instances) {
  std::vector<registry::InstancePtr> shared;
  shared.reserve(instances.size());
  for (Instance& instance : instances) {
    const Status sound = check(beat_times_of(instance.metadata));
    if (!sound) co_return sound;
    shared.push_back(std::make_shared<const Instance>(std::move(instance)));
  }
  if (!connected_.contains(owner.connection)) co_return fail(Errc::kUnavailable, "the connection has ended");
  registry_.replace(owner, service, std::move(shared));
  co_await visible();
  co_return Status{};
}

Task<Status> DiscoveryService::register_beating(ServiceKey service, Instance instance) {
  const Status sound = check(beat_times_of(instance.metadata));
  if (!sound) co_return sound;
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
    auto snapshot = std::make_shared<ServiceSnapshot>();
    snapshot->key = service;
    snapshot->instances = registry_.list(service);
    snapshot->revision = ++revision_;
    snapshot->changed_at = time_after(snapshots_.find(joined(service)), now);
    directory_.note(service, !snapshot->instances.empty());
    // One that came and went within the turn was never there.
    if (!directory_.contains(service)) continue;
    snapshots_.publish(joined(service), snapshot);
    published.push_back(std::move(snapshot));
  }
  std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
  for (const auto& weak : listeners_)
    if (const auto listener = weak.lock())
      for (const SnapshotPtr& snapshot : published) (*listener)(snapshot);
  for (const auto& waiter : std::exchange(waiting_, {})) waiter.set(true);
}

// Completes when readers see all that has changed up to now.
Task<void> DiscoveryService::visible() {
  if (!rebuild_posted_) co_return;
  OneShot<bool> rebuilt(runtime_);
  waiting_.push_back(rebuilt.setter());
  co_await rebuilt;
}

}  // namespace batata::domain
