#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/settings/rows.h"
#include "platform/settings/settings.h"

namespace batata::platform {

/// Where settings may come from, weakest first: the file, the environment, the command line.
struct SettingsSources {
  /// The folder of the running program; without --config the first of these files that exists is read:
  /// application.yml and conf/application.yml there, ../conf/application.yml from there, conf/application.yml
  /// in the working folder. Empty: no file is searched.
  std::filesystem::path program_folder;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::vector<std::string> arguments;    ///< --config FILE, --key=value, --key value and the short forms
};

/// Who set a row: "default", "conf/application.yml, line 4", "environment variable BATATA_PORT", "command
/// line, --port".
struct SettingOrigin {
  const Row* row;
  std::string where;
};

struct LoadedSettings {
  Settings settings;
  std::vector<std::string> warnings;   ///< sentences for the log: unknown keys, keys without effect yet
  std::vector<SettingOrigin> origins;  ///< one for each built row, in the order of the table
};

/// Reads every source and resolves what depends on other rows (`sdk_port`).
///
/// Errors: kInvalidArgument or kUnsupported for a wrong value, kNotFound for a missing --config file; the
/// message is one sentence that names source, line, key, value and range. Reads files; called once at start.
[[nodiscard]] Result<LoadedSettings> load_settings(const SettingsSources& sources);

/// The process' environment in the form that SettingsSources wants.
[[nodiscard]] std::vector<std::string> process_environment();
/// The folder of the running program's file; empty when the system does not say.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace batata::platform
