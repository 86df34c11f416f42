#pragma once
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "base/types.h"
#include "replica/node_options.h"
#include "store/store.h"

namespace batata::replica {

/// Says when the history of the store is to be shortened. The leader then proposes a store::Compact, so that
/// every member refuses the same past. Ages count from the start at the earliest. Pure; loop only.
class Compactor {
 public:
  explicit Compactor(const HistoryLimits& limits) : limits_(limits) {}

  /// Remembers how far the store is, for `due`. Call it about every `period`.
  void note(const store::Store& store, SteadyTime now);
  /// The revision up to which history is to be forgotten now, if any. Cheap; ask as often as you like.
  [[nodiscard]] std::optional<Revision> due(const store::Store& store, SteadyTime now);
  /// How late an age is noticed.
  [[nodiscard]] Duration period() const;

 private:
  const HistoryLimits limits_;
  std::deque<std::pair<SteadyTime, Revision>> notes_;  // ascending in both
};

}  // namespace batata::replica
