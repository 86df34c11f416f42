#include "cli/profiles/connection.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "base/system_error.h"
#include "base/text.h"
#include "cli/common/environment.h"
#include "cli/profiles/profiles.h"

namespace batata::cli {
namespace {

constexpr std::size_t kTokenBytesMax = 16u << 10;  // of one that fits into a header

void otherwise(std::string& text, const std::string& value) {
  if (text.empty()) text = value;
}

// The profile that counts; nothing when none does.
Result<std::optional<Profile>> choose(Invocation& wanted, const std::vector<std::string>& environment) {
  const bool is_said = !wanted.profile.empty();
  otherwise(wanted.profile, wanted.is_server_said ? "" : variable(environment, "BATATA_PROFILE"));
  if (is_said && wanted.is_server_said)
    return tl::unexpected(Error{Errc::kInvalidArgument,
                                "--server and --profile both name a server: say one of them", kOfProfile});
  const bool is_named = !wanted.profile.empty();
  if (!is_named && (wanted.is_server_said || !variable(environment, "BATATA_ADDR").empty()))
    return std::optional<Profile>{};
  const std::string path = profiles_path(environment);
  auto profiles = path.empty() ? Result<Profiles>(Profiles{}) : load_profiles(path);
  if (!profiles) {
    profiles.error().detail = kOfProfile;
    return tl::unexpected(std::move(profiles.error()));
  }
  if (!is_named) wanted.profile = profiles->current;
  if (wanted.profile.empty()) return std::optional<Profile>{};
  const auto found = profiles->all.find(wanted.profile);
  if (found == profiles->all.end())
    return tl::unexpected(Error{Errc::kNotFound, "there is no profile " + wanted.profile, kOfProfile});
  return std::optional(found->second);
}

Status read_token(Invocation& wanted, const std::function<void(std::string_view)>& warn) {
  const std::string& file = wanted.token_file;
  std::ifstream in(file, std::ios::binary);
  struct stat about{};
  if (!in || ::stat(file.c_str(), &about) != 0)
    return tl::unexpected(
        Error{Errc::kNotFound, "the file of the token, " + file + ", cannot be read", kOfTokenFile});
  std::string text(kTokenBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const std::string_view token = trimmed(text);
  if (token.empty() || text.size() > kTokenBytesMax || token.find_first_of(kWhiteSpace) != token.npos)
    return tl::unexpected(Error{Errc::kInvalidArgument,
                                "the file " + file + " holds no token: one word in one line", kOfTokenFile});
  if ((about.st_mode & 077) != 0) warn("warning: others can read the token in " + file + "\n");
  wanted.token = token;
  return {};
}

}  // namespace

Status complete(Invocation& wanted, const std::vector<std::string>& environment,
                const std::function<void(std::string_view)>& warn) {
  const auto profile = choose(wanted, environment);
  if (!profile) return tl::unexpected(profile.error());
  net::ClientTls& tls = wanted.client_tls;
  if (*profile) {
    const Profile& chosen = **profile;
    if (!chosen.server.empty()) wanted.server = chosen.server;
    otherwise(wanted.space, chosen.space);
    if (!wanted.group && !chosen.group.empty()) wanted.group = chosen.group;
    otherwise(wanted.token_file, chosen.token_file);
    otherwise(tls.authorities_file, chosen.authorities_file);
    otherwise(tls.certificate_file, chosen.certificate_file);
    otherwise(tls.key_file, chosen.key_file);
  }
  otherwise(tls.authorities_file, variable(environment, "BATATA_CA_FILE"));
  otherwise(tls.certificate_file, variable(environment, "BATATA_CLIENT_CERT"));
  otherwise(tls.key_file, variable(environment, "BATATA_CLIENT_KEY"));
  wanted.user = variable(environment, "BATATA_USERNAME");
  wanted.password = variable(environment, "BATATA_PASSWORD");
  if (!wanted.token_file.empty()) return read_token(wanted, warn);
  wanted.token = variable(environment, "BATATA_TOKEN");
  otherwise(wanted.token_file, wanted.token.empty() ? variable(environment, "BATATA_TOKEN_FILE") : "");
  return wanted.token_file.empty() ? Status() : read_token(wanted, warn);
}

}  // namespace batata::cli
