#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/directories/doctor.h"
#include "replica/repair.h"

namespace batata::cli {

struct Repair {
  std::string damage;                 ///< what a start said before
  std::string before;                 ///< where what was in the directory is now
  std::vector<std::string> warnings;  ///< what was found to be damaged and what became of it, one line each
  replica::Repaired repaired;
  Diagnosis found;  ///< what a start finds now
};

/// Makes a data directory that a start refuses as damaged startable again with all that can still be checked:
/// writes that lie behind the damage are lost unless the state holds them. Builds a new log, and a new state
/// where that is damaged and can be made again, tries a start on them, and only then gives them the places of
/// those that were there, which are kept whole. Until then nothing is changed. Blocks; not while other
/// threads of this process log. Errors: kConflict when a start would work: nothing is done then; kDamaged
/// when only a backup helps; otherwise as of `diagnose`.
[[nodiscard]] Result<Repair> repair_by_dropping_tail(const std::string& data_directory);

}  // namespace batata::cli
