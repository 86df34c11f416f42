#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "cli/command_line.h"
#include "cli/exit_code.h"

namespace batata::cli {

/// What a command prints on standard output and, for people, on standard error, and what its process ends
/// with.
struct Printed {
  std::string out, note;
  ExitCode code = ExitCode::kDone;  ///< another one: what was asked is known, and is not good
};

/// Reads the content for `config set` from a file, or from standard input for "-".
using ReadContent = std::function<Result<std::string>(const std::string& file)>;

/// Runs one client command against its server and gives what to print. Blocks up to the timeout for each
/// call. Errors: those of http_call; kInvalidArgument (address, or what the server called wrong), kNotFound,
/// kConflict (--cas-md5 did not hold), kPermissionDenied, kInternal (an answer that is not the product's).
[[nodiscard]] Result<Printed> run_command(const Invocation& wanted, const ReadContent& read_content);

}  // namespace batata::cli
