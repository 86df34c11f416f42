#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/common/exit_code.h"

namespace batata::cli {

/// What a command prints on standard output and, for people, on standard error, and what its process ends
/// with.
struct Printed {
  std::string out, note = {};
  ExitCode code = ExitCode::kDone;  ///< another one: what was asked is known, and is not good
};

/// Reads a content from a file, or from standard input for "-".
using ReadContent = std::function<Result<std::string>(const std::string& file)>;

/// Asks for a new password: on the terminal, unseen, or from standard input (password_input.h).
using ReadPassword = std::function<Result<std::string>(const std::string& prompt)>;

/// Waits up to so long; true when the program has been told to stop (SIGINT, SIGTERM), then at once and from
/// then on. The first call takes those signals: before it they end the program.
using WaitForStop = std::function<bool(std::chrono::milliseconds)>;

/// The world around a command that does more than give what to print. Outlives the command.
struct Outside {
  ReadContent read_content;
  std::function<Status(std::string_view)> out;  ///< standard output, of commands that print while they run
  std::function<void(std::string_view)> note;   ///< standard error, the same
  WaitForStop wait_for_stop;
  ReadPassword read_password;
  bool is_terminal = false;  ///< standard output: colours are seen, and texts may drive it
};

}  // namespace batata::cli
