#include "app/server.h"

#include <fmt/format.h>

#include <cstdio>
#include <future>

#include "app/house.h"
#include "app/request_logs.h"
#include "base/log.h"
#include "cli/start_refusal.h"
#include "platform/log/log_output.h"

namespace batata::app {

int run_server(const platform::Settings& settings, const std::vector<std::string>& warnings,
               platform::StopSignals& signals, const platform::ServiceManager& manager,
               std::chrono::steady_clock::time_point started) {
  for (const std::string& warning : warnings) log::warn("{}", warning);

  std::promise<void> stop;
  auto opened_logs = RequestLogs::open(settings);
  if (!opened_logs) {
    const cli::StartRefusal refusal{cli::StartPart::kLogFile, opened_logs.error()};
    fmt::print(stderr, "{}", cli::text_of(refusal, settings.data_folder));
    return static_cast<int>(cli::exit_code_of(refusal));
  }
  // Shared with the thread of signals, which outlives this function.
  const auto logs = std::make_shared<RequestLogs>(std::move(*opened_logs));
  House house(settings, *logs);
  if (const auto opened = house.open(); !opened) {
    const cli::StartRefusal& refusal = opened.error();
    if (!settings.log_file.empty()) log::error("not started reason=\"{}\"", refusal.error.message);
    fmt::print(stderr, "{}", cli::text_of(refusal, settings.data_folder));
    return static_cast<int>(cli::exit_code_of(refusal));
  }
  signals.on_stop([&stop] { stop.set_value(); },
                  [logs] {
                    platform::reopen_log();
                    logs->reopen();
                  });
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  fmt::print("batata ready: {} data {} in {} ms\n", house.addresses(), settings.data_folder, took.count());
  std::fflush(stdout);  // scripts wait for this line through a pipe
  manager.ready(house.addresses());

  stop.get_future().wait();
  manager.stopping();
  house.close();
  log::info("stopped");
  return 0;
}

}  // namespace batata::app
