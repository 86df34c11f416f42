#pragma once
#include <string>
#include <vector>

#include "platform/settings/settings.h"

namespace batata::app {

/// Runs one node until SIGTERM or SIGINT, and gives the process' exit code: 0 after an orderly stop, 1 when
/// the node could not start, with the reason on standard error.
///
/// `warnings` about the settings go to the log once it is open. Called once, from main, before any thread
/// exists.
[[nodiscard]] int run_server(const platform::Settings& settings, const std::vector<std::string>& warnings);

}  // namespace batata::app
