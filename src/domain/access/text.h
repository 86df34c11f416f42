#pragma once
#include <string>
#include <string_view>

namespace batata::domain {

/// A name that a stranger chose, as the log shows it: at most 64 bytes of it, quotes, backslashes and
/// everything that is not printable ASCII as "\xNN", so that it can neither begin a line nor drive a
/// terminal.
[[nodiscard]] std::string log_text(std::string_view name);

/// True for text of white space only, and for none.
[[nodiscard]] constexpr bool is_blank_text(std::string_view text) {
  return text.find_first_not_of(" \t\n\v\f\r") == text.npos;
}

}  // namespace batata::domain
