#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/runtime.h"
#include "async/task.h"
#include "async/turns.h"
#include "base/result.h"
#include "cluster/context.h"
#include "cluster/proposer.h"
#include "domain/config/config_counts.h"
#include "domain/config/config_id.h"
#include "store/store.h"

namespace batata::domain {

/// How much a group or a namespace may hold; 0: what CapacityRules says. Sizes are bytes of UTF-8.
struct Capacity {
  std::int32_t quota = 0;           ///< configs; below 0: none may be added
  std::int32_t max_size = 0;        ///< of one config
  std::int32_t max_aggr_count = 0;  ///< kept and told, as upstream does, which checks it no longer
  std::int32_t max_aggr_size = 0;
  bool operator==(const Capacity&) const = default;
};

/// The stored value. Format version 1: u8 version | four i32 in the order of Capacity.
[[nodiscard]] std::string encode_capacity(const Capacity& capacity);
/// Errors: kInternal for bytes that `encode_capacity` did not write.
[[nodiscard]] Result<Capacity> decode_capacity(std::string_view value);

/// Whose capacity: that of a namespace (canonical), or of a group in the public namespace.
struct CapacityOwner {
  enum class Kind : std::uint8_t { kGroup, kNamespace };
  Kind kind;
  std::string name;
};
/// The key in the store: "capacity/group" or "capacity/namespace", NUL, the name.
[[nodiscard]] std::string capacity_key(const CapacityOwner& owner);

/// What operators decide. Source: upstream's isManageCapacity and so on.
struct CapacityRules {
  bool is_managed = true;   ///< false: no limit is ever checked
  bool is_checked = false;  ///< limits are enforced
  std::int32_t cluster_quota = 100'000, group_quota = 200, namespace_quota = 200;
  std::int32_t max_size = 102'400;
  std::int32_t max_aggr_count = 10'000, max_aggr_size = 1'024;
  /// What a group or namespace gets beyond what it holds when its default quota is used up already as limits
  /// are checked for the first time: this much of the default. 0: nothing.
  std::int32_t initial_expansion_percent = 100;
};

/// The `Error::detail` of a refusal: which limit, in upstream's numbers.
enum class CapacityLimit : std::uint16_t { kCluster = 5031, kGroup = 5032, kNamespace = 5033, kSize = 5034 };
/// Nothing for other errors.
[[nodiscard]] std::optional<CapacityLimit> capacity_limit(const Error& error);

/// A capacity with the rules' values in place of its zeros, and what is used of it.
struct CapacityReport {
  Capacity capacity;
  std::size_t usage = 0;
};

/// Capacities of groups and namespaces: told, set, and, where the rules say so, enforced. Loop only.
///
/// Usage is never stored: it is counted from the configs, so it is always exact and publishing costs nothing
/// while limits are not checked. In the public namespace a group's limits count, and the namespace's own when
/// they have been set; elsewhere the namespace's.
class Capacities {
 public:
  /// All three outlive it. `store` is the one that the proposer applies to.
  Capacities(Runtime& runtime, const store::Store& store, cluster::Proposer& proposer,
             const CapacityRules& rules = {})
      : rules_(rules),
        runtime_(runtime),
        store_(store),
        proposer_(proposer),
        counts_(store),
        turns_(runtime) {}

  /// What an owner may hold and holds. Counts in slices between which others get the loop.
  Task<CapacityReport> report(CapacityOwner owner);

  /// What to change: fields that are absent stay.
  struct Change {
    std::optional<std::int32_t> quota = {}, max_size = {}, max_aggr_count = {}, max_aggr_size = {};
  };
  /// Writes an owner's capacity; done when it is durable.
  /// Errors: kUnavailable when others write it too often; those of Proposer::propose.
  Task<Status> set(cluster::Context context, CapacityOwner owner, Change change);

  [[nodiscard]] const CapacityRules& rules() const { return rules_; }
  [[nodiscard]] bool is_checked() const { return rules_.is_managed && rules_.is_checked; }

  /// The right to make a new config while limits are checked: one at a time, so that two do not both take the
  /// last place.
  [[nodiscard]] Task<Turns::Turn> turn_to_create() { return turns_.take("create"); }
  /// Adds to a plan that publishes `id` what keeps it within the limits, or refuses it. `is_new`: there is no
  /// such config at the store's present revision. Only while `is_checked`.
  /// Errors: kResourceExhausted with a CapacityLimit as `detail`.
  [[nodiscard]] Status admit(const ConfigId& id, std::size_t content_bytes, bool is_new, store::Txn& txn);

 private:
  [[nodiscard]] std::size_t usage_of(const CapacityOwner& owner);
  [[nodiscard]] std::optional<Capacity> stored(const CapacityOwner& owner) const;
  [[nodiscard]] Capacity with_defaults(const CapacityOwner& owner, Capacity capacity) const;
  [[nodiscard]] Capacity initial(const CapacityOwner& owner, std::size_t usage) const;

  const CapacityRules rules_;
  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
  ConfigCounts counts_;
  Turns turns_;
};

}  // namespace batata::domain
