#include "platform/settings/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "base/log_filter.h"
#include "base/text.h"
#include "platform/settings/arguments.h"
#include "platform/settings/keys.h"
#include "platform/settings/values.h"
#include "platform/settings/yaml_text.h"

namespace batata::platform {
namespace {

namespace fs = std::filesystem;

// Variables with our prefix that belong to others: to the command line client, and to Kubernetes, which
// describes a Service named "batata" or "nacos" to every container as BATATA_PORT=tcp://…,
// BATATA_SERVICE_HOST=… and so on.
bool is_foreign(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 7> kClients{
      "BATATA_ADDR",    "BATATA_TOKEN",       "BATATA_USERNAME",  "BATATA_PASSWORD",
      "BATATA_CA_FILE", "BATATA_CLIENT_CERT", "BATATA_CLIENT_KEY"};
  return std::ranges::find(kClients, name) != kClients.end() || value.starts_with("tcp://") ||
         value.starts_with("udp://") || name.find("_SERVICE_HOST") != name.npos ||
         name.find("_SERVICE_PORT") != name.npos || name.find("_TCP_") != name.npos ||
         name.find("_UDP_") != name.npos;
}

// A value as sentences show it: short, and nothing that drives a terminal.
std::string shown(std::string_view value) {
  constexpr std::size_t kShownMax = 100;
  std::string out(value.substr(0, kShownMax));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return value.size() > kShownMax ? out + "..." : out;
}

// The same for a value of `row`, which may be secret.
std::string shown(const Row& row, std::string_view value) {
  return row.secret ? "(not shown)" : shown(value);
}

std::optional<fs::path> find_file(const fs::path& program_folder) {
  if (program_folder.empty()) return std::nullopt;
  for (const fs::path& candidate :
       {program_folder / "application.yml", program_folder / "conf/application.yml",
        program_folder / "../conf/application.yml", fs::path("conf/application.yml")}) {
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return candidate.lexically_normal();
  }
  return std::nullopt;
}

Result<std::string> read_text(const fs::path& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (fs::is_directory(path, ignored) || !file)
    return fail(Errc::kNotFound, path.string() + ": the settings file cannot be read");
  std::string text(kSettingsBytesMax + 1,
                   '\0');  // one byte over the bound, so that the parser sees it broken
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

class Loader {
 public:
  Status file(const fs::path& path) {
    auto text = read_text(path);
    if (!text) return tl::unexpected(std::move(text.error()));
    auto entries = parse_settings_text(*text);
    if (!entries) return fail(std::move(entries.error()), path.string());
    for (const FileEntry& entry : *entries) {
      const std::string where = fmt::format("{}, line {}", path.string(), entry.line);
      if (Status done = take(row_of_key(entry.key), entry.key, entry.value, where); !done) return done;
    }
    return {};
  }

  Status environment(const std::vector<std::string>& variables) {
    next_source(true);
    for (const std::string& variable : variables) {
      if (variable.starts_with("RUST_LOG=")) rust_log(std::string_view(variable).substr(9));
    }
    for (const std::string& variable : variables) {
      const std::size_t equals = std::min(variable.find('='), variable.size());
      const std::string_view name = std::string_view(variable).substr(0, equals);
      const std::string_view value = std::string_view(variable).substr(std::min(equals + 1, variable.size()));
      const Row* row = row_of_variable(name);
      const bool has_prefix = name.starts_with("BATATA_") || name.starts_with("NACOS_");
      if ((row == nullptr && !has_prefix) || name == "RUST_LOG" || is_foreign(name, value)) continue;
      std::string key(row == nullptr ? name : row->key);
      if (row == nullptr) key = lower_case(key);
      for (char& c : key) c = row == nullptr && c == '_' ? '.' : c;
      if (Status done = take(row, key, value, fmt::format("environment variable {}", name)); !done)
        return done;
    }
    return {};
  }

  Status command_line(const std::vector<ArgumentEntry>& entries) {
    next_source(false);  // scripts append what shall count to what is there
    for (const ArgumentEntry& entry : entries) {
      const std::string key = entry.row != nullptr && entry.row->flag == entry.flag
                                  ? std::string(entry.row->key)
                                  : entry.flag.substr(2);
      if (Status done = take(entry.row, key, entry.value, "command line, " + entry.flag); !done) return done;
    }
    return {};
  }

  Result<LoadedSettings> finish() {
    Settings& settings = loaded_.settings;
    if (settings.sdk_port == 0) {
      if (settings.port > 65535 - 1000)
        return fail(
            Errc::kInvalidArgument,
            fmt::format("nacos.server.main.port is '{}', which leaves no room for nacos.sdk.port 1000 above "
                        "it; set nacos.sdk.port",
                        settings.port));
      settings.sdk_port = static_cast<std::uint16_t>(settings.port + 1000);
    }
    if (settings.sdk_port == settings.port)
      return fail(Errc::kInvalidArgument,
                  fmt::format("nacos.sdk.port is '{}', which is the main port already", settings.sdk_port));
    if (Status apart = logs_apart(settings); !apart) return tl::unexpected(std::move(apart.error()));
    if (!without_effect_.empty())
      loaded_.warnings.push_back("not built yet, so without effect: " + without_effect_);
    for (const Row& row : rows()) {
      if (!row.is_built()) continue;
      const auto known = origins_.find(&row);
      loaded_.origins.push_back({&row, known == origins_.end() ? "default" : known->second});
    }
    return std::move(loaded_);
  }

 private:
  // Two that put one file aside would push out what the other keeps.
  static Status logs_apart(const Settings& settings) {
    const std::string* const files[] = {&settings.log_file, &settings.log_access, &settings.log_audit};
    for (std::size_t i = 0; i < std::size(files); ++i)
      for (std::size_t j = i + 1; j < std::size(files); ++j)
        if (!files[i]->empty() && *files[i] == *files[j])
          return fail(Errc::kInvalidArgument,
                      fmt::format("two of batata.log.file, batata.log.access and "
                                  "batata.log.audit are '{}'; each needs a file of its own",
                                  *files[i]));
    return {};
  }
  void next_source(bool each_row_once) {
    seen_.clear();
    once_ = each_row_once;
  }

  // Runs before our own names, which win. The filter language is not ours to refuse: what is not understood
  // is said and passed over.
  void rust_log(std::string_view value) {
    const Row& row = *row_of_variable("RUST_LOG");
    const auto filter = log::parse_filter(value);
    const auto passed_over = [&](std::string_view why) {
      loaded_.warnings.push_back(
          fmt::format("environment variable RUST_LOG is '{}', {}; batata.log.level stays '{}'", shown(value),
                      why, value_text(row, loaded_.settings)));
    };
    if (!filter) {
      passed_over("where " + filter.error().message);
    } else if (!filter->concerns_us) {
      passed_over("which names no level for batata");
    } else {
      loaded_.settings.log_level = std::string(value);
      origins_[&row] = "environment variable RUST_LOG";
    }
  }

  Status take(const Row* row, std::string_view key, std::string_view value, const std::string& where) {
    if (row == nullptr) {
      const std::string_view nearest = nearest_key(key);
      loaded_.warnings.push_back(
          nearest.empty() ? fmt::format("{}: unknown key {}; docs/settings.md lists all keys", where, key)
                          : fmt::format("{}: unknown key {}; did you mean {}?", where, key, nearest));
      return {};
    }
    if (!row->is_built()) {
      if (lower_case(value) != row->fallback)
        without_effect_ += fmt::format("{}{} ({})", without_effect_.empty() ? "" : "; ", key, where);
      return {};
    }
    const auto [seen, is_first] = seen_.try_emplace(row, value, where);
    if (once_ && !is_first && seen->second.first != value)
      return fail(Errc::kInvalidArgument,
                  fmt::format("{}: {} is '{}', but {} has set it to '{}'", where, key, shown(*row, value),
                              seen->second.second, shown(*row, seen->second.first)));
    if (const Status done = set_value(*row, value, loaded_.settings); !done)
      return fail(done.error().code,
                  fmt::format("{}: {} is '{}', {}", where, key, shown(*row, value), done.error().message));
    origins_[row] = where;
    return {};
  }

  LoadedSettings loaded_;
  std::string without_effect_;
  std::map<const Row*, std::string> origins_;
  std::map<const Row*, std::pair<std::string, std::string>> seen_;  // in this source: text, where
  bool once_ = true;
};

}  // namespace

Result<LoadedSettings> load_settings(const SettingsSources& sources) {
  auto arguments = parse_arguments(sources.arguments);
  if (!arguments) return tl::unexpected(std::move(arguments.error()));
  std::optional<fs::path> path = find_file(sources.program_folder);
  if (arguments->config_file) path = *arguments->config_file;
  Loader loader;
  if (path) {
    if (Status done = loader.file(*path); !done) return tl::unexpected(std::move(done.error()));
  }
  if (Status done = loader.environment(sources.environment); !done)
    return tl::unexpected(std::move(done.error()));
  if (Status done = loader.command_line(arguments->entries); !done)
    return tl::unexpected(std::move(done.error()));
  return loader.finish();
}

std::vector<std::string> process_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program.parent_path();
}

}  // namespace batata::platform
