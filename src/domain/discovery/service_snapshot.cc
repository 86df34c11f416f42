#include "domain/discovery/service_snapshot.h"

#include <algorithm>

namespace batata::domain {
namespace {

std::vector<std::string_view> split(std::string_view names) {
  std::vector<std::string_view> parts;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (comma > 0) parts.push_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return parts;
}

}  // namespace

std::vector<registry::InstancePtr> select(const SnapshotPtr& snapshot, const Selection& selection) {
  std::vector<registry::InstancePtr> seen;
  if (snapshot == nullptr) return seen;
  const std::vector<std::string_view> clusters = split(selection.clusters);
  seen.reserve(snapshot->instances.size());
  for (const registry::InstancePtr& instance : snapshot->instances) {
    if (!instance->enabled || (selection.healthy_only && !instance->healthy)) continue;
    if (!clusters.empty() && std::ranges::find(clusters, instance->cluster) == clusters.end()) continue;
    seen.push_back(instance);
  }
  return seen;
}

}  // namespace batata::domain
