#pragma once
#include <string>
#include <string_view>

namespace batata::cli {

/// What changes `before` into `after`, as `diff -u` shows it: with three lines around each change, and
/// "\ No newline at end of file" where that is so. Empty when they are equal. The labels stand in the two
/// lines at its head, as `printable` shows them. Takes a time in which lines and differences count, and
/// beyond kDifferencesMax shows all that lies between the first and the last difference as replaced.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after,
                                       std::string_view before_label, std::string_view after_label);

/// Lines removed and added, between the first difference and the last: four million steps, 16 MiB.
inline constexpr int kDifferencesMax = 2'000;

/// The lines of a unified diff for a terminal: in colours, and each as `printable` shows it but for tabs.
[[nodiscard]] std::string coloured_diff(std::string_view diff);

}  // namespace batata::cli
