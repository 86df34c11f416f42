// What operators set on instances.
#include <algorithm>
#include <utility>

#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"
#include "domain/discovery/discovery_service.h"

namespace batata::domain {
namespace {

// An override that sets nothing is none.
store::Op write_of(const registry::ServiceKey& service, const InstanceRef& ref,
                   const InstanceOverride& over) {
  std::string key = override_key(service, ref);
  if (over == InstanceOverride{}) return store::Erase{store::KeyRange::one(key)};
  return store::Put{std::move(key), encode_override(over), {}};
}

}  // namespace

Result<registry::InstancePtr> DiscoveryService::find(const ServiceKey& service,
                                                     const InstanceRef& ref) const {
  const SnapshotPtr snapshot = this->snapshot(service);
  if (snapshot == nullptr || snapshot->instances.empty())
    return fail(Errc::kNotFound,
                "no ips found for cluster " + ref.cluster + " in service " + grouped_name(service));
  for (const registry::InstancePtr& instance : snapshot->instances)
    if (instance->port == ref.port && instance->ip == ref.ip && instance->cluster == ref.cluster)
      return instance;
  return fail(Errc::kNotFound, "no matched ip found!");
}

InstanceOverride DiscoveryService::override_of(const ServiceKey& service, const InstanceRef& ref) const {
  if (const store::KeyValuePtr present = view().get(override_key(service, ref)))
    if (auto over = decode_override(present->value)) return std::move(*over);
  return {};
}

Task<Status> DiscoveryService::override_instance(cluster::Context context, ServiceKey service,
                                                 InstanceRef ref, InstanceOverride over) {
  if (!directory_.contains(service))
    co_return fail(Errc::kNotFound, "service not found, namespace: " + service.space +
                                        ", service: Service{namespace='" + service.space + "', group='" +
                                        service.group + "', name='" + service.name +
                                        "', ephemeral=true, revision=0}");
  co_return co_await commit(std::move(context), [&service, &ref, &over]() -> Result<store::Txn> {
    store::Txn txn;
    txn.then.emplace_back(write_of(service, ref, over));
    return txn;
  });
}

Task<Status> DiscoveryService::patch_instance(cluster::Context context, ServiceKey service, InstanceRef ref,
                                              OverridePatch patch) {
  co_return co_await commit(std::move(context), [this, &service, &ref, &patch]() -> Result<store::Txn> {
    if (const auto found = find(service, ref); !found) return tl::unexpected(found.error());
    InstanceOverride over = override_of(service, ref);
    if (patch.enabled) over.enabled = patch.enabled;
    if (patch.weight) over.weight = patch.weight;
    if (patch.metadata) over.metadata = *patch.metadata;
    store::Txn txn;
    txn.when.push_back({store::KeyRange::one(override_key(service, ref)), watches_.store().revision()});
    txn.then.emplace_back(write_of(service, ref, over));
    return txn;
  });
}

std::vector<registry::InstancePtr> DiscoveryService::present(const ServiceKey& service,
                                                             const std::vector<InstanceRef>& refs) const {
  const SnapshotPtr snapshot = this->snapshot(service);
  if (snapshot == nullptr) return {};
  if (refs.empty()) return snapshot->instances;
  std::vector<registry::InstancePtr> found;
  std::map<InstanceRef, registry::InstancePtr> by_ref;
  for (const registry::InstancePtr& instance : snapshot->instances)
    by_ref.emplace(ref_of(*instance), instance);
  for (const InstanceRef& ref : refs)
    if (const auto it = by_ref.find(ref); it != by_ref.end()) found.push_back(it->second);
  return found;
}

Task<Result<std::vector<registry::InstancePtr>>> DiscoveryService::change_overrides(
    cluster::Context context, ServiceKey service, std::vector<InstanceRef> refs, Change change) {
  const std::vector<registry::InstancePtr> instances = present(service, refs);
  // One write for each instance, however often it is named.
  std::set<InstanceRef> named;
  for (const registry::InstancePtr& instance : instances) named.insert(ref_of(*instance));
  const std::vector<InstanceRef> all(named.begin(), named.end());
  for (std::size_t from = 0; from < all.size(); from += kBatchMax) {
    const std::size_t upto = std::min(from + kBatchMax, all.size());
    const Status done =
        co_await commit(context, [this, &service, &all, &change, from, upto]() -> Result<store::Txn> {
          store::Txn txn;
          for (std::size_t i = from; i < upto; ++i) {
            InstanceOverride over = override_of(service, all[i]);
            const InstanceOverride before = over;
            change(over);
            if (over == before) continue;
            txn.when.push_back(
                {store::KeyRange::one(override_key(service, all[i])), watches_.store().revision()});
            txn.then.emplace_back(write_of(service, all[i], over));
          }
          return txn;
        });
    if (!done) co_return tl::unexpected(done.error());
  }
  co_return instances;
}

Task<Result<std::vector<registry::InstancePtr>>> DiscoveryService::add_metadata(cluster::Context context,
                                                                                ServiceKey service,
                                                                                std::vector<InstanceRef> refs,
                                                                                Metadata metadata) {
  co_return co_await change_overrides(std::move(context), std::move(service), std::move(refs),
                                      [&metadata](InstanceOverride& over) {
                                        for (const auto& [key, value] : metadata)
                                          over.metadata.insert_or_assign(key, value);
                                      });
}

Task<Result<std::vector<registry::InstancePtr>>> DiscoveryService::remove_metadata(
    cluster::Context context, ServiceKey service, std::vector<InstanceRef> refs,
    std::vector<std::string> keys) {
  co_return co_await change_overrides(std::move(context), std::move(service), std::move(refs),
                                      [&keys](InstanceOverride& over) {
                                        for (const std::string& key : keys) over.metadata.erase(key);
                                      });
}

}  // namespace batata::domain
