#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "domain/discovery/service_meta.h"
#include "registry/instance.h"

namespace batata::domain {

/// A service as it stood after one change. Immutable; shared by readers on any thread.
struct ServiceSnapshot {
  registry::ServiceKey key;
  /// All of them, as readers see them: with what operators have set on them. In an order that every node
  /// shares: ephemeral ones by owners, then by ids; then persistent ones by addresses.
  std::vector<registry::InstancePtr> instances;
  ServiceMetaPtr meta;         ///< null: nothing is set, the service only has instances
  bool ephemeral = true;       ///< it takes ephemeral instances, otherwise persistent ones
  std::uint64_t revision = 0;  ///< higher in every later snapshot of any service of this node
  WallTime changed_at;         ///< higher in each later snapshot of the service, up to 1 s ahead of the clock
};
using SnapshotPtr = std::shared_ptr<const ServiceSnapshot>;

/// What is set for a cluster of the service; the defaults when nothing is. Valid as long as the snapshot.
[[nodiscard]] const ClusterMeta& cluster_of(const ServiceSnapshot& snapshot, const std::string& name);
/// The clusters that have instances, in order.
[[nodiscard]] std::vector<std::string> clusters_of(const ServiceSnapshot& snapshot);
[[nodiscard]] std::size_t healthy_count(const ServiceSnapshot& snapshot);

/// Which of a service's instances a reader wants to see.
struct Selection {
  std::string_view clusters;  ///< names with commas between them; empty: every cluster
  bool healthy_only = false;
};

/// A selection made ready to be asked about many instances. Its texts must outlive it.
///
/// It sees enabled instances in the clusters asked for, and healthy ones if that is asked for.
class Selector {
 public:
  explicit Selector(const Selection& selection);
  [[nodiscard]] bool sees(const registry::Instance& instance) const;

 private:
  std::vector<std::string_view> clusters_;  // in order, each once
  bool healthy_only_;
};

/// True when so few of the instances that `selector` sees are healthy that all of them are to be reported as
/// healthy: callers shall rather try sick ones than crush the few that are left. Only a service for which
/// something is set is protected; then its threshold also holds when it is 0 and nobody is healthy.
/// Source: upstream's ServiceUtil.selectInstancesWithHealthyProtection.
[[nodiscard]] bool is_protected(const ServiceSnapshot& snapshot, const Selector& selector);

/// What a reader gets.
struct Selected {
  std::vector<registry::InstancePtr> instances;
  bool protection_reached = false;  ///< all are healthy here, whatever they are
};
/// What `selection` sees of `snapshot` (null: no such service). Any thread.
[[nodiscard]] Selected select(const SnapshotPtr& snapshot, const Selection& selection);

}  // namespace batata::domain
