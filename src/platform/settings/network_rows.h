#pragma once
#include <span>

#include "platform/settings/rows.h"

namespace batata::platform {

/// What clients may cost, and gRPC. Part of rows(). Immutable.
[[nodiscard]] std::span<const Row> network_rows();

}  // namespace batata::platform
