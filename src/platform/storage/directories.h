#pragma once
#include <string>

#include "base/result.h"

namespace batata::platform {

/// Makes a directory and those above it where they do not exist; each has its place in the one above for
/// good, should the power go right after. Blocks. Errors: those of system_failure (base/system_error.h).
[[nodiscard]] Status make_directories(const std::string& path);

/// The file or directory of that path has its place in the one above for good. Blocks. Errors: as of
/// make_directories.
[[nodiscard]] Status sync_parent(const std::string& path);

/// What the file or the directory of that path holds is there for good. Blocks. Errors: those of the system.
[[nodiscard]] Status sync_path(const std::string& path);

/// Gives a file or a directory another name, in place of a file that may have it. For good after the
/// directories of both have been synced. Errors: those of the system.
[[nodiscard]] Status rename_path(const std::string& from, const std::string& to);

}  // namespace batata::platform
