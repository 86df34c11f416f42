#pragma once
#include <string>

#include "base/result.h"
#include "cli/doctor.h"

namespace batata::cli {

/// Makes a data directory out of a backup: a cluster of one that has all of it. The directory gets its name
/// when everything in it would survive the loss of power and a start on it has been tried; it must not exist,
/// or be empty. Blocks. Gives what the start would find. Errors: kNotFound, kDamaged, kUnsupported of the
/// backup; kConflict when the directory holds something; kInternal of the disk.
[[nodiscard]] Result<Diagnosis> restore_backup(const std::string& file, const std::string& data_directory);

}  // namespace batata::cli
