#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Runs a command of the family `profile`: asks no server. `wanted` is what the words said, not completed.
/// Errors: kNotFound for a profile that is not there; kConflict for one that is; kInvalidArgument for a name
/// that is none, or where no folder is known; those of load_profiles and save_profiles.
[[nodiscard]] Result<Printed> run_profile_command(const Invocation& wanted,
                                                  const std::vector<std::string>& environment);

[[nodiscard]] bool is_profile_command(Verb verb);

/// What a person can do about an error of one of them, or of a profile that another one uses.
[[nodiscard]] std::string_view next_step_of_profile(const Error& error);

}  // namespace batata::cli
