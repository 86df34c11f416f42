#pragma once
#include <cstdint>

namespace batata::nacos {

/// The three generations of the API over HTTP, each with its own names of parameters and forms of failures.
/// v1 and v2 are those of 2.5.1, v3 is that of 3.1.
enum class Family : std::uint8_t { kV1, kV2, kV3 };

}  // namespace batata::nacos
