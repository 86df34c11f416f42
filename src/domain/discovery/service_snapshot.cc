#include "domain/discovery/service_snapshot.h"

#include <algorithm>
#include <set>
#include <utility>

namespace batata::domain {
namespace {

// In order and each once, so that a long list costs little for each instance.
std::vector<std::string_view> split(std::string_view names) {
  std::vector<std::string_view> parts;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (comma > 0) parts.push_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  std::ranges::sort(parts);
  parts.erase(std::ranges::unique(parts).begin(), parts.end());
  return parts;
}

}  // namespace

Selector::Selector(const Selection& selection)
    : clusters_(split(selection.clusters)), healthy_only_(selection.healthy_only) {}

bool Selector::sees(const registry::Instance& instance) const {
  if (!instance.enabled || (healthy_only_ && !instance.healthy)) return false;
  return clusters_.empty() || std::ranges::binary_search(clusters_, std::string_view(instance.cluster));
}

const ClusterMeta& cluster_of(const ServiceSnapshot& snapshot, const std::string& name) {
  static const ClusterMeta kDefaults;
  if (snapshot.meta == nullptr) return kDefaults;
  const auto it = snapshot.meta->clusters.find(name);
  return it == snapshot.meta->clusters.end() ? kDefaults : it->second;
}

std::vector<std::string> clusters_of(const ServiceSnapshot& snapshot) {
  std::set<std::string> names;
  for (const registry::InstancePtr& instance : snapshot.instances) names.insert(instance->cluster);
  return {names.begin(), names.end()};
}

std::size_t healthy_count(const ServiceSnapshot& snapshot) {
  return static_cast<std::size_t>(std::ranges::count_if(
      snapshot.instances, [](const registry::InstancePtr& instance) { return instance->healthy; }));
}

bool is_protected(const ServiceSnapshot& snapshot, const Selector& selector) {
  if (snapshot.meta == nullptr) return false;
  std::size_t seen = 0, healthy = 0;
  for (const registry::InstancePtr& instance : snapshot.instances) {
    if (!selector.sees(*instance)) continue;
    ++seen;
    if (instance->healthy) ++healthy;
  }
  if (seen == 0) return false;
  // In single precision, as upstream compares: 4 of 5 do not exceed a threshold of 0.8.
  const auto threshold = static_cast<float>(std::max(snapshot.meta->protect_threshold, 0.0));
  return static_cast<float>(healthy) / static_cast<float>(seen) <= threshold;
}

Selected select(const SnapshotPtr& snapshot, const Selection& selection) {
  Selected selected;
  if (snapshot == nullptr) return selected;
  const Selector selector(selection);
  selected.protection_reached = is_protected(*snapshot, selector);
  for (const registry::InstancePtr& instance : snapshot->instances) {
    if (!selector.sees(*instance)) continue;
    if (selected.protection_reached && !instance->healthy) {
      auto shown = std::make_shared<registry::Instance>(*instance);
      shown->healthy = true;
      selected.instances.push_back(std::move(shown));
    } else {
      selected.instances.push_back(instance);
    }
  }
  return selected;
}

}  // namespace batata::domain
