#pragma once
#include "base/result.h"
#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/commands.h"

namespace batata::cli {

/// `log level [FILTER]`: shows what a server logs, or changes it until the server ends; for administrators.
/// Errors: as of Client::call_own; kInternal for an answer that is not batata's.
[[nodiscard]] Result<Printed> log_level(const Client& client, const Invocation& wanted);

}  // namespace batata::cli
