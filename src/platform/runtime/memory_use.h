#pragma once

namespace batata::platform {

/// The share of the machine's memory that is in use, 0 to 1; 0 when the kernel does not tell it. Any thread.
[[nodiscard]] double memory_use();

}  // namespace batata::platform
