#include "cli/directories/token_key_check.h"

#include <filesystem>

#include "domain/access/token_key.h"
#include "platform/secrets/secret_file.h"

namespace batata::cli {

std::string token_key_path(const std::string& data_directory) {
  return (std::filesystem::path(data_directory) / "token-key").string();
}

Status check_token_key(const std::string& data_directory) {
  const auto loaded = platform::load_secret(token_key_path(data_directory), domain::kTokenKeyBytesMin);
  if (!loaded) return tl::unexpected(loaded.error());
  return {};
}

std::string next_step_of_token_key(const Error& error, const std::string& data_directory) {
  const std::string path = token_key_path(data_directory);
  switch (error.code) {
    case Errc::kPermissionDenied:
      return "chown " + path + " to the server's user, and chmod 600 it: nobody else may use it";
    case Errc::kDamaged:
      return "remove " + path + ": a new key is made, and everybody signs in anew";
    case Errc::kResourceExhausted:
      return "free some space on the disk of " + data_directory + " and start again: nothing was lost";
    default:
      return "the system's log may say more; --data-dir chooses another directory";
  }
}

}  // namespace batata::cli
