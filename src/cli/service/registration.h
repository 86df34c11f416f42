#pragma once
#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// `service register NAME IP:PORT`: a persistent instance, which stays; with --ephemeral one that is kept by
/// beats until it is told to stop, and deregistered then. Errors: as of run_service_command.
[[nodiscard]] Result<Printed> register_instance(const Invocation& wanted, const Outside& outside);

/// `service deregister NAME IP:PORT`, of either kind. Errors: kNotFound when it is not there, or is the
/// instance of a client that is connected over gRPC, which only that client takes away.
[[nodiscard]] Result<Printed> deregister_instance(const Invocation& wanted);

}  // namespace batata::cli
