#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs a command of the families `user`, `role` and `permission`. Passwords come from `read_password`.
/// Errors: as of Client; kNotFound and kConflict for what is not there, or is there already; kInvalidArgument
/// for what the server does not take, and a password that is none.
[[nodiscard]] Result<Printed> run_access_command(const Invocation& wanted, const Outside& outside);

/// Runs a command of the family `namespace`. Errors: as above.
[[nodiscard]] Result<Printed> run_namespace_command(const Invocation& wanted);

/// What a person can do about an error of one of them that others do not have; empty when there is none.
[[nodiscard]] std::string_view next_step_of_access_command(const Invocation& wanted, const Error& error);

}  // namespace batata::cli
