#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/doctor.h"

namespace batata::cli {

struct Repair {
  std::string damage;                ///< what a start said before
  std::string copy;                  ///< the directory as it was before
  std::vector<std::string> dropped;  ///< what was taken away, one line each
  Diagnosis found;                   ///< what a start finds now
};

/// Makes a data directory whose log or hard state is damaged startable again by dropping what begins at the
/// damage; acknowledged writes may be among it. Makes a copy of the whole directory beside it first, which
/// would survive the loss of power before anything is changed. Blocks; not while other threads of this
/// process log. Errors: kConflict when a start would work: nothing is done then; kDamaged when dropping does
/// not help; otherwise as of `diagnose`.
[[nodiscard]] Result<Repair> repair_by_dropping_tail(const std::string& data_directory);

}  // namespace batata::cli
