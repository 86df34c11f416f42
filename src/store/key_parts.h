#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace batata::store {

/// Appends one part of a key that is several parts with NUL between them. NUL and 0x01 inside a part are
/// written 0x01 0x01 and 0x01 0x02, so that no two lists of parts share a key and keys sort as their lists
/// do.
void append_part(std::string& key, std::string_view part);
/// The separator between two parts.
constexpr char kPartSeparator = '\0';
/// The part that `append_part` wrote; nothing for text that it does not write.
[[nodiscard]] std::optional<std::string> unescape(std::string_view part);
/// The parts of a key behind its prefix, in their order; nothing for a key that is not made of parts.
[[nodiscard]] std::optional<std::vector<std::string>> split_parts(std::string_view joined);

}  // namespace batata::store
