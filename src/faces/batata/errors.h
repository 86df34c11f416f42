#pragma once
#include "base/result.h"
#include "wire/http.h"

namespace batata::own {

/// The error object of batata's own addresses.
[[nodiscard]] wire::Response refused(const Error& error);

}  // namespace batata::own
