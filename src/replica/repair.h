#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "replica/disk.h"
#include "replica/position.h"
#include "replica/revision_gap.h"

namespace batata::replica {

/// What of a member could be repaired. Plain data.
struct Repaired {
  LogIndex last;              ///< the last entry that is left, in the log or in the state
  LogIndex seen;              ///< the last one that was there and could be checked
  bool whole = true;          ///< nothing that was acknowledged is missing
  bool term_guessed = false;  ///< term and vote were lost
};

/// For what has to be made anew. Plain data.
struct RepairOptions {
  NodeId id{1};
  std::string address = "127.0.0.1:0";  ///< of the only member
  RevisionGap gap;                      ///< where entries are missing
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
