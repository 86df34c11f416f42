#pragma once
#include <string>

#include "base/result.h"

namespace batata {

/// A failure of a system call that left `error` in errno: `what`, and the system's reason behind it. Pure.
///
/// kNotFound for what is not there; kPermissionDenied where this user may not, or nobody may write;
/// kResourceExhausted for a disk or a quota that is full; else kInternal.
[[nodiscard]] tl::unexpected<Error> system_failure(const std::string& what, int error);

}  // namespace batata
