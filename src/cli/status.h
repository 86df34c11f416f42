#pragma once
#include "base/result.h"
#include "cli/common/client.h"
#include "cli/common/command.h"

namespace batata::cli {

/// How a server says that it is, whether it takes writes, and how fast it answers; kFailed unless it is up.
/// Errors: as of Client::call.
[[nodiscard]] Result<Printed> show_status(const Client& client, const Invocation& wanted);

}  // namespace batata::cli
