#pragma once
#include <cstdint>
#include <string_view>

namespace batata::nacos {

/// The three generations of the API over HTTP, each with its own names of parameters and forms of failures.
/// v1 and v2 are those of 2.5.1, v3 is that of 3.1.
enum class Family : std::uint8_t { kV1, kV2, kV3 };

/// Where over HTTP a request came in. 3.1's console has paths of its own, and for some requests names and
/// words of its own.
enum class Surface : std::uint8_t {
  kV1,       ///< /nacos/v1
  kV2,       ///< /nacos/v2
  kV3,       ///< /nacos/v3, and whatever is none of the others
  kConsole,  ///< /v3
};
/// By the path, as routing sees it.
[[nodiscard]] Surface surface_of(std::string_view path);
/// The generation that speaks there.
[[nodiscard]] Family family_of(Surface surface);

}  // namespace batata::nacos
