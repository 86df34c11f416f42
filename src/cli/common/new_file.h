#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace batata::cli {

/// Writes `bytes` to a file that does not exist yet, readable by its owner only, and on the disk when this
/// returns; nothing stays behind after an error. Errors: kConflict when something has that name; kNotFound
/// for a directory that is not there; those of system_failure.
[[nodiscard]] Status write_new_file(const std::string& path, std::string_view bytes);

}  // namespace batata::cli
