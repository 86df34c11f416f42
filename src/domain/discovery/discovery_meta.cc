// What is set for services, and the services that operators look for.
#include <utility>

#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"
#include "domain/discovery/discovery_service.h"

namespace batata::domain {
namespace {

std::string not_found(const registry::ServiceKey& service) {
  return "service " + grouped_name(service) + " not found!";
}

store::Txn plan_meta(const registry::ServiceKey& service, const ServiceMeta& meta, Revision at) {
  std::string key = service_meta_key(service);
  store::Txn txn;
  txn.when.push_back({store::KeyRange::one(key), at});
  txn.then.emplace_back(store::Put{std::move(key), encode_service_meta(meta), {}});
  return txn;
}

}  // namespace

// As the store has it now; what a service without any would begin with.
ServiceMeta DiscoveryService::meta_of(const ServiceKey& service) const {
  if (const store::KeyValuePtr present = view().get(service_meta_key(service)))
    if (auto meta = decode_service_meta(present->value)) return std::move(*meta);
  ServiceMeta meta;
  meta.ephemeral = directory_.kind(service) != ServiceKind::kPersistent;
  return meta;
}

Task<Status> DiscoveryService::create_service(cluster::Context context, ServiceKey service,
                                              ServiceMeta meta) {
  co_return co_await commit(std::move(context), [this, &service, &meta]() -> Result<store::Txn> {
    refresh(service_meta_key(service));  // another one that has just created it may not have been resumed yet
    if (directory_.contains(service) || has_instances(service))
      return fail(Errc::kConflict, "specified service " + grouped_name(service) + " already exists!");
    return plan_meta(service, meta, watches_.store().revision());
  });
}

Task<Status> DiscoveryService::update_service(cluster::Context context, ServiceKey service,
                                              ServiceMeta meta) {
  co_return co_await commit(std::move(context), [this, &service, &meta]() -> Result<store::Txn> {
    if (!directory_.contains(service)) return fail(Errc::kNotFound, not_found(service));
    ServiceMeta next = meta_of(service);
    next.protect_threshold = meta.protect_threshold;
    next.selector = meta.selector;
    next.metadata = meta.metadata;
    return plan_meta(service, next, watches_.store().revision());
  });
}

Task<Status> DiscoveryService::remove_service(cluster::Context context, ServiceKey service) {
  const Status done = co_await commit(std::move(context), [this, &service]() -> Result<store::Txn> {
    if (!directory_.contains(service)) return fail(Errc::kNotFound, not_found(service));
    if (has_instances(service))
      return fail(Errc::kConflict, "Service " + grouped_name(service) +
                                       " is not empty, can't be delete. Please unregister instance first");
    store::Txn txn;
    const Revision at = watches_.store().revision();
    txn.when.push_back({store::KeyRange::prefix(instance_key(service, {})), at});
    txn.then.emplace_back(store::Erase{store::KeyRange::one(service_meta_key(service))});
    if (const StoredService* stored = stored_.find(service))
      for (const auto& [ref, over] : stored->overrides)
        txn.then.emplace_back(store::Erase{store::KeyRange::one(override_key(service, ref))});
    return txn;
  });
  if (!done) co_return done;
  forget_empty(service);  // one for which nothing was set, too
  co_return Status{};
}

Task<Status> DiscoveryService::update_cluster(cluster::Context context, ServiceKey service,
                                              std::string cluster, ClusterMeta meta) {
  co_return co_await commit(std::move(context), [this, &service, &cluster, &meta]() -> Result<store::Txn> {
    if (!directory_.contains(service))
      return fail(Errc::kNotFound, "service not found:" + grouped_name(service));
    ServiceMeta next = meta_of(service);
    next.clusters.insert_or_assign(cluster, meta);
    if (next.clusters.size() > kClustersMax)
      return fail(Errc::kResourceExhausted, "service " + grouped_name(service) + " has " +
                                                std::to_string(kClustersMax) + " clusters already");
    return plan_meta(service, next, watches_.store().revision());
  });
}

SnapshotPage DiscoveryService::find_services(const ServiceFilter& filter) const {
  const FoundServices found = directory_.find(filter);
  SnapshotPage page{.count = found.count, .services = {}};
  for (const ServiceKey& service : found.services)
    // One that is just being made has none yet.
    if (SnapshotPtr snapshot = this->snapshot(service)) page.services.push_back(std::move(snapshot));
  return page;
}

Task<Status> DiscoveryService::set_switch(cluster::Context context, SwitchChange change, bool local_only) {
  if (local_only) {
    auto next = plan_switch(*switches_.all(), change);
    if (!next) co_return tl::unexpected(std::move(next.error()));
    switches_.set(std::move(*next));
    co_return Status{};
  }
  const Status done = co_await commit(std::move(context), [this, &change]() -> Result<store::Txn> {
    const std::string key(kSwitchesKey);
    const store::KeyValuePtr present = view().get(key);
    auto switches = present != nullptr ? decode_switches(present->value) : Result<Switches>(Switches{});
    if (!switches) return tl::unexpected(std::move(switches.error()));
    auto next = plan_switch(*switches, change);
    if (!next) return tl::unexpected(std::move(next.error()));
    store::Txn txn;
    if (*next == *switches) return txn;
    txn.when.push_back({store::KeyRange::one(key), watches_.store().revision()});
    txn.then.emplace_back(store::Put{key, encode_switches(*next), {}});
    return txn;
  });
  // What was set here alone ends, also when nothing had to be written.
  if (done) switches_.set(stored_switches_.value_or(Switches{}));
  co_return done;
}

}  // namespace batata::domain
