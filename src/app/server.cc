#include "app/server.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <future>

#include "app/house.h"
#include "base/log.h"
#include "platform/log/log_output.h"
#include "platform/signals/stop_signals.h"

namespace batata::app {
namespace {

int refuse(const Status& status) {
  fmt::print(stderr, "batata: {}\n", status.error().message);
  return 1;
}

Status start_log(const platform::Settings& settings) {
  platform::LogOutput output;
  output.lowest = settings.log_level;
  output.json = settings.log_format == platform::LogFormat::kJson;
  output.file = settings.log_file;
  output.max_file_bytes = settings.log_file_bytes;
  output.kept_files = settings.log_files;
  return platform::start_log(output);
}

}  // namespace

int run_server(const platform::Settings& settings, const std::vector<std::string>& warnings) {
  const auto started = std::chrono::steady_clock::now();
  platform::StopSignals signals;  // before any thread, so that all of them leave the signals to it
  if (const Status status = start_log(settings); !status) return refuse(status);
  for (const std::string& warning : warnings) log::warn("{}", warning);

  std::promise<void> stop;
  House house(settings);
  if (const Status status = house.open(); !status) return refuse(status);
  signals.on_stop([&stop] { stop.set_value(); });
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  fmt::print("batata ready: {} data {} in {} ms\n", house.addresses(), settings.data_folder, took.count());
  std::fflush(stdout);  // scripts wait for this line through a pipe

  stop.get_future().wait();
  log::info("stopping");
  house.close();
  log::info("stopped");
  return 0;
}

}  // namespace batata::app
