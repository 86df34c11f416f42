#include "cli/profiles/profiles.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "base/system_error.h"
#include "cli/common/environment.h"
#include "cli/common/new_file.h"

namespace batata::cli {
namespace {

namespace fs = std::filesystem;

struct Member {
  const char* name;
  std::string Profile::* text;
};
constexpr Member kMembers[] = {{"server", &Profile::server},
                               {"namespace", &Profile::space},
                               {"group", &Profile::group},
                               {"tokenFile", &Profile::token_file},
                               {"caFile", &Profile::authorities_file},
                               {"clientCert", &Profile::certificate_file},
                               {"clientKey", &Profile::key_file}};

std::string encode(const Profiles& profiles) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("current", profiles.current).key("profiles").begin_object();
  for (const auto& [name, profile] : profiles.all) {
    writer.key(name).begin_object();
    for (const Member& each : kMembers)
      if (!(profile.*each.text).empty()) writer.member(each.name, profile.*each.text);
    writer.end_object();
  }
  writer.end_object().end_object();
  return out + "\n";
}

}  // namespace

std::string profiles_path(const std::vector<std::string>& environment) {
  const std::string folder = variable(environment, "XDG_CONFIG_HOME"), home = variable(environment, "HOME");
  // By the specification a path that is not absolute is no path.
  if (folder.starts_with('/')) return folder + "/batata/profiles.json";
  return home.starts_with('/') ? home + "/.config/batata/profiles.json" : "";
}

Result<Profiles> load_profiles(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    return error ? Result<Profiles>(system_failure(path, error.value())) : Profiles{};
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) return tl::unexpected(system_failure(path, errno == 0 ? EIO : errno));
  const auto body = json::parse(text);
  if (!body || !(*body)["profiles"].is_object())
    return fail(Errc::kDamaged, path + " is not what `batata profile` has written");
  Profiles profiles{(*body)["current"].as_text().value_or(""), {}};
  (*body)["profiles"].each_member([&](std::string_view name, json::Value value) {
    Profile& profile = profiles.all[std::string(name)];
    for (const Member& each : kMembers) profile.*each.text = value[each.name].as_text().value_or("");
  });
  return profiles;
}

Status save_profiles(const std::string& path, const Profiles& profiles) {
  const fs::path whole(path);
  std::error_code error;
  fs::create_directories(whole.parent_path(), error);
  if (error) return tl::unexpected(system_failure(whole.parent_path().string(), error.value()));
  const std::string draft = path + "." + std::to_string(::getpid());
  if (auto written = write_new_file(draft, encode(profiles)); !written) return written;
  if (std::rename(draft.c_str(), path.c_str()) == 0) return {};
  auto failure = system_failure(path, errno);
  ::unlink(draft.c_str());
  return tl::unexpected(std::move(failure.value()));
}

}  // namespace batata::cli
