#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <optional>
#include <utility>

#include "cli/command_tree.h"
#include "cli/words.h"
#include "platform/settings/values.h"

namespace batata::cli {
namespace {

constexpr int kMaxPageSize = 500;
constexpr double kMaxWeight = 10'000;     // upstream's
constexpr std::size_t kWatchedMax = 100;  // each is read anew when one of them changes

// The words as CLI11 knows them, and where it puts what they say.
class Grammar {
 public:
  explicit Grammar(const std::string& default_server) {
    wanted_.server = default_server;
    app_.require_subcommand(1);
    app_.footer(
        "batata server --help lists the settings; without a command the server starts.\n"
        "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 conflict, 5 denied, 6 timeout, "
        "7 damaged.\n");
    app_.add_option("-o,--output", output_, "How results are shown")
        ->type_name("table|json|yaml")
        ->capture_default_str();
    server_ = app_.add_option("--server", wanted_.server,
                              "Address of the server, https://HOST:PORT over TLS (also: BATATA_ADDR)")
                  ->capture_default_str();
    app_.add_option("--namespace", wanted_.space, "Namespace id; empty: the default one");
    app_.add_option("--group", wanted_.group, "Group; DEFAULT_GROUP unless a list can show all");
    app_.add_option("--timeout", timeout_, "Longest wait for an answer")->capture_default_str();
    app_.add_option("--profile", wanted_.profile,
                    "How the server is reached: a profile (also: BATATA_PROFILE)");
    app_.add_option("--token-file", wanted_.token_file,
                    "File with the token of somebody who has signed in (also: BATATA_TOKEN_FILE)")
        ->type_name("FILE");
    add_client_tls();
    // It has words of its own, which run.cc reads when it is the first one.
    app_.add_subcommand("server", "Start a node (batata server --help)")->allow_extras();
    app_.add_subcommand("help",
                        "Explain a command (batata help COMMAND); with --man print the manual page of all")
        ->allow_extras();  // so does this
    const Words words(wanted_, verb_);
    words.verb(app_, "version", "Print the version of this program", Verb::kVersion);
    words.verb(app_, "status", "Show how a server is", Verb::kStatus);
    words.verb(app_, "top", "Show what a server does, each second anew on a terminal, until Ctrl-C",
               Verb::kTop);
    words.verb(app_, "completion", "Print a script that completes words in a shell", Verb::kCompletion)
        ->add_option("SHELL", wanted_.shell, "bash, zsh or fish")
        ->required()
        ->type_name("bash|zsh|fish");
    add_data_words(words, app_);
    add_config_words(words, app_);
    add_service_words(words, app_);
    add_profile_words(words, app_);
    add_access_words(words, app_);
    add_tls_words(words, app_);
    add_log_words(words, app_);
  }

  [[nodiscard]] TreeCommand tree() { return tree_of(app_); }

  std::variant<Invocation, Explanation> parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the end
    try {
      app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
      const auto unknown = unknown_word();
      return unknown ? wrong(*unknown) : Explanation{ExitCode::kDone, help()};
    } catch (const CLI::RequiredError& error) {
      return wrong(unknown_word().value_or(error.what()));
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    }
    if (!verb_)
      return wrong(
          "`server` and `help` come first: batata server [--config FILE] [--KEY=VALUE]..., batata "
          "help COMMAND");
    if (const auto amiss = find_fault()) return wrong(*amiss);
    if (output_ != "table" && output_ != "json" && output_ != "yaml")
      return wrong("--output is '" + output_ + "', not table, json or yaml");
    const auto timeout = platform::parse_duration(timeout_);
    if (!timeout || timeout->count() == 0)
      return wrong("--timeout is '" + timeout_ + "', not a time like 500ms or 10s");
    if (wanted_.page < 1) return wrong("--page starts at 1");
    if (wanted_.page_size < 1 || wanted_.page_size > kMaxPageSize)
      return wrong("--size is a number from 1 to 500");
    wanted_.verb = *verb_;
    wanted_.json = output_ != "table";
    wanted_.yaml = output_ == "yaml";
    wanted_.is_server_said = server_->count() > 0;
    wanted_.timeout = *timeout;
    return wanted_;
  }

