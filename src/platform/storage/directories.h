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

}  // namespace batata::platform
