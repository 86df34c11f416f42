#pragma once
#include <chrono>

#include "base/types.h"

namespace batata::platform {

/// The system's clock, which may be set. Any thread.
[[nodiscard]] inline WallTime wall_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

}  // namespace batata::platform
