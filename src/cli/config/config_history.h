#pragma once
#include "base/result.h"
#include "cli/common/client.h"
#include "cli/common/command.h"

namespace batata::cli {

/// `config history DATA_ID`: the changes, the newest first; with --id what one of them found there.
[[nodiscard]] Result<Printed> config_history(const Client& client, const Invocation& wanted);

/// `config rollback DATA_ID ID`: publishes what an entry of the history holds, unless somebody publishes
/// between the look at what is there and that, or there is something else than `--cas-md5` says. What belongs
/// to the configuration beside its content stays as it is; of one that is gone it comes from the entry.
/// Errors: as of run_config_command.
[[nodiscard]] Result<Printed> config_rollback(const Client& client, const Invocation& wanted);

}  // namespace batata::cli
