#pragma once
#include <string>

#include "base/result.h"

namespace batata::cli {

/// Where a data directory keeps the key that its tokens are signed with.
[[nodiscard]] std::string token_key_path(const std::string& data_directory);

/// Whether a start takes the key as it is, or makes one where there is none; changes nothing. Errors: those
/// of load_secret (platform/secrets/secret_file.h).
[[nodiscard]] Status check_token_key(const std::string& data_directory);

/// What a person can do about a key that is refused, as one line without an end.
[[nodiscard]] std::string next_step_of_token_key(const Error& error, const std::string& data_directory);

}  // namespace batata::cli
