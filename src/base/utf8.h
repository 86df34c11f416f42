#pragma once
#include <cstddef>
#include <string_view>

namespace batata {

/// The bytes of the character at the start of `text`, which is not empty; 0 when there is none: longer forms
/// than needed, surrogates and what lies above U+10FFFF are none. Source: RFC 3629, section 4.
[[nodiscard]] constexpr std::size_t utf8_size(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const unsigned char second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90)) return 0;
  if ((first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f)) return 0;
  return size;
}

}  // namespace batata
