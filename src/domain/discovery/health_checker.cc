#include "domain/discovery/health_checker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "domain/discovery/discovery_keys.h"

namespace batata::domain {
namespace {

const HealthParams& params_of(const Switches& switches, HealthCheck::Type type) {
  switch (type) {
    case HealthCheck::Type::kTcp:
    case HealthCheck::Type::kNone:
      return switches.tcp;
    case HealthCheck::Type::kHttp:
      return switches.http;
    case HealthCheck::Type::kMysql:
      return switches.mysql;
  }
  return switches.tcp;
}

bool is_checked(const Switches& switches, const registry::ServiceKey& service) {
  if (switches.health_check_enabled) return true;
  return std::ranges::find(switches.health_check_white_list, grouped_name(service)) !=
         switches.health_check_white_list.end();
}

}  // namespace

HealthChecker::HealthChecker(Runtime& runtime, DiscoveryService& services, HealthProbes& probes)
    : runtime_(runtime), services_(services), probes_(probes), scope_(runtime) {
  watching_ = services_.on_change([this](const SnapshotPtr& snapshot) { changed(snapshot); });
}

HealthChecker::~HealthChecker() {
  if (timer_ != 0) runtime_.cancel(timer_);
}

void HealthChecker::changed(const SnapshotPtr& snapshot) {
  if (snapshot->ephemeral) return;
  ++round_;
  for (const registry::InstancePtr& instance : snapshot->instances) take(*snapshot, instance);
  // Those of the service that are not in the snapshot have gone.
  for (auto it = targets_.lower_bound({snapshot->key, {}});
       it != targets_.end() && it->first.first == snapshot->key;) {
    const auto target = it++;
    if (target->second->round != round_) drop(target);
  }
}

void HealthChecker::take(const ServiceSnapshot& snapshot, const registry::InstancePtr& instance) {
  if (instance->ephemeral) return;
  Name name{snapshot.key, address_of(instance->ip, instance->port)};
  std::shared_ptr<Target>& target = targets_[name];
  const bool is_new = target == nullptr;
  if (is_new) {
    // Spread over the time in which each is checked once, so that a restart does not check all at once.
    const std::int64_t span = std::clamp<std::int64_t>(services_.switches().all()->tcp.max_ms, 1, 60'000);
    const auto first = std::chrono::milliseconds(
        2'000 + static_cast<std::int64_t>(runtime_.random() % static_cast<std::uint64_t>(span)));
    target = std::make_shared<Target>(
        Target{std::move(name), instance, {}, CheckPace(first), false, false, false, {}});
  }
  // In a large service one instance has changed and the others have not.
  const bool same_cluster =
      !is_new && target->meta == snapshot.meta && target->instance->cluster == instance->cluster;
  if (!same_cluster) target->cluster = cluster_of(snapshot, instance->cluster);
  target->meta = snapshot.meta;
  target->instance = instance;
  target->round = round_;
  if (is_new) schedule(target, target->pace.interval());
}

void HealthChecker::drop(Targets::iterator target) {
  target->second->gone = true;
  if (target->second->waits) deadlines_.erase(target->second->deadline);
  targets_.erase(target);
}

void HealthChecker::schedule(const std::shared_ptr<Target>& target, Duration after) {
  target->waits = true;
  target->deadline = deadlines_.emplace(runtime_.now() + after, target);
  arm();
}

void HealthChecker::arm() {
  // With as many running as may, the next that ends looks again.
  if (deadlines_.empty() || running_ >= kRunningMax) return;
  const SteadyTime first = deadlines_.begin()->first;
  if (timer_ != 0 && timer_at_ <= first) return;
  if (timer_ != 0) runtime_.cancel(timer_);
  timer_at_ = first;
  timer_ = runtime_.at(first, [this] {
    timer_ = 0;
    run_due();
    arm();
  });
}

void HealthChecker::run_due() {
  while (!deadlines_.empty() && deadlines_.begin()->first <= runtime_.now() && running_ < kRunningMax) {
    const auto target = std::move(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    target->waits = false;
    run(target);
  }
}

void HealthChecker::run(const std::shared_ptr<Target>& target) {
  const ClusterMeta& cluster = target->cluster;
  if (cluster.check.type == HealthCheck::Type::kNone ||
      !is_checked(*services_.switches().all(), target->name.first)) {
    schedule(target, target->pace.interval());
    return;
  }
  ++running_;
  const std::uint16_t port = cluster.use_instance_port ? target->instance->port : cluster.check_port;
  probes_.probe(target->instance->ip, port, cluster.check, kTimeout,
                [this, target, started = runtime_.now(), alive = std::weak_ptr<int>(alive_)](Probe found) {
                  if (!alive.expired()) settle(target, started, found);
                });
}

void HealthChecker::settle(const std::shared_ptr<Target>& target, SteadyTime started, Probe found) {
  --running_;
  if (!target->gone) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(runtime_.now() - started);
    const SwitchesPtr switches = services_.switches().all();
    const registry::InstancePtr& instance = target->instance;
    const auto health = target->pace.note(found, took, instance->healthy, switches->check_times,
                                          params_of(*switches, target->cluster.check.type));
    // While a write is under way, which may be long where there is no leader, the checks after it find the
    // same.
    if (health && !target->is_noted) scope_.spawn(note(target, instance->ip, instance->port, *health));
    schedule(target, target->pace.interval());
  }
  arm();
}

Task<void> HealthChecker::note(std::shared_ptr<Target> target, std::string ip, std::uint16_t port,
                               bool healthy) {
  const registry::ServiceKey& service = target->name.first;
  target->is_noted = true;
  const Status done = co_await services_.note_health(service, ip, port, healthy);
  target->is_noted = false;
  if (done) {
    log::info("instance checked service={} address={} healthy={}", grouped_name(service),
              address_of(ip, port), healthy);
  } else {
    // The next check finds the same and says so again.
    log::warn("instance's health not written service={} address={} error={}", grouped_name(service),
              address_of(ip, port), done.error().message);
  }
}

}  // namespace batata::domain
