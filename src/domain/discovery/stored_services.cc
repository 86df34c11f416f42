#include "domain/discovery/stored_services.h"

#include <memory>
#include <utility>

#include "base/log.h"

namespace batata::domain {
namespace {

// What was read; nothing when there is nothing or it is damaged.
template <class T>
std::optional<T> read(Result<T> (*decode)(std::string_view), const store::KeyValuePtr& present,
                      const registry::ServiceKey& service) {
  if (present == nullptr) return std::nullopt;
  auto decoded = decode(present->value);
  if (decoded) return std::move(*decoded);
  log::error("service record unreadable namespace={} service={} error={}", service.space,
             grouped_name(service), decoded.error().message);
  return std::nullopt;
}

}  // namespace

const StoredService* StoredServices::find(const registry::ServiceKey& service) const {
  const auto it = services_.find(service);
  return it == services_.end() ? nullptr : &it->second;
}

const std::set<registry::ServiceKey>* StoredServices::services_of(const std::string& address) const {
  const auto it = addresses_.find(address);
  return it == addresses_.end() ? nullptr : &it->second;
}

bool StoredServices::set(const DiscoveryKey& key, const store::KeyValuePtr& present) {
  const auto it = services_.try_emplace(key.service).first;
  StoredService& stored = it->second;
  bool changed = false;
  switch (key.kind) {
    case DiscoveryKey::Kind::kServiceMeta:
      changed = set_meta(stored, key, present);
      break;
    case DiscoveryKey::Kind::kInstance:
      changed = set_instance(stored, key, present);
      break;
    case DiscoveryKey::Kind::kOverride:
      changed = set_override(stored, key, present);
      break;
    case DiscoveryKey::Kind::kSwitches:
      break;
  }
  if (stored.empty()) services_.erase(it);
  return changed;
}

bool StoredServices::set_meta(StoredService& stored, const DiscoveryKey& key,
                              const store::KeyValuePtr& present) {
  auto meta = read(decode_service_meta, present, key.service);
  if (!meta) return std::exchange(stored.meta, nullptr) != nullptr;
  if (stored.meta != nullptr && stored.meta_written == present->modified) return false;
  stored.meta_written = present->modified;
  stored.meta = std::make_shared<const ServiceMeta>(std::move(*meta));
  return true;
}

bool StoredServices::set_instance(StoredService& stored, const DiscoveryKey& key,
                                  const store::KeyValuePtr& present) {
  auto instance = read(decode_instance, present, key.service);
  const auto known = stored.instances.find(key.address);
  if (!instance) {
    if (known == stored.instances.end()) return false;
    stored.instances.erase(known);
    --instance_count_;
    const auto address = addresses_.find(key.address);
    address->second.erase(key.service);
    if (address->second.empty()) addresses_.erase(address);
    return true;
  }
  if (known == stored.instances.end()) {
    stored.instances.emplace(key.address, std::move(*instance));
    addresses_[key.address].insert(key.service);
    ++instance_count_;
    return true;
  }
  const bool same = *known->second.instance == *instance->instance;
  known->second.written = instance->written;
  if (!same) known->second.instance = std::move(instance->instance);
  return !same;
}

bool StoredServices::set_override(StoredService& stored, const DiscoveryKey& key,
                                  const store::KeyValuePtr& present) {
  auto over = read(decode_override, present, key.service);
  if (!over) return stored.overrides.erase(key.ref) > 0;
  const auto [it, is_new] = stored.overrides.try_emplace(key.ref);
  if (!is_new && it->second == *over) return false;
  it->second = std::move(*over);
  return true;
}

}  // namespace batata::domain
