// Who publishes what, as operators see it.
#include <algorithm>
#include <utility>

#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_service.h"

namespace batata::domain {
namespace {

constexpr std::string_view kBeating = "#true", kPersistent = "#false";

}  // namespace

std::vector<std::string> DiscoveryService::clients() const {
  std::vector<std::string> ids;
  for (const auto& [id, owner] : by_client_id_) ids.push_back(id);
  std::ranges::sort(ids);
  for (const std::string& address : beats_.all_addresses()) ids.push_back(address + std::string(kBeating));
  for (const auto& [address, services] : stored_.addresses())
    ids.push_back(address + std::string(kPersistent));
  return ids;
}

std::optional<ClientView> DiscoveryService::client(const std::string& id) const {
  ClientView client;
  client.id = id;
  if (const auto named = by_client_id_.find(id); named != by_client_id_.end()) {
    client.is_connection = true;
    client.last_updated = connected_.at(named->second.connection).last_updated;
    client.instances = registry_.held(named->second);
    return client;
  }
  if (id.ends_with(kBeating)) {
    auto held = beats_.held(std::string_view(id).substr(0, id.size() - kBeating.size()));
    if (!held) return std::nullopt;
    const Duration silent = runtime_.now() - held->last_beat;
    client.last_updated = {runtime_.wall_now().ms -
                           std::chrono::duration_cast<std::chrono::milliseconds>(silent).count()};
    client.instances = std::move(held->instances);
    return client;
  }
  if (!id.ends_with(kPersistent)) return std::nullopt;
  const std::string address = id.substr(0, id.size() - kPersistent.size());
  const auto* services = stored_.services_of(address);
  if (services == nullptr) return std::nullopt;
  client.ephemeral = false;
  for (const ServiceKey& service : *services) {
    const StoredInstance& kept = stored_.find(service)->instances.at(address);
    client.last_updated = std::max(client.last_updated, kept.written);
    client.instances.emplace_back(service, kept.instance);
  }
  return client;
}

std::vector<Publisher> DiscoveryService::publishers(const ServiceKey& service) const {
  std::vector<Publisher> publishers;
  for (auto& [owner, instance] : registry_.members(service)) {
    const auto connected = connected_.find(owner.connection);
    std::string id = connected != connected_.end()
                         ? connected->second.client_id
                         : address_of(instance->ip, instance->port) + std::string(kBeating);
    publishers.push_back({std::move(id), std::move(instance)});
  }
  if (const StoredService* stored = stored_.find(service))
    for (const auto& [address, kept] : stored->instances)
      publishers.push_back({address + std::string(kPersistent), kept.instance});
  return publishers;
}

}  // namespace batata::domain
