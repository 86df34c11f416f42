#include "platform/log/log_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/json.h"

namespace batata::platform {
namespace {

// As other programs' logs have them.
std::string_view shown_name(log::Level level) {
  constexpr std::array<std::string_view, 6> kNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"};
  return kNames[static_cast<std::size_t>(level)];
}

void append_time(std::string& out, std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, unix_ms % 1000);
}

void append_visible(std::string& out, std::string_view message) {
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    }
  }
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // there is nowhere else to say so
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Writes one line at a time: events are rare and worth most just before a crash.
class LogWriter {
 public:
  LogWriter(bool json, std::optional<RotatingFile> file) : json_(json), file_(std::move(file)) {}

  void write(const log::Line& line) {
    using std::chrono::system_clock, std::chrono::milliseconds;
    const auto now = std::chrono::duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    const std::lock_guard guard(mutex_);
    text_.clear();
    (json_ ? append_json_line : append_text_line)(text_, now, line);
    write_all(STDERR_FILENO, text_);
    if (file_) (void)file_->append(text_);  // standard error has what is lost
  }
  bool reopen() {
    const std::lock_guard guard(mutex_);
    return !file_ || file_->reopen();
  }

 private:
  const bool json_;
  std::mutex mutex_;
  std::optional<RotatingFile> file_;  // guarded by mutex_, as what follows
  std::string text_;
};

// Lives until the process does: threads may log while it ends. base/log.h takes a plain function, hence a
// global.
LogWriter* g_writer = nullptr;

void write_line(const log::Line& line) {
  g_writer->write(line);
}

}  // namespace

void append_text_line(std::string& out, std::int64_t unix_ms, const log::Line& line) {
  append_time(out, unix_ms);
  out += ' ';
  out += shown_name(line.level);
  out += ' ';
  out += line.module.name();
  out += ": ";
  append_visible(out, line.text);
  out += '\n';
}

void append_json_line(std::string& out, std::int64_t unix_ms, const log::Line& line) {
  std::string time;
  append_time(time, unix_ms);
  json::Writer(out)
      .begin_object()
      .member("time", time)
      .member("level", shown_name(line.level))
      .member("module", line.module.name())
      .member("message", line.text)
      .end_object();
  out += '\n';
}

Status start_log(const LogOutput& output) {
  std::optional<RotatingFile> file;
  if (!output.file.empty()) {
    auto opened = RotatingFile::open(output.file, output.rotation);
    if (!opened) return tl::unexpected(std::move(opened.error()));
    file = std::move(*opened);
  }
  g_writer = std::make_unique<LogWriter>(output.json, std::move(file)).release();
  log::set_sink(&write_line, output.lowest);
  return {};
}

void reopen_log() {
  if (g_writer != nullptr && !g_writer->reopen()) log::error("the log file cannot be opened anew");
}

}  // namespace batata::platform
