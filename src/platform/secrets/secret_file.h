#pragma once
#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace batata::platform {

/// A secret of `bytes` random bytes that this installation keeps in the file `path`, as Base64 in one line.
/// It is made when there is no such file, and is on the disk, readable by its owner alone, when this returns.
/// Called at the start, by one process at a time.
///
/// Errors: kPermissionDenied when others than the owner can read or write the file; kInternal when it holds
/// anything else, cannot be read, or cannot be written. Sentences for the operator; none shows the secret.
[[nodiscard]] Result<Secret> load_or_create_secret(const std::string& path, std::size_t bytes);

}  // namespace batata::platform
