#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace batata::cli {

/// The text as one line that never drives a terminal: '?' for each control character, line ends and C1
/// (U+0080 to U+009F) included, and for each byte that is no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

/// The first bytes of the text, up to so many, without a part of a code point at the end.
[[nodiscard]] std::string_view shortened(std::string_view text, std::size_t bytes_max);

/// Rows under headings, in columns two spaces apart, without spaces at the ends of lines, each text as
/// `printable` shows it. Columns are as wide as their longest text, counted in code points.
[[nodiscard]] std::string table(const std::vector<std::string>& headings,
                                const std::vector<std::vector<std::string>>& rows);

/// Names and values, one pair a line, values below each other.
[[nodiscard]] std::string sheet(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace batata::cli
