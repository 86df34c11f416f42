#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"
#include "domain/discovery/instance_override.h"
#include "domain/discovery/service_meta.h"
#include "registry/instance.h"
#include "store/store.h"

namespace batata::domain {

/// What the store holds of one service.
struct StoredService {
  ServiceMetaPtr meta;                              ///< null: nothing is set
  Revision meta_written;                            ///< of the transaction that wrote `meta`
  std::map<std::string, StoredInstance> instances;  ///< persistent ones, by "ip:port"
  std::map<InstanceRef, InstanceOverride> overrides;
  [[nodiscard]] bool empty() const { return meta == nullptr && instances.empty() && overrides.empty(); }
};

/// The store's records of services, decoded and by service. An index: it writes nothing. Loop only.
class StoredServices {
 public:
  /// Null when the store holds nothing of the service.
  [[nodiscard]] const StoredService* find(const registry::ServiceKey& service) const;
  [[nodiscard]] const std::map<registry::ServiceKey, StoredService>& all() const { return services_; }
  /// The services in which an address has a persistent instance; null when there is none.
  [[nodiscard]] const std::set<registry::ServiceKey>* services_of(const std::string& address) const;
  [[nodiscard]] const std::map<std::string, std::set<registry::ServiceKey>>& addresses() const {
    return addresses_;
  }
  [[nodiscard]] std::size_t address_count() const { return addresses_.size(); }
  [[nodiscard]] std::size_t instance_count() const { return instance_count_; }

  /// Takes what stands under `key` now; `value` is null when nothing does. True when that is news. `key` is
  /// not that of the switches. A damaged record is logged and counts as none.
  bool set(const DiscoveryKey& key, const store::KeyValuePtr& present);

 private:
  bool set_meta(StoredService& stored, const DiscoveryKey& key, const store::KeyValuePtr& present);
  bool set_instance(StoredService& stored, const DiscoveryKey& key, const store::KeyValuePtr& present);
  bool set_override(StoredService& stored, const DiscoveryKey& key, const store::KeyValuePtr& present);

  std::map<registry::ServiceKey, StoredService> services_;  // none of them empty
  std::map<std::string, std::set<registry::ServiceKey>> addresses_;
  std::size_t instance_count_ = 0;
};

}  // namespace batata::domain
