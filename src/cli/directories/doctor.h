#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "replica/disk.h"

namespace batata::cli {

/// What a start would make of a data directory.
struct Diagnosis {
  std::uint64_t term = 0;     ///< of the start before
  std::uint64_t applied = 0;  ///< the last entry of the log
  std::uint64_t revision = 0, keys = 0;
  std::uint64_t log_first = 0;
  std::vector<std::string> warnings;  ///< what the start would say, one line each
};

/// Tries a start on the directory of a server that does not run, and changes nothing. Blocks for as long as
/// the state takes to load; not while other threads of this process log. Errors: kNotFound when there is no
/// data directory, or nothing in it; kUnavailable when a server has it; kDamaged and kUnsupported as of a
/// start, with file and offset; those of the system when it cannot be read.
[[nodiscard]] Result<Diagnosis> diagnose(const std::string& data_directory);

/// The same for who has the directory's lock: `disk` is of its folder "raft".
[[nodiscard]] Result<Diagnosis> diagnose_locked(replica::Disk& disk, const std::string& data_directory);

/// Whether it is the data directory of a server, or was one. Errors: kNotFound.
[[nodiscard]] Status check_is_data_directory(const std::string& data_directory);

}  // namespace batata::cli
