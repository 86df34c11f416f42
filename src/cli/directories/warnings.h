#pragma once
#include <string>
#include <vector>

#include "base/log.h"

namespace batata::cli {

/// Keeps what the log is warned of instead of printing it, for as long as it lives; then the log goes where
/// it went before. The log has one sink for the whole process, a plain function: one of these at a time, not
/// while other threads log.
class HeardWarnings {
 public:
  HeardWarnings();
  HeardWarnings(const HeardWarnings&) = delete;
  HeardWarnings& operator=(const HeardWarnings&) = delete;
  ~HeardWarnings();

  /// One line each, so far.
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  static void hear(const log::Line& line);

  std::vector<std::string> lines_;
  log::Output before_;
};

}  // namespace batata::cli
