#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "app/node_metrics.h"
#include "app/server.h"
#include "base/log_filter.h"
#include "cli/common/password_input.h"
#include "cli/run.h"
#include "cli/start_refusal.h"
#include "platform/log/log_output.h"
#include "platform/service_manager/service_manager.h"
#include "platform/settings/load.h"
#include "platform/signals/stop_signals.h"
#include "platform/signals/stop_wish.h"

namespace {

using batata::Errc;
using batata::fail;
using batata::Result;
using batata::platform::Settings;

// Errors: kInternal with the system's reason, for instance of a full disk behind it.
batata::Status write_all(std::FILE* stream, std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (written && std::fflush(stream) == 0) return {};
  return fail(Errc::kInternal, std::strerror(errno));
}
void write_error(std::string_view text) {
  (void)write_all(stderr, text);  // there is nowhere else to say so
}

// The content for `config set`. A byte more than a server takes is enough for it to say no.
Result<std::string> read_content(const std::string& file) {
  constexpr std::size_t kBytesMax = 16u << 20;
  const bool is_input = file == "-";
  std::FILE* stream = is_input ? stdin : std::fopen(file.c_str(), "rb");
  if (stream == nullptr) return fail(Errc::kInvalidArgument, file + ": " + std::strerror(errno));
  std::string content(kBytesMax + 1, '\0');
  content.resize(std::fread(content.data(), 1, content.size(), stream));
  const bool failed = std::ferror(stream) != 0;
  if (!is_input) std::fclose(stream);
  if (failed) return fail(Errc::kInvalidArgument, file + ": cannot be read");
  if (content.size() > kBytesMax) return fail(Errc::kInvalidArgument, file + ": more than 16 MiB");
  return content;
}

// What only the main thread can do before others exist, then the server.
int start_server(const Settings& settings, const std::vector<std::string>& warnings,
                 std::chrono::steady_clock::time_point started) {
  batata::platform::StopSignals signals;
  const auto levels = batata::log::parse_filter(settings.log_level);  // the settings have taken it
  const batata::Status opened = batata::platform::start_log({
      .lowest = levels ? levels->lowest : batata::log::Level::kInfo,
      .json = settings.log_format == batata::platform::LogFormat::kJson,
      .file = settings.log_file,
      .rotation = {.max_bytes = settings.log_file_bytes, .kept_files = settings.log_files},
  });
  if (!opened) {
    const batata::cli::StartRefusal refusal{batata::cli::StartPart::kLogFile, opened.error()};
    write_error(batata::cli::text_of(refusal, settings.data_folder));
    return static_cast<int>(batata::cli::exit_code_of(refusal));
  }
  const batata::platform::ServiceManager manager(batata::platform::process_environment());
  return batata::app::run_server(settings, warnings, signals, manager, started);
}

}  // namespace

int main(int argc, char** argv) {
  const auto started = std::chrono::steady_clock::now();
  return batata::cli::run({
      .words = {argv, argv + argc},
      .environment = batata::platform::process_environment(),
      .program_folder = batata::platform::program_folder(),
      .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
      .out = [](std::string_view text) { return write_all(stdout, text); },
      .error = write_error,
      .read_content = read_content,
      .start_server =
          [started](const Settings& settings, const std::vector<std::string>& warnings) {
            return start_server(settings, warnings, started);
          },
      .wait_for_stop = [wish = batata::platform::StopWish()](
                           std::chrono::milliseconds longest) mutable { return wish.wait(longest); },
      .read_password = batata::cli::read_password,
      .metrics_markdown = batata::app::metrics_markdown,
  });
}
