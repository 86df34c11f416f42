#include "cli/profiles/profile_commands.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/common/http_client.h"
#include "cli/common/output.h"
#include "cli/profiles/connection.h"
#include "cli/profiles/profiles.h"

namespace batata::cli {
namespace {

// As it is found from any folder.
std::string absolute(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

Profile profile_of(const Invocation& wanted) {
  const net::ClientTls& tls = wanted.client_tls;
  return {.server = wanted.server,
          .space = wanted.space,
          .group = wanted.group.value_or(""),
          .token_file = absolute(wanted.token_file),
          .authorities_file = absolute(tls.authorities_file),
          .certificate_file = absolute(tls.certificate_file),
          .key_file = absolute(tls.key_file)};
}

tl::unexpected<Error> wrong(Errc code, std::string message) {
  return tl::unexpected(Error{code, std::move(message), kOfProfile});
}

Printed list(const Profiles& profiles, const Invocation& wanted) {
  if (!wanted.json) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, profile] : profiles.all)
      rows.push_back(
          {name == profiles.current ? "*" : "", name, profile.server, profile.space, profile.token_file});
    return {table({"USED", "NAME", "SERVER", "NAMESPACE", "TOKEN FILE"}, rows)};
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("current", profiles.current).key("profiles").begin_array();
  for (const auto& [name, profile] : profiles.all) {
    writer.begin_object().member("name", name).member("server", profile.server);
    writer.member("namespace", profile.space).member("group", profile.group);
    writer.member("tokenFile", profile.token_file).member("caFile", profile.authorities_file);
    writer.member("clientCert", profile.certificate_file).member("clientKey", profile.key_file).end_object();
  }
  writer.end_array().end_object();
  return {out + "\n"};
}

// Changes the profiles; the sentence that says what was done.
Result<std::string> change(Profiles& profiles, const Invocation& wanted) {
  const std::string& name = wanted.profile_name;
  const bool is_there = profiles.all.contains(name);
  if (wanted.verb == Verb::kProfileAdd) {
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
    });
    if (!is_name)
      return wrong(Errc::kInvalidArgument, "a profile's name is of letters, digits, '-', '_' and '.'");
    if (is_there) return wrong(Errc::kConflict, "there is a profile " + name + " already");
    if (!wanted.client_tls.verify)
      return wrong(Errc::kInvalidArgument,
                   "no profile keeps --insecure-skip-verify: say it with each command");
    if (const auto address = parse_server_address(wanted.server, false); !address)
      return wrong(Errc::kInvalidArgument, address.error().message);
    profiles.all[name] = profile_of(wanted);
    return "added profile " + name + ", for " + wanted.server;
  }
  if (!is_there) return wrong(Errc::kNotFound, "there is no profile " + name);
  if (wanted.verb == Verb::kProfileUse) {
    profiles.current = name;
    return "using profile " + name + " from now on";
  }
  profiles.all.erase(name);
  if (profiles.current == name) profiles.current.clear();
  return "removed profile " + name;
}

}  // namespace

bool is_profile_command(Verb verb) {
  return verb == Verb::kProfileAdd || verb == Verb::kProfileList || verb == Verb::kProfileUse ||
         verb == Verb::kProfileRemove;
}

Result<Printed> run_profile_command(const Invocation& wanted, const std::vector<std::string>& environment) {
  const std::string path = profiles_path(environment);
  if (path.empty())
    return wrong(Errc::kInvalidArgument,
                 "there is no folder for profiles: neither XDG_CONFIG_HOME nor HOME is set");
  auto profiles = load_profiles(path);
  if (!profiles) return wrong(profiles.error().code, profiles.error().message);
  if (wanted.verb == Verb::kProfileList) return list(*profiles, wanted);
  const auto sentence = change(*profiles, wanted);
  if (!sentence) return tl::unexpected(sentence.error());
  if (auto saved = save_profiles(path, *profiles); !saved)
    return wrong(saved.error().code, saved.error().message);
  if (!wanted.json) return Printed{printable(*sentence) + "\n"};
  std::string out;
  json::Writer(out).begin_object().member("profile", wanted.profile_name).member("done", true).end_object();
  return Printed{out + "\n"};
}

std::string_view next_step_of_profile(const Error& error) {
  if (error.detail == kOfTokenFile)
    return "name a file that holds what a sign-in gave, with --token-file FILE";
  switch (error.code) {
    case Errc::kNotFound:
      return "`batata profile list` shows those that are there; `batata profile add` makes one";
    case Errc::kConflict:
      return "name another, or remove it first with `batata profile remove`";
    case Errc::kDamaged:
      return "mend that file, or remove it and add the profiles again";
    case Errc::kInvalidArgument:
      return "batata profile --help";
    default:
      return "check the folder of that file";
  }
}

}  // namespace batata::cli
