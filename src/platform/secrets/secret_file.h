#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace batata::platform {

/// The secret that is kept in that file; nothing when there is none. Changes nothing.
///
/// Errors: kPermissionDenied when others than the owner can read or write the file, or this user may not;
/// kDamaged when it is no file, or holds anything else than so many bytes; those of system_failure
/// (base/system_error.h). Sentences for the operator; none shows the secret.
[[nodiscard]] Result<std::optional<Secret>> load_secret(const std::string& path, std::size_t bytes);

/// A secret of `bytes` random bytes that this installation keeps in the file `path`, as Base64 in one line.
/// It is made when there is no such file, and is on the disk, readable by its owner alone, when this returns.
/// Called at the start, by one process at a time.
///
/// Errors: those of load_secret, and of the system when it cannot be written.
[[nodiscard]] Result<Secret> load_or_create_secret(const std::string& path, std::size_t bytes);

}  // namespace batata::platform
