#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "replica/backup_file.h"
#include "replica/disk.h"
#include "replica/revision_gap.h"
#include "replica/state_storage.h"

namespace batata::replica {

struct RestoreOptions {
  NodeId id{1};
  std::string address = "127.0.0.1:0";  ///< of the only member, kept in its configuration
  RevisionGap gap;
};

struct Restored {
  Revision revision;  ///< of the state that was made
  std::uint64_t records = 0;
};

/// Makes the log and the state of a cluster of one out of a backup that has been opened, in a directory and a
/// storage that are empty. Blocks. What has been made so far is of no use after an error. Errors: as of
/// BackupReader::next; kDamaged for a revision that leaves no room for the gap; kConflict when one of the two
/// holds something, which is left as it is; those of the disk.
[[nodiscard]] Result<Restored> restore(BackupReader& backup, Disk& disk, StateStorage& state,
                                       const RestoreOptions& options = {});

/// The log of a member whose state stands at `position` and who has no entry of it: a single one, that says
/// nothing, at that place. On a disk without log files. Errors: those of the disk.
[[nodiscard]] Status begin_log_at(Disk& disk, LogIndex applied, Term term);

}  // namespace batata::replica
