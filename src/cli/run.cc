#include "cli/run.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "cli/access/access_commands.h"
#include "cli/command_line.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/common/client.h"
#include "cli/common/environment.h"
#include "cli/common/exit_code.h"
#include "cli/common/output.h"
#include "cli/common/yaml_output.h"
#include "cli/completion.h"
#include "cli/config/config_commands.h"
#include "cli/directories/directory_commands.h"
#include "cli/profiles/connection.h"
#include "cli/profiles/profile_commands.h"
#include "cli/service/service_commands.h"
#include "cli/tls_commands.h"
#include "cli/version.h"
#include "platform/settings/documents.h"
#include "platform/settings/load.h"

namespace batata::cli {
namespace {

int code(ExitCode value) {
  return static_cast<int>(value);
}

// Words that open the command line of a client; any other word with dashes is a setting of a server.
bool is_client_option(std::string_view word) {
  constexpr std::array<std::string_view, 15> kOptions{
      "--version", "-o",        "--output",    "--server",      "--namespace",  "--group",
      "--timeout", "-h",        "--ca-file",   "--client-cert", "--client-key", "--insecure-skip-verify",
      "--help",    "--profile", "--token-file"};
  const std::string_view name = word.substr(0, word.find('='));
  return std::find(kOptions.begin(), kOptions.end(), name) != kOptions.end() || word.starts_with("-o");
}

// The settings' words when this run is a server; nothing when it is a client command.
std::optional<std::vector<std::string>> server_words(const std::vector<std::string>& words) {
  const bool has_words = words.size() > 1;
  const std::string program = words.empty() ? "" : std::filesystem::path(words[0]).filename().string();
  const auto behind = [&](std::size_t count) {
    return std::vector<std::string>(
        words.begin() + static_cast<std::ptrdiff_t>(std::min(count, words.size())), words.end());
  };
  if (has_words && words[1] == "server") return behind(2);
  if (!has_words || program == "batata-server") return behind(1);
  if (words[1].starts_with('-') && !is_client_option(words[1])) return behind(1);
  return std::nullopt;
}

// `what` may hold a server's words, which must not look like ours: they neither end a line nor go back in it.
int say_error(const Surroundings& world, ExitCode exit_code, const std::string& what, std::string_view next) {
  world.error("batata: " + printable(what) + "\n");
  if (!next.empty()) world.error("next: " + std::string(next) + "\n");
  return code(exit_code);
}

// To standard output, on which scripts build: what has not arrived there was not done.
int say(const Surroundings& world, std::string_view text) {
  const auto written = world.out(text);
  if (!written) return say_error(world, ExitCode::kFailed, "standard output: " + written.error().message, {});
  return code(ExitCode::kDone);
}

int run_server(const Surroundings& world, const std::vector<std::string>& words) {
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (has("--help") || has("-h"))
    return say(world, "batata server [--config FILE] [--KEY=VALUE]...\n\n" + platform::settings_help());
  if (has("--print-settings-markdown"))  // docs/settings.md; `./x docs` writes it
    return say(world, platform::settings_markdown());
  if (has("--print-metrics-markdown") && world.metrics_markdown != nullptr)  // docs/metrics.md
    return say(world, world.metrics_markdown());
  platform::SettingsSources sources{world.program_folder, world.environment, words};
  const bool only_print = std::erase(sources.arguments, "--print-settings") > 0;
  const auto loaded = platform::load_settings(sources);
  if (!loaded)
    return say_error(world, ExitCode::kUsage, loaded.error().message,
                     "batata server --help lists every setting");
  if (!only_print) return world.start_server(loaded->settings, loaded->warnings);
  for (const std::string& warning : loaded->warnings) world.error("warning: " + warning + "\n");
  return say(world, platform::effective_settings(*loaded));
}

std::string_view next_step_to_be_let_in(const Error& error) {
  switch (error.detail) {
    case kNotSignedIn:
      return "sign in: set both BATATA_USERNAME and BATATA_PASSWORD, or BATATA_TOKEN";
    case kSignInRefused:
      return "check BATATA_USERNAME and BATATA_PASSWORD; a new server has no user until its first one is "
             "made";
    case kTokenRefused:
      return "the token in BATATA_TOKEN has ended, or is another server's: get a new one, or set "
             "BATATA_USERNAME and BATATA_PASSWORD instead of it";
    case kSaidByServer:
      return "sign in as somebody who may do this";
    default:
      return "let this user read and write there";
  }
}

// What a person can do about an error.
std::string_view next_step(const Error& error) {
  switch (error.code) {
    case Errc::kUnavailable:
      if (error.detail == kServerNotTrusted)
        return "name who signed the server's certificate with --ca-file FILE, and the server by a name that "
               "is "
               "in it";
      if (error.detail == kClientRefused)
        return "show a certificate that the server takes: --client-cert FILE --client-key FILE";
      if (error.detail == kNoLibrary) return "install libcurl (Debian: apt install libcurl4)";
      if (error.detail == kNoTls) return "name it as http://HOST:PORT if it is to be asked without TLS";
      if (error.detail == kSaidByServer) return "try again later: the server is up, and has done nothing";
      return "start a server with `batata server` (one that has begun to start answers when it has read its "
             "data), or name another with --server HOST:PORT";
    case Errc::kDeadlineExceeded:
      return "ask `batata status`, or wait longer with --timeout 30s";
    case Errc::kOutcomeUnknown:
      return "look with `batata config get` before trying again";
    case Errc::kNotFound:
      return "`batata config list` shows what is there; check --group and --namespace";
    case Errc::kConflict:
      return "read it again with `batata config get -o json` and use its md5";
    case Errc::kUnauthenticated:
    case Errc::kPermissionDenied:
      return next_step_to_be_let_in(error);
    case Errc::kInvalidArgument:
      return "batata --help";
    case Errc::kInternal:
      return "check --server; the server's log may say more";
    case Errc::kDamaged:
      return "keep a copy of the directory as it is; docs/formats.md says what each kind of damage means";
    case Errc::kResourceExhausted:
      return error.detail == kSaidByServer ? "wait before trying again" : "free some space on that disk";
    case Errc::kCompacted:
    case Errc::kUnsupported:
      return {};
  }
  return {};
}

std::string_view next_step_of_backup(const Error& error) {
  const bool is_said = error.detail == kSaidByServer;
  switch (error.code) {
    case Errc::kConflict:
      return "name a file that does not exist";
    case Errc::kNotFound:
      return is_said ? "take the backup again" : "name a file in a directory that exists";
    case Errc::kOutcomeUnknown:
      return "take the backup again, in a minute if another one is under way";
    case Errc::kDamaged:
      return is_said ? "the server's log says more" : "take the backup again";
    default:
      return next_step(error);
  }
}

std::string default_server(const std::vector<std::string>& environment) {
  std::string address = variable(environment, "BATATA_ADDR");
  return address.empty() ? "127.0.0.1:8848" : address;
}

// A question changes nothing, so an answer that did not come whole leaves nothing to look for; and it cannot
// be wrong, so who does not take it is somebody else.
std::string_view next_step_of_status(const Error& error) {
  const bool is_said = error.detail == kSaidByServer;
  if (error.code == Errc::kOutcomeUnknown) return "check --server: what listens there may be something else";
  if (error.code == Errc::kInvalidArgument && is_said)
    return "check --server: a port that speaks TLS is https://HOST:PORT";
  return next_step(error);
}

std::string next_step_of(const Invocation& wanted, const Error& error) {
  const bool is_of_profile = error.detail == kOfProfile || error.detail == kOfTokenFile;
  if (is_of_profile) return std::string(next_step_of_profile(error));
  switch (wanted.verb) {
    case Verb::kStatus:
    case Verb::kTop:
      return std::string(next_step_of_status(error));
    case Verb::kDoctor:
    case Verb::kRestore:
    case Verb::kRepair:
      return next_step_of_directory_command(wanted, error);
    case Verb::kTlsCaCreate:
    case Verb::kTlsCertCreate:
      return std::string(next_step_of_tls_command(error));
    case Verb::kBackup:
      return std::string(next_step_of_backup(error));
    default:
      break;
  }
  std::string_view own = next_step_of_config_command(wanted, error);
  if (own.empty()) own = next_step_of_service_command(wanted, error);
  if (own.empty()) own = next_step_of_access_command(wanted, error);
  return std::string(own.empty() ? next_step(error) : own);
}

// `is_further`: something of the command has been said already.
int say_result(const Surroundings& world, const Invocation& wanted, const Printed& printed, bool is_further) {
  std::string text = printed.out;
  if (wanted.yaml) {
    auto yaml = yaml_of(text);
    if (!yaml) return say_error(world, exit_code_of(yaml.error().code), yaml.error().message, {});
    text = (is_further && !yaml->empty() ? "---\n" : "") + *yaml;
  }
  const bool ends_line = text.empty() || text.back() == '\n';
  const int said = say(world, text + (world.out_is_terminal && !ends_line ? "\n" : ""));
  if (!printed.note.empty()) world.error(printed.note);
  return said == code(ExitCode::kDone) ? code(printed.code) : said;
}

// `help WORDS` is `WORDS --help`.
std::vector<std::string> without_help(std::vector<std::string> words) {
  if (words.front() != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

// Whether it matters how servers are reached. Who only looks at a directory needs neither profile nor token.
bool asks_a_server(Verb verb) {
  switch (verb) {
    case Verb::kVersion:
    case Verb::kCompletion:
    case Verb::kDoctor:
    case Verb::kRestore:
    case Verb::kRepair:
    case Verb::kTlsCaCreate:
    case Verb::kTlsCertCreate:
      return false;
    default:
      return true;
  }
}

int run_client(const Surroundings& world) {
  auto words = without_help({world.words.begin() + 1, world.words.end()});
  if (words[0] == "server") return run_server(world, {"--help"});  // of `help server`: the only way here
  if (words == std::vector<std::string>{"--man", "--help"})
    return say(world, manual_page(command_tree(), version()));
  if (words[0] == "--version") words[0] = "version";
  const auto parsed = parse_command_line(words, default_server(world.environment));
  if (const auto* explanation = std::get_if<Explanation>(&parsed)) {
    if (explanation->code != ExitCode::kDone)
      return say_error(world, explanation->code, explanation->text, "batata --help");
    return say(world, explanation->text);
  }
  auto wanted = std::get<Invocation>(parsed);
  const auto failed = [&](const Error& error) {
    return say_error(world, exit_code_of(error.code), error.message, next_step_of(wanted, error));
  };
  if (is_profile_command(wanted.verb)) {
    const auto printed = run_profile_command(wanted, world.environment);
    return printed ? say_result(world, wanted, *printed, false) : failed(printed.error());
  }
  if (asks_a_server(wanted.verb))
    if (auto completed = complete(wanted, world.environment, world.error); !completed)
      return failed(completed.error());
  if (!wanted.client_tls.verify)
    world.error("warning: --insecure-skip-verify: whoever answers is taken for the server\n");
  bool has_said = false;  // while the command ran
  const Outside outside{
      world.read_content,
      [&](std::string_view text) -> Status {
        has_said = true;
        if (!wanted.yaml) return world.out(text);
        return yaml_of(text).and_then([&](const std::string& yaml) { return world.out("---\n" + yaml); });
      },
      world.error,
      world.wait_for_stop,
      world.read_password,
      world.out_is_terminal};
  const auto printed = run_command(wanted, outside);
  return printed ? say_result(world, wanted, *printed, has_said) : failed(printed.error());
}

}  // namespace

int run(const Surroundings& world) {
  if (const auto words = server_words(world.words)) return run_server(world, *words);
  return run_client(world);
}

}  // namespace batata::cli
