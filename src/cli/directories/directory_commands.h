#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs a command on the data directory of a server that does not run. Errors: as of `diagnose`,
/// `check_token_key`, `restore_backup` and `repair_by_dropping_tail`; kPermissionDenied where this user may
/// not look into the directory.
[[nodiscard]] Result<Printed> run_directory_command(const Invocation& wanted);

/// What a person can do about an error of one of them; empty when there is nothing to say.
[[nodiscard]] std::string next_step_of_directory_command(const Invocation& wanted, const Error& error);

}  // namespace batata::cli
