// Persistent instances.
#include <utility>

#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"
#include "domain/discovery/discovery_service.h"

namespace batata::domain {

bool DiscoveryService::has_instances(const ServiceKey& service) const {
  const StoredService* stored = stored_.find(service);
  if (stored != nullptr && !stored->instances.empty()) return true;
  return !registry_.list(service).empty();
}

// Instances that came in this turn, of either kind, have not made the service yet.
bool DiscoveryService::is_persistent(const ServiceKey& service) const {
  if (const auto kind = directory_.kind(service)) return kind == ServiceKind::kPersistent;
  const StoredService* stored = stored_.find(service);
  return stored != nullptr && !stored->instances.empty();
}

bool DiscoveryService::is_ephemeral(const ServiceKey& service) const {
  if (const auto kind = directory_.kind(service)) return kind == ServiceKind::kEphemeral;
  return !is_persistent(service) && !registry_.list(service).empty();
}

Task<Status> DiscoveryService::register_persistent(cluster::Context context, ServiceKey service,
                                                   Instance instance) {
  if (const Status sound = check(beat_times_of(instance.metadata)); !sound) co_return sound;
  if (switches_.add_disabled())
    co_return fail(Errc::kPermissionDenied, "adding instances is switched off (disableAddIP)");
  if (is_ephemeral(service))
    co_return fail(Errc::kConflict, "Current service " + grouped_name(service) +
                                        " is ephemeral service, can't register persistent instance.");
  // At once, so that no ephemeral instance can come between. If the write fails it goes as any empty service.
  directory_.add(service, ServiceKind::kPersistent);
  instance.ephemeral = false;
  const std::string key = instance_key(service, address_of(instance.ip, instance.port));
  const std::string value = encode_instance(instance, runtime_.wall_now());
  Status written = co_await commit(std::move(context), [&key, &value]() -> Result<store::Txn> {
    store::Txn txn;
    txn.then.emplace_back(store::Put{key, value, {}});
    return txn;
  });
  if (written) ++registrations_;
  co_return written;
}

Task<Status> DiscoveryService::withdraw_persistent(cluster::Context context, ServiceKey service,
                                                   std::string ip, std::uint16_t port) {
  const std::string key = instance_key(service, address_of(ip, port));
  co_return co_await commit(std::move(context), [this, &key]() -> Result<store::Txn> {
    store::Txn txn;
    if (view().get(key) != nullptr) txn.then.emplace_back(store::Erase{store::KeyRange::one(key)});
    return txn;
  });
}

Task<Status> DiscoveryService::set_health(cluster::Context context, ServiceKey service, InstanceRef ref,
                                          bool healthy) {
  const ServiceMeta meta = meta_of(service);
  const auto cluster = meta.clusters.find(ref.cluster);
  if (cluster == meta.clusters.end() || cluster->second.check.type != HealthCheck::Type::kNone)
    co_return fail(Errc::kInvalidArgument, "health check is still working, service: " +
                                               grouped_name(service) + ", cluster: " + ref.cluster);
  const std::string address = address_of(ref.ip, ref.port);
  co_return co_await commit(std::move(context), [this, &service, &address, healthy] {
    return plan_health(service, address, healthy);
  });
}

Task<Status> DiscoveryService::note_health(ServiceKey service, std::string ip, std::uint16_t port,
                                           bool healthy) {
  const std::string address = address_of(ip, port);
  co_return co_await commit(
      own_context(), [this, &service, &address, healthy] { return plan_health(service, address, healthy); });
}

Result<store::Txn> DiscoveryService::plan_health(const ServiceKey& service, const std::string& address,
                                                 bool healthy) const {
  store::Txn txn;
  std::string key = instance_key(service, address);
  const store::KeyValuePtr present = view().get(key);
  if (present == nullptr) return txn;
  const auto stored = decode_instance(present->value);
  if (!stored) return tl::unexpected(stored.error());
  if (stored->instance->healthy == healthy) return txn;
  Instance changed = *stored->instance;
  changed.healthy = healthy;
  // Not the instance's own revision: before the oldest erasure that the store remembers nothing holds.
  txn.when.push_back({store::KeyRange::one(key), watches_.store().revision()});
  txn.then.emplace_back(store::Put{std::move(key), encode_instance(changed, runtime_.wall_now()), {}});
  return txn;
}

}  // namespace batata::domain
