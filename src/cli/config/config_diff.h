#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// `config diff DATA_ID FROM [TO]`: what changes one into the other, each "current", a number of the history,
/// or a file. A configuration that is not there counts as empty. Errors: as of run_config_command.
[[nodiscard]] Result<Printed> config_diff(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
