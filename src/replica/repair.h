#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/types.h"
#include "replica/disk.h"
#include "replica/position.h"

namespace batata::replica {

/// What of a member could be repaired.
struct Repaired {
  LogIndex last;              ///< the last entry that is left, in the log or in the state
  LogIndex seen;              ///< the last one that was there, intact or not, as far as can be seen
  bool whole = true;          ///< nothing that was acknowledged is missing
  bool term_guessed = false;  ///< term and vote were lost
};

struct RepairOptions {
  /// How far the revision is moved on when entries are missing: whoever has seen theirs must not see them
  /// again for something else.
  std::uint64_t revision_gap = 1'000'000'000;
};

/// Makes a log and a hard state on the empty disk `fresh` with all that can still be checked of those on
/// `damaged`, which stays as it is: the entries from where `state` stands on (from the first one without a
/// state), up to the first that is missing. Damage among entries that the state holds costs nothing. Says in
/// warnings to the log what is damaged and what that costs. Blocks; the caller holds the locks. Errors:
/// kDamaged when too little is left to start from, so that only a backup helps; kUnsupported for another
/// format version; those of the disks.
[[nodiscard]] Result<Repaired> repair(Disk& damaged, const std::optional<Position>& state, Disk& fresh,
                                      const RepairOptions& options = {});

}  // namespace batata::replica
