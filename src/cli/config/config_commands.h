#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs a command of the family `config`. Blocks up to the timeout for each call; `config watch` until it is
/// told to stop. Errors: as of Client; kNotFound for a configuration or an entry of the history that is not
/// there; kConflict for a compare-and-set that did not hold, an import that met what is there already, and a
/// file that exists; kInvalidArgument for contents and files that cannot be used.
[[nodiscard]] Result<Printed> run_config_command(const Invocation& wanted, const Outside& outside);

/// What a person can do about an error of one of them that others do not have; empty when there is none.
[[nodiscard]] std::string_view next_step_of_config_command(const Invocation& wanted, const Error& error);

}  // namespace batata::cli
