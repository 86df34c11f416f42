#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "registry/instance.h"

namespace batata::domain {

/// A service as it stood after one change. Immutable; shared by readers on any thread.
struct ServiceSnapshot {
  registry::ServiceKey key;
  /// All of them, in an order that every node shares: of owners, then of ids.
  std::vector<registry::InstancePtr> instances;
  std::uint64_t revision = 0;  ///< higher in every later snapshot of any service of this node
  WallTime changed_at;         ///< higher in each later snapshot of the service, up to 1 s ahead of the clock
};
using SnapshotPtr = std::shared_ptr<const ServiceSnapshot>;

/// Which of a service's instances a reader wants to see.
struct Selection {
  std::string_view clusters;  ///< names with commas between them; empty: every cluster
  bool healthy_only = false;
};

/// A selection made ready to be asked about many instances. Its texts must outlive it.
///
/// It sees enabled instances in the clusters asked for, and healthy ones if that is asked for. A service
/// whose protection threshold is set reports all of its instances healthy when too few are; no service has
/// that setting yet: those that exist only through their instances are never protected.
class Selector {
 public:
  explicit Selector(const Selection& selection);
  [[nodiscard]] bool sees(const registry::Instance& instance) const;

 private:
  std::vector<std::string_view> clusters_;
  bool healthy_only_;
};

/// What `selection` sees of `snapshot` (null: no such service). Any thread.
[[nodiscard]] std::vector<registry::InstancePtr> select(const SnapshotPtr& snapshot,
                                                        const Selection& selection);

}  // namespace batata::domain
