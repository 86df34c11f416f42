#pragma once
#include "base/result.h"
#include "cli/commands.h"
#include "cli/common/client.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// `log level [FILTER]`: shows what a server logs, or changes it until the server ends; for administrators.
/// Errors: as of Client::call_own; kInternal for an answer that is not batata's.
[[nodiscard]] Result<Printed> log_level(const Client& client, const Invocation& wanted);

}  // namespace batata::cli
