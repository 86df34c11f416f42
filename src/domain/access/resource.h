#pragma once
#include <string>
#include <string_view>

namespace batata::domain {

/// Whether `text` is what `pattern` says, where each `*` stands for any text, none included, and every other
/// character for itself. Takes time in proportion to both lengths. No other character has a meaning, unlike
/// in upstream, which hands the pattern to a regular expression: there a `.` is any character.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text);

/// What a request asks for: "<space>:<group>:<kind>/<name>". `kind` is "config" or "naming"; a blank
/// namespace is "public", a blank group "*", a blank name "*".
/// Source: upstream's AbstractCheckedAuthRoleService.joinResource.
[[nodiscard]] std::string resource_name(std::string_view space, std::string_view group, std::string_view kind,
                                        std::string_view name);

/// A permission's pattern with its namespace written out: one that starts with ':' means "public".
[[nodiscard]] std::string canonical_pattern(std::string_view pattern);

}  // namespace batata::domain
