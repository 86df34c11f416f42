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

Selector::Selector(const Selection& selection)
    : clusters_(split(selection.clusters)), healthy_only_(selection.healthy_only) {}

bool Selector::sees(const registry::Instance& instance) const {
  if (!instance.enabled || (healthy_only_ && !instance.healthy)) return false;
  return clusters_.empty() || std::ranges::find(clusters_, instance.cluster) != clusters_.end();
}

std::vector<registry::InstancePtr> select(const SnapshotPtr& snapshot, const Selection& selection) {
  std::vector<registry::InstancePtr> seen;
  if (snapshot == nullptr) return seen;
  const Selector selector(selection);
  for (const registry::InstancePtr& instance : snapshot->instances)
    if (selector.sees(*instance)) seen.push_back(instance);
  return seen;
}

}  // namespace batata::domain
