#pragma once
#include <string>

#include "base/result.h"
#include "cli/directories/doctor.h"

namespace batata::cli {

/// Makes a data directory out of a backup: a cluster of one that has all of it. The directory gets its name,
/// or one that was there and empty its contents, when all of it would survive the loss of power and a start
/// on it has been tried; after an error nothing is left. Blocks. Gives what the start would find. Errors:
/// kNotFound, kDamaged, kUnsupported of the backup; those of RestoreDraft::take; kInternal of the disk.
[[nodiscard]] Result<Diagnosis> restore_backup(const std::string& file, const std::string& data_directory);

}  // namespace batata::cli
