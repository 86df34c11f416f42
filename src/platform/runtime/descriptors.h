#pragma once
#include <cstddef>

namespace batata::platform {

/// Raises the limit of open descriptors of this process to what the system allows it (the hard limit), as
/// each connection takes one; the limit that holds then. The soft limit of most systems is 1024, for programs
/// that use select(). Any thread; meant for the start.
[[nodiscard]] std::size_t raise_descriptor_limit();

}  // namespace batata::platform
