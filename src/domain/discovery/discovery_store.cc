// What stands in the store: taken in, followed, written, and removed when nobody needs it any more.
#include <set>
#include <utility>

#include "async/next_turn.h"
#include "base/log.h"
#include "cluster/planned_write.h"
#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"
#include "domain/discovery/discovery_service.h"

namespace batata::domain {
namespace {

// Between tries to remove what has expired. Source: upstream's nacos.naming.clean.expired-metadata.interval.
constexpr Duration kRemoveAgain = std::chrono::seconds(5);

// The keys that a transaction writes. Plans erase single keys only.
std::vector<std::string> written(const store::Txn& txn) {
  std::vector<std::string> keys;
  for (const store::Op& op : txn.then) {
    if (const auto* put = std::get_if<store::Put>(&op)) keys.push_back(put->key);
    if (const auto* erase = std::get_if<store::Erase>(&op)) keys.push_back(erase->range.begin);
  }
  return keys;
}

}  // namespace

// Everything anew: what the index knows and the store does not have any more is refreshed too.
void DiscoveryService::load() {
  std::set<std::string> known;
  for (const auto& [service, stored] : stored_.all()) {
    if (stored.meta != nullptr) known.insert(service_meta_key(service));
    for (const auto& [address, instance] : stored.instances) known.insert(instance_key(service, address));
    for (const auto& [ref, over] : stored.overrides) known.insert(override_key(service, ref));
  }
  for (const store::KeyRange& range : discovery_ranges())
    for (const store::KeyValuePtr& kv : view().range(range)) known.insert(kv->key);
  for (const std::string& key : known) refresh(key);
}

void DiscoveryService::refresh(const std::string& key) {
  const auto name = discovery_key(key);
  if (!name) return;
  const store::KeyValuePtr present = view().get(key);
  if (name->kind == DiscoveryKey::Kind::kSwitches) {
    switches_changed(present);
    return;
  }
  if (present == nullptr) expiry_.cancel(key);
  if (!stored_.set(*name, present)) return;
  if (name->kind == DiscoveryKey::Kind::kServiceMeta) meta_changed(name->service);
  if (name->kind == DiscoveryKey::Kind::kOverride && present == nullptr) {
    // Beat times are the owner's again.
    if (const auto held = beats_.held(address_of(name->ref.ip, name->ref.port)))
      for (const auto& [service, instance] : held->instances)
        if (service == name->service)
          beats_.retime(service, instance->ip, instance->port, instance->metadata);
  }
  mark(name->service);
}

void DiscoveryService::meta_changed(const ServiceKey& service) {
  const StoredService* stored = stored_.find(service);
  if (stored == nullptr || stored->meta == nullptr) {
    forget_empty(service);
    return;
  }
  // What it was made for, unless an instance of the other kind was faster: then that decides, also after a
  // restart.
  const bool persistent = is_persistent(service) || (!stored->meta->ephemeral && !is_ephemeral(service));
  directory_.add(service, persistent ? ServiceKind::kPersistent : ServiceKind::kEphemeral);
}

void DiscoveryService::switches_changed(const store::KeyValuePtr& present) {
  if (present == nullptr) return;
  auto switches = decode_switches(present->value);
  if (!switches) {
    log::error("switches unreadable error={}", switches.error().message);
    return;
  }
  if (stored_switches_ == *switches) return;
  stored_switches_ = *switches;
  switches_.set(std::move(*switches));
}

void DiscoveryService::forget_empty(const ServiceKey& service) {
  if (has_instances(service)) return;
  if (!directory_.contains(service)) return;
  directory_.remove(service);
  forgotten(service);
}

Task<void> DiscoveryService::follow() {
  Revision known = watches_.store().revision();
  for (;;) {
    cluster::Interest interest{discovery_ranges()};
    const auto changed = co_await watches_.changed(std::move(interest), known, SteadyTime::never());
    bool whole = changed.has_value();
    // From the first event on: configs may have used up the history of what came before it.
    if (whole) known = *changed;
    for (const store::KeyRange& range : discovery_ranges()) {
      const auto events = watches_.store().events(range, known);
      if (!events) {
        whole = false;
        break;
      }
      for (const store::Event& event : *events) refresh(event.key());
    }
    if (!whole) load();
    known = watches_.store().revision();
  }
}

cluster::Context DiscoveryService::own_context() const {
  cluster::Context context;
  context.deadline = runtime_.now() + kWriteTimeout;
  return context;
}

Task<Status> DiscoveryService::commit(cluster::Context context, Plan plan) {
  std::vector<std::string> keys;
  const auto next_plan = [&]() -> cluster::PlannedTxn {
    auto txn = plan();
    if (!txn) return tl::unexpected(std::move(txn.error()));
    if (txn->then.empty()) return std::nullopt;
    keys = written(*txn);
    return std::move(*txn);
  };
  auto done =
      co_await cluster::write_planned(proposer_, std::move(context), "change of a service", next_plan);
  if (!done) co_return tl::unexpected(std::move(done.error()));
  if (!*done) co_return Status{};
  for (const std::string& key : keys) refresh(key);
  co_await visible();
  co_return Status{};
}

// What is set for a service that has gone, or on an instance that has, is not needed for long.
void DiscoveryService::watch_expiry(const ServiceKey& service, const StoredService& stored) {
  const SteadyTime due = runtime_.now() + times_.expired_metadata;
  if (stored.meta != nullptr) {
    const std::string key = service_meta_key(service);
    if (directory_.contains(service)) {
      expiry_.cancel(key);
    } else {
      expiry_.start(key, due);
    }
  }
  if (!stored.overrides.empty()) {
    std::set<InstanceRef> present;
    for (const registry::InstancePtr& instance : registry_.list(service)) present.insert(ref_of(*instance));
    for (const auto& [address, kept] : stored.instances) present.insert(ref_of(*kept.instance));
    for (const auto& [ref, over] : stored.overrides) {
      const std::string key = override_key(service, ref);
      if (present.contains(ref)) {
        expiry_.cancel(key);
      } else {
        expiry_.start(key, due);
      }
    }
  }
  arm_expiry();
}

bool DiscoveryService::is_needed(const std::string& key) const {
  const auto name = discovery_key(key);
  if (!name) return false;
  if (name->kind == DiscoveryKey::Kind::kServiceMeta) return directory_.contains(name->service);
  for (const registry::InstancePtr& instance : registry_.list(name->service))
    if (ref_of(*instance) == name->ref) return true;
  const StoredService* stored = stored_.find(name->service);
  if (stored == nullptr) return false;
  const auto kept = stored->instances.find(address_of(name->ref.ip, name->ref.port));
  return kept != stored->instances.end() && kept->second.instance->cluster == name->ref.cluster;
}

void DiscoveryService::arm_expiry() {
  const SteadyTime next = expiry_.next();
  if (removing_expired_ || next == SteadyTime::never()) return;
  if (expiry_timer_ != 0 && expiry_timer_at_ <= next) return;
  if (expiry_timer_ != 0) runtime_.cancel(expiry_timer_);
  expiry_timer_at_ = next;
  expiry_timer_ = runtime_.at(next, [this] {
    expiry_timer_ = 0;
    removing_expired_ = true;
    scope_.spawn(remove_expired());
  });
}

Task<void> DiscoveryService::remove_expired() {
  for (;;) {
    const std::vector<std::string> due = expiry_.take_due(runtime_.now(), kBatchMax);
    if (due.empty()) break;
    const Status done = co_await commit(own_context(), [this, &due]() -> Result<store::Txn> {
      store::Txn txn;
      for (const std::string& key : due) {
        if (view().get(key) == nullptr || is_needed(key)) continue;
        txn.when.push_back({store::KeyRange::one(key), watches_.store().revision()});
        txn.then.emplace_back(store::Erase{store::KeyRange::one(key)});
      }
      return txn;
    });
    if (done) {
      co_await next_turn(runtime_);
      continue;
    }
    log::warn("expired records of services not removed error={}", done.error().message);
    for (const std::string& key : due) expiry_.start(key, runtime_.now() + kRemoveAgain);
    break;
  }
  removing_expired_ = false;
  arm_expiry();
}

}  // namespace batata::domain
