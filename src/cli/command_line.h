#pragma once
#include <string>
#include <variant>
#include <vector>

#include "cli/common/exit_code.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// What is to be printed instead of running a command: help (kDone, standard output) or what was wrong
/// (kUsage).
struct Explanation {
  ExitCode code = ExitCode::kUsage;
  std::string text;
};

/// Understands the words behind the program's name. `default_server` is used when there is no --server.
[[nodiscard]] std::variant<Invocation, Explanation> parse_command_line(const std::vector<std::string>& words,
                                                                       const std::string& default_server);

}  // namespace batata::cli
