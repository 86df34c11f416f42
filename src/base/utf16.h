#pragma once
#include <cstddef>
#include <string_view>

namespace batata {

/// The UTF-16 units of UTF-8 text, which is how Java counts characters: one for a sequence of one to three
/// bytes, two for one of four. Bytes that are no UTF-8 count by what they would begin.
[[nodiscard]] constexpr std::size_t utf16_length(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

}  // namespace batata
