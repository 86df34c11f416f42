#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs a command of the family `service`. Blocks up to the timeout for each call; `service watch` and
/// `service register --ephemeral` until they are told to stop. Errors: as of Client; kNotFound for a service
/// or an instance that is not there; kInvalidArgument for an address or metadata that is none.
[[nodiscard]] Result<Printed> run_service_command(const Invocation& wanted, const Outside& outside);

/// What a person can do about an error of one of them that others do not have; empty when there is none.
[[nodiscard]] std::string_view next_step_of_service_command(const Invocation& wanted, const Error& error);

}  // namespace batata::cli
