#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/settings/rows.h"
#include "platform/settings/settings.h"

namespace batata::platform {

/// Reads `text` as the row's type and range say and puts it into the row's field.
///
/// Booleans: true, yes, on, 1 and their opposites. Sizes: bytes, or with KB/KiB, MB/MiB, GB/GiB, all powers
/// of 1,024 as Spring reads them. Durations: "500ms", "10s", "2m", "1h"; a bare number only in rows of
/// milliseconds. Errors: kInvalidArgument with what follows "<key> is '<text>', " in a sentence: "which is
/// not …". Rows that are not built take any text and change nothing.
[[nodiscard]] Status set_value(const Row& row, std::string_view text, Settings& settings);

/// The row's value in `settings`, in the spelling of the table; empty for rows that are not built.
[[nodiscard]] std::string value_text(const Row& row, const Settings& settings);

/// What the row accepts, for sentences and tables: "a whole number from 1 to 65535".
[[nodiscard]] std::string range_text(const Row& row);

/// One word for the row's type: "number", "duration", …
[[nodiscard]] std::string_view type_name(const Row& row);

/// Reads "500ms", "10s", "2m", "1h". Nothing for other texts and for what does not fit into 64 bits.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace batata::platform
