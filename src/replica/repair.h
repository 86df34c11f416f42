#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "replica/disk.h"
#include "replica/state_storage.h"

namespace batata::replica {

/// What is left of a member after its log's tail was dropped.
struct Repaired {
  LogIndex last;                ///< the last entry that is left, in the log or in the state
  bool log_begun_anew = false;  ///< nothing of the log was of use: all that is left is the state
  bool term_guessed = false;    ///< term and vote were lost, too
};

/// Makes a member whose log or hard state is damaged startable again, by dropping what begins at the damage:
/// writes that were acknowledged may be lost. Says what it drops in warnings to the log. Keeps no copy: the
/// caller has made one. Blocks; the caller holds the directory's lock. Errors: kDamaged when the state itself
/// is damaged, or too little is left to start from: then only a backup helps; those of the disk.
[[nodiscard]] Result<Repaired> drop_tail(Disk& disk, StateStorage& state);

}  // namespace batata::replica
