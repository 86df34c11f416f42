#pragma once
#include "base/result.h"
#include "cli/common/client.h"
#include "cli/common/command.h"

namespace batata::cli {

/// `Error::detail` of an archive that a server does not take.
inline constexpr std::uint16_t kNoArchive = 40;

/// `config export FILE`: the configurations of a namespace as a zip archive in Nacos' layout, in a new file
/// that only its owner reads. Errors: as of run_config_command.
[[nodiscard]] Result<Printed> export_configs(const Client& client, const Invocation& wanted);

/// `config import FILE`: publishes what such an archive holds. With the policy abort, nothing behind the
/// first configuration that is there already: kConflict. Errors: as of run_config_command.
[[nodiscard]] Result<Printed> import_configs(const Invocation& wanted, const Outside& outside);

}  // namespace batata::cli
