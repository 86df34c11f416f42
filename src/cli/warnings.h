#pragma once
#include <string>
#include <vector>

namespace batata::cli {

/// From now on what the log is warned of is kept instead of printed, and what was kept before is forgotten.
/// The log's sink is a plain function that stays: one command at a time, not while other threads log.
void hear_warnings();
/// One line each, since the last `hear_warnings`.
[[nodiscard]] const std::vector<std::string>& heard_warnings();

}  // namespace batata::cli
