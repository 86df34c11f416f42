#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs a command of the family `service`. Blocks up to the timeout for each call. Errors: as of Client.
[[nodiscard]] Result<Printed> run_service_command(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
