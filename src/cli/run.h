#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/common/command.h"
#include "platform/settings/settings.h"

namespace batata::cli {

/// Runs the server until it is told to stop; gives the process' exit code. `warnings` are for its log.
using StartServer =
    std::function<int(const platform::Settings& settings, const std::vector<std::string>& warnings)>;

/// The world around one run of the program, so that tests can make one up.
struct Surroundings {
  std::vector<std::string> words;        ///< of the command line, the program's name first
  std::vector<std::string> environment;  ///< "NAME=value"
  std::filesystem::path program_folder;  ///< where the settings file is searched; empty: nowhere
  bool out_is_terminal = false;
  std::function<Status(std::string_view)> out;  ///< standard output; an error: not all of it was written
  std::function<void(std::string_view)> error;  ///< standard error
  std::function<Result<std::string>(const std::string& file)> read_content;  ///< see ReadContent
  StartServer start_server;
  WaitForStop wait_for_stop;
  ReadPassword read_password;
  std::function<std::string()> metrics_markdown = nullptr;  ///< docs/metrics.md; empty: there is none
};

/// The whole program: starts a server or runs a client command. Gives the exit code (exit_code.h).
///
/// It is a server for `batata server …`, for a first word that is a setting (`batata --port 8848`), for no
/// words at all, and whenever the program is called batata-server.
[[nodiscard]] int run(const Surroundings& world);

}  // namespace batata::cli
