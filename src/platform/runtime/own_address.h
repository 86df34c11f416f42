#pragma once
#include <string>

namespace batata::platform {

/// The first address of this machine that is not loopback, IPv4 before IPv6; "127.0.0.1" when it has no
/// other. Asks the system once; any thread.
[[nodiscard]] std::string own_address();

}  // namespace batata::platform
