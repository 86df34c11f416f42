#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/common/exit_code.h"

namespace batata::cli {

/// What a server that starts was at when it was refused; an error's code alone does not tell a port that is
/// taken from a directory that is.
enum class StartPart : std::uint8_t {
  kSettings,  ///< and the files that they name
  kLogFile,
  kPorts,
  kDirectory,  ///< of the data, and what is in it
  kTokenKey,   ///< the file of it in that directory
};

/// A start that was refused. A value.
struct StartRefusal {
  StartPart part;
  Error error;
};

/// What the process ends with (cli/README.md).
[[nodiscard]] ExitCode exit_code_of(const StartRefusal& refusal);

/// What a person can do about it, as one line without an end. `data_directory`: of the settings.
[[nodiscard]] std::string next_step_of(const StartRefusal& refusal, const std::string& data_directory);

/// Both lines that are said of it on standard error: what was wrong, and `next:`.
[[nodiscard]] std::string text_of(const StartRefusal& refusal, const std::string& data_directory);

}  // namespace batata::cli
