#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/run.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {

/// What a run of the program came to.
struct Ran {
  int code = -1;
  std::string out, error;
};

/// The world that it runs in.
struct Options {
  std::vector<std::string> environment = {};
  bool terminal = false;
  std::string program = "batata";
  bool out_is_full = false;
  std::string password = {};    ///< that is typed when one is asked for
  std::string stop_after = {};  ///< told to stop when its outputs have this text; never waits
};

inline Ran run_words(std::vector<std::string> words, const Options& options = {}) {
  Ran ran;
  words.insert(words.begin(), options.program);
  ran.code = run({
      .words = std::move(words),
      .environment = options.environment,
      .program_folder = {},
      .out_is_terminal = options.terminal,
      .out = [&](std::string_view text) -> Status {
        if (options.out_is_full) return fail(Errc::kInternal, "No space left on device");
        ran.out += text;
        return {};
      },
      .error = [&](std::string_view text) { ran.error += text; },
      .read_content = [](const std::string& file) -> Result<std::string> {
        if (file == "missing") return fail(Errc::kInvalidArgument, "missing: No such file or directory");
        return "content of " + file;
      },
      .start_server =
          [&](const platform::Settings& settings, const std::vector<std::string>& warnings) {
            ran.out += "server on " + std::to_string(settings.port) + " with " +
                       std::to_string(warnings.size()) + " warnings";
            return 0;
          },
      .wait_for_stop =
          [&](std::chrono::milliseconds) {
            return (ran.out + ran.error).find(options.stop_after) != std::string::npos;
          },
      .read_password = [&](const std::string& prompt) -> Result<std::string> {
        ran.error += prompt;
        return options.password;
      },
  });
  return ran;
}

inline Ran run_against(TinyServer& server, std::vector<std::string> words, const Options& options = {}) {
  words.insert(words.end(), {"--server", server.address(), "--timeout", "30s"});
  Ran ran = run_words(std::move(words), options);
  server.stop();
  return ran;
}

}  // namespace batata::cli
