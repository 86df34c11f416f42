#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace batata::platform {

/// Where and how log lines are written.
struct LogOutput {
  log::Level lowest = log::Level::kInfo;
  bool json = false;
  std::string file = {};                    ///< beside standard error; empty: none
  std::uint64_t max_file_bytes = 64 << 20;  ///< then batata.log becomes batata.1.log, that batata.2.log, …
  std::uint32_t kept_files = 5;             ///< beside the current one
};

/// Makes every line of base/log.h go to standard error and to the file, from now until the process ends.
///
/// A line is on its way to the operating system when `log::info` returns. Called once, before threads start.
/// Errors: kInvalidArgument when the file cannot be opened; then nothing changes.
[[nodiscard]] Status start_log(const LogOutput& output);

/// One event in text form, with its end of line: `2026-01-02T03:04:05.678Z INFO message key=value`.
/// Control characters in the message are written as \n, \r, \t and \xNN: one event stays one line.
void append_text_line(std::string& out, std::int64_t unix_ms, log::Level level, std::string_view message);

/// The same event as a JSON object: {"time":"…","level":"INFO","message":"…"}.
void append_json_line(std::string& out, std::int64_t unix_ms, log::Level level, std::string_view message);

}  // namespace batata::platform
