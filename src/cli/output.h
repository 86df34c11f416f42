#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace batata::cli {

/// Rows under headings, in columns two spaces apart, without spaces at the ends of lines. Columns are as wide
/// as their longest text, counted in code points. Control characters are shown as '?': a name never drives a
/// terminal.
[[nodiscard]] std::string table(const std::vector<std::string>& headings,
                                const std::vector<std::vector<std::string>>& rows);

/// Names and values, one pair a line, values below each other.
[[nodiscard]] std::string sheet(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace batata::cli