 private:
  void add_client_tls() {
    net::ClientTls& tls = wanted_.client_tls;
    app_.add_option(
            "--ca-file", tls.authorities_file,
            "Who may have signed the server's certificate; the system's authorities without it (also: "
            "BATATA_CA_FILE)")
        ->type_name("FILE");
    app_.add_option("--client-cert", tls.certificate_file,
                    "Certificate to show to the server (also: BATATA_CLIENT_CERT)")
        ->type_name("FILE");
    app_.add_option("--client-key", tls.key_file, "Its private key (also: BATATA_CLIENT_KEY)")
        ->type_name("FILE");
    app_.add_flag_callback(
        "--insecure-skip-verify", [&tls] { tls.verify = false; },
        "Believe whoever answers to be the server, and trust it with passwords and contents");
  }
  // What CLI11 lets pass and no server needs to be asked for.
  [[nodiscard]] std::optional<std::string> find_fault() const {
    const std::string& policy = wanted_.config.policy;
    if (policy != "abort" && policy != "skip" && policy != "overwrite")
      return "--policy is '" + policy + "', not abort, skip or overwrite";
    if (wanted_.config.data_ids.size() > kWatchedMax)
      return "more than 100 configurations at once are not watched";
    if (wanted_.config.history_id < (verb_ == Verb::kConfigRollback ? 1 : 0))
      return "numbers of the history's entries start at 1";
    const std::string& action = wanted_.access.action;
    if (!action.empty() && action != "r" && action != "w" && action != "rw")
      return "the action is '" + action + "', not r, w or rw";
    if (!(wanted_.service.weight >= 0 && wanted_.service.weight <= kMaxWeight))
      return "--weight is a number from 0 to 10000";
    return std::nullopt;
  }

  CLI::App* innermost_named() {
    CLI::App* innermost = &app_;
    while (!innermost->get_subcommands().empty()) innermost = innermost->get_subcommands().back();
    return innermost;
  }
  // What to say of a word that stands where a command is needed and names none.
  std::optional<std::string> unknown_word() {
    CLI::App* const at = innermost_named();
    const auto words = app_.remaining();  // what a command does not know falls through to here
    const auto commands = at->get_subcommands([](const CLI::App*) { return true; });
    if (words.empty() || commands.empty()) return std::nullopt;
    std::string text = "there is no command '" + words.front() + "' here, but";
    for (const CLI::App* command : commands)
      text += (command == commands.front() ? " " : ", ") + command->get_name();
    return text;
  }

  // Help of the innermost command that was named.
  std::string help() {
    const CLI::App* const innermost = innermost_named();
    return innermost == &app_ ? app_.help() : innermost->help("batata" + parent_name(innermost));
  }
  static std::string parent_name(const CLI::App* command) {
    const CLI::App* parent = command->get_parent();
    if (parent == nullptr || parent->get_parent() == nullptr) return "";
    return parent_name(parent) + " " + parent->get_name();
  }
  static TreeOption option_of(const CLI::Option& option) {
    TreeOption made{.names = {},
                    .help = option.get_description(),
                    .standard = option.get_default_str(),
                    .value = {},
                    .is_required = option.get_required()};
    for (const std::string& name : option.get_snames()) made.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) made.names.push_back("--" + name);
    if (made.names.empty()) made.names.push_back(option.get_name());
    // A flag has no type; other than of a list, "TEXT" says nothing of a word without dashes.
    const bool has_value = option.get_items_expected_max() > 0;
    const std::string type = option.get_type_name();
    if (has_value && (!option.get_positional() || type.find('|') != std::string::npos)) made.value = type;
    return made;
  }
  static TreeCommand tree_of(const CLI::App& app) {
    TreeCommand made{.name = app.get_name(),
                     .help = app.get_description(),
                     .options = {},
                     .arguments = {},
                     .commands = {}};
    for (const CLI::Option* option : app.get_options({}))
      (option->get_positional() ? made.arguments : made.options).push_back(option_of(*option));
    for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; }))
      made.commands.push_back(tree_of(*below));
    return made;
  }

  static Explanation wrong(const std::string& what) { return {ExitCode::kUsage, what}; }

  CLI::App app_{"batata: configuration and service discovery that speaks Nacos", "batata"};
  Invocation wanted_;
  CLI::Option* server_ = nullptr;
  std::optional<Verb> verb_;  // nothing: `server` or `help`, the only commands that are none of ours
  std::string output_ = "table", timeout_ = "10s";
};

}  // namespace

TreeCommand command_tree() {
  return Grammar("127.0.0.1:8848").tree();
}

std::variant<Invocation, Explanation> parse_command_line(const std::vector<std::string>& words,
                                                         const std::string& default_server) {
  return Grammar(default_server).parse(words);
}

}  // namespace batata::cli
