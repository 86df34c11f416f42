#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace batata {

// Text as protocols see it: bytes, of which only those of ASCII are letters, digits or white space. Pure; any
// thread.

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

[[nodiscard]] constexpr bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// True for text of white space only, and for none.
[[nodiscard]] constexpr bool is_blank(std::string_view text) {
  return text.find_first_not_of(kWhiteSpace) == std::string_view::npos;
}

/// Without what stands of `space` at either end.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text,
                                                 std::string_view space = kWhiteSpace) {
  const auto from = text.find_first_not_of(space);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(space) + 1 - from);
}

[[nodiscard]] constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_case(c);
  return out;
}

[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_case(x) == lower_case(y); });
}

}  // namespace batata
