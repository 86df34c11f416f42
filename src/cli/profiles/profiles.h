#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace batata::cli {

/// How one server is reached. Plain data; what is empty was not said. It holds no secret: a token is in a
/// file of its own.
struct Profile {
  std::string server, space, group, token_file, authorities_file, certificate_file, key_file;
  bool operator==(const Profile&) const = default;
};

/// The profiles of a user, and the one that is used where none is named. Plain data.
struct Profiles {
  std::string current;  ///< empty: none
  std::map<std::string, Profile> all;
};

/// Where they are kept: batata/profiles.json in the folder that XDG_CONFIG_HOME names, or in HOME's .config;
/// empty when there is neither. Source: XDG Base Directory Specification 0.8.
[[nodiscard]] std::string profiles_path(const std::vector<std::string>& environment);

/// Those in the file; none when there is no file. Errors: kDamaged for a file that is not what was written;
/// those of the system.
[[nodiscard]] Result<Profiles> load_profiles(const std::string& path);

/// Replaces the file as a whole, readable by its owner only, and makes its folder. Errors: those of the
/// system.
[[nodiscard]] Status save_profiles(const std::string& path, const Profiles& profiles);

}  // namespace batata::cli
