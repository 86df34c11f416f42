#pragma once
#include <span>

#include "platform/settings/rows.h"

namespace batata::platform {

/// The settings that are known from the documents of batata and Nacos and have no effect yet: who sets one is
/// told so. Part of rows(). Immutable.
[[nodiscard]] std::span<const Row> planned_rows();

}  // namespace batata::platform
