#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "platform/log/rotating_file.h"

namespace batata::platform {

/// Where and how log lines are written.
struct LogOutput {
  log::Levels lowest = log::Level::kInfo;
  bool json = false;
  std::string file = {};  ///< beside standard error; empty: none
  Rotation rotation = {};
};

/// Makes every line of base/log.h go to standard error and to the file, from now until the process ends.
///
/// A line is on its way to the operating system when `log::info` returns. Called once, before threads start.
/// Errors: kInvalidArgument when the file cannot be opened; then nothing changes.
[[nodiscard]] Status start_log(const LogOutput& output);
/// Opens the file anew: another program has put it aside under another name. Any thread.
void reopen_log();

/// One event in text form, with its end of line: `2026-01-02T03:04:05.678Z INFO net: message key=value`.
/// Control characters in the message are written as \n, \r, \t and \xNN: one event stays one line.
void append_text_line(std::string& out, std::int64_t unix_ms, const log::Line& line);

/// The same event as a JSON object: {"time":"…","level":"INFO","module":"net","message":"…"}.
void append_json_line(std::string& out, std::int64_t unix_ms, const log::Line& line);

}  // namespace batata::platform
