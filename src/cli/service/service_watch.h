#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// `service watch NAME`: prints each instance that comes, goes or changes, until it is told to stop. Asks
/// once a second: over HTTP no server tells it by itself. Waits for a server that goes away and comes back.
/// Errors: as of run_service_command, of the first look; later ones that waiting does not mend.
[[nodiscard]] Result<Printed> watch_service(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
