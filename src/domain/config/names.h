#pragma once
#include <string_view>

#include "base/text.h"

namespace batata::domain {

/// True for one or more ASCII letters, digits and `_-.:`.
[[nodiscard]] constexpr bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_letter_or_digit(c) && c != '_' && c != '-' && c != '.' && c != ':') return false;
  }
  return true;
}

}  // namespace batata::domain
