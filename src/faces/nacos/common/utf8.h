#pragma once
#include <string>
#include <string_view>

namespace batata::nacos {

/// `text` with U+FFFD for every byte that is no part of UTF-8, as Java reads it. Percent-escapes can bring
/// any byte, and one of them in a name or in metadata would make the JSON unreadable that every subscriber
/// gets.
[[nodiscard]] std::string as_utf8(std::string_view text);

}  // namespace batata::nacos
