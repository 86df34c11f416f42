#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs one client command against its server and gives what to print. Blocks up to the timeout for each
/// call; `config watch` until it is told to stop. Errors: those of http_call; kInvalidArgument (address, or
/// what the server called wrong), kNotFound, kConflict (--cas-md5 did not hold), kPermissionDenied, kInternal
/// (an answer that is not the product's).
[[nodiscard]] Result<Printed> run_command(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
