#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// `config watch DATA_ID...`: prints each change as it happens, until it is told to stop; then it is done.
/// Waits for a server that goes away and comes back, and says so once; what changed meanwhile is told then.
/// Errors: as of run_config_command, of the first look; later ones that waiting does not mend.
[[nodiscard]] Result<Printed> watch_configs(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
