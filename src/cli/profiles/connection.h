#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/common/command.h"
#include "cli/common/invocation.h"

namespace batata::cli {

/// Fills in what no option said of how the server is reached: from the profile that `--profile` or
/// BATATA_PROFILE names, else, where neither `--server` nor BATATA_ADDR names a server, from the one in use;
/// what that does not say from the environment. A profile's token goes to its own server alone.
///
/// `warn` gets what should be known of a token's file. Errors: kNotFound for a profile or a token's file that
/// is not there, kInvalidArgument for `--server` beside a profile that is named, and a token that is none;
/// those of load_profiles.
[[nodiscard]] Status complete(Invocation& wanted, const std::vector<std::string>& environment,
                              const std::function<void(std::string_view)>& warn);

/// `Error::detail` of what is wrong with a profile, or a token's file.
inline constexpr std::uint16_t kOfProfile = 50, kOfTokenFile = 51;

}  // namespace batata::cli
