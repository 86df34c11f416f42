#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "platform/service_manager/service_manager.h"
#include "platform/settings/settings.h"
#include "platform/signals/stop_signals.h"

namespace batata::app {

/// Runs a node until SIGTERM or SIGINT. Returns the exit code of the process: 0 after an orderly stop; when
/// the node could not start that of the refusal (cli/start_refusal.h), after saying it on standard error.
///
/// `manager` hears when clients are served and when that ends. `started` is when the process began, for the
/// ready line. Called once, by main, before other threads exist.
int run_server(const platform::Settings& settings, const std::vector<std::string>& warnings,
               platform::StopSignals& signals, const platform::ServiceManager& manager,
               std::chrono::steady_clock::time_point started);

}  // namespace batata::app
