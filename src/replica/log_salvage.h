#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "raft/core.h"
#include "replica/disk.h"

namespace batata::replica {

/// What `salvage_log` finds, in the order written.
struct LogSalvage {
  /// An entry that is intact. It follows the one before, or replaces it and what follows that, unless there
  /// was a gap.
  std::function<Status(raft::Entry)> entry;
  /// Something is damaged or missing here, and entries may be: file, offset and what it is.
  std::function<void(const std::string& damage)> gap;
};

/// Reads of a damaged log all that can still be checked, and changes nothing. A last write that does not
/// check is a gap, too: nobody knows whether it was ever whole. Blocks. Errors: those of `entry`;
/// kUnsupported for another format version; those of the disk, but what it cannot read is a gap.
[[nodiscard]] Status salvage_log(Disk& disk, const LogSalvage& found);

}  // namespace batata::replica
