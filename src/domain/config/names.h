#pragma once
#include <string_view>

namespace batata::domain {

/// True for text of white space only, and for none.
[[nodiscard]] constexpr bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

/// True for one or more ASCII letters, digits and `_-.:`.
[[nodiscard]] constexpr bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alphanumeric && c != '_' && c != '-' && c != '.' && c != ':') return false;
  }
  return true;
}

}  // namespace batata::domain
