#pragma once
#include <string>
#include <string_view>

#include "base/text.h"
#include "platform/settings/rows.h"

namespace batata::platform {

/// The row that `key` names, by its own key or another of its keys; null when there is none.
///
/// Case, dashes and underscores do not matter (as in Spring's relaxed binding), and the prefixes `nacos.` and
/// `batata.` are equal. Exact rows win over rows that end in ".*".
[[nodiscard]] const Row* row_of_key(std::string_view key);

/// The row that an environment variable sets; null when there is none. Besides the names a row lists, every
/// key can be written as NACOS_ or BATATA_ and the key in upper case, with underscores for dots and dashes.
[[nodiscard]] const Row* row_of_variable(std::string_view name);

/// The row whose short form `flag` is ("--port"); null when there is none.
[[nodiscard]] const Row* row_of_flag(std::string_view flag);

/// The variable that the documents name for a row: "NACOS_SERVER_MAIN_PORT".
[[nodiscard]] std::string variable_of(const Row& row);

/// The known key that looks most like `key`; empty when none looks like it at all.
[[nodiscard]] std::string_view nearest_key(std::string_view key);

/// The short form (or --config) that looks most like `flag`; empty when none looks like it at all.
[[nodiscard]] std::string_view nearest_flag(std::string_view flag);

/// The least number of letters to insert, delete, replace or swap with their neighbour to make `a` into `b`.
/// Source: optimal string alignment distance.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace batata::platform
