#include "platform/log/log_output.h"

#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "base/json.h"

namespace batata::platform {
namespace {

std::string_view name_of(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return "DEBUG";
    case log::Level::kInfo:
      return "INFO";
    case log::Level::kWarn:
      return "WARN";
    case log::Level::kError:
      return "ERROR";
  }
  return "ERROR";
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

spdlog::level::level_enum to_spdlog(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return spdlog::level::debug;
    case log::Level::kInfo:
      return spdlog::level::info;
    case log::Level::kWarn:
      return spdlog::level::warn;
    case log::Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}
log::Level from_spdlog(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return log::Level::kDebug;
    case spdlog::level::info:
      return log::Level::kInfo;
    case spdlog::level::warn:
      return log::Level::kWarn;
    default:
      return log::Level::kError;
  }
}

// spdlog's own patterns know neither our level names nor how to keep an event on one line.
class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(bool json) : json_(json) {}
  void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(event.time.time_since_epoch());
    line_.clear();
    const std::string_view message(event.payload.data(), event.payload.size());
    (json_ ? append_json_line : append_text_line)(line_, since.count(), from_spdlog(event.level), message);
    out.append(line_.data(), line_.data() + line_.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(json_); }

 private:
  const bool json_;
  std::string line_;  // a sink formats under its own lock
};

// Lives until the process does: threads may log while it ends. base/log.h takes a plain function, hence a
// global.
spdlog::logger* g_logger = nullptr;

void write_line(log::Level level, std::string_view line) {
  g_logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void append_text_line(std::string& out, std::int64_t unix_ms, log::Level level, std::string_view message) {
  append_time(out, unix_ms);
  out += ' ';
  out += name_of(level);
  out += ' ';
  append_visible(out, message);
  out += '\n';
}

void append_json_line(std::string& out, std::int64_t unix_ms, log::Level level, std::string_view message) {
  std::string time;
  append_time(time, unix_ms);
  json::Writer(out)
      .begin_object()
      .member("time", time)
      .member("level", name_of(level))
      .member("message", message)
      .end_object();
  out += '\n';
}

Status start_log(const LogOutput& output) {
  try {
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    if (!output.file.empty())
      sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
          output.file, static_cast<std::size_t>(output.max_file_bytes), output.kept_files));
    auto logger = std::make_unique<spdlog::logger>("batata", sinks.begin(), sinks.end());
    logger->set_formatter(std::make_unique<LineFormatter>(output.json));
    logger->set_level(spdlog::level::trace);  // base/log.h has compared the level already
    logger->flush_on(spdlog::level::trace);   // events are rare and worth most just before a crash
    g_logger = logger.release();
  } catch (const std::exception& error) {
    return fail(Errc::kInvalidArgument, "the log file " + output.file + " cannot be opened: " + error.what());
  }
  log::set_sink(&write_line, output.lowest);
  return {};
}

}  // namespace batata::platform
