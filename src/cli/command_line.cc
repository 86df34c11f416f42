#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <optional>
#include <utility>

#include "platform/settings/values.h"

namespace batata::cli {
namespace {

constexpr int kMaxPageSize = 500;

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
    app_.add_option("-o,--output", output_, "table or json")->capture_default_str();
    app_.add_option("--server", wanted_.server,
                    "Address of the server, https://HOST:PORT over TLS (also: BATATA_ADDR)")
        ->capture_default_str();
    app_.add_option("--namespace", wanted_.space, "Namespace id; empty: the default one");
    app_.add_option("--group", wanted_.group, "Group; DEFAULT_GROUP unless a list can show all");
    app_.add_option("--timeout", timeout_, "Longest wait for an answer")->capture_default_str();
    add_client_tls();
    // It has words of its own, which run.cc reads when it is the first one.
    app_.add_subcommand("server", "Start a node (batata server --help)")->allow_extras();
    app_.add_subcommand("help", "Explain a command (batata help COMMAND)")->allow_extras();  // so does this
    verb(app_, "version", "Print the version of this program", Verb::kVersion);
    verb(app_, "status", "Show how a server is", Verb::kStatus);
    verb(app_, "doctor", "Look whether a server can start on a data directory", Verb::kDoctor)
        ->add_option("DIR", wanted_.directory, "The data directory of a server that does not run")
        ->required();
    add_data_verbs();
    add_config_verbs();
    CLI::App* services = family("service", "Look at services");
    add_paging(verb(*services, "list", "List the services of a group", Verb::kServiceList));
    add_tls_verbs();
    verb(*family("log", "Look at what a server logs"), "level", "Show it, or change it until the server ends",
         Verb::kLogLevel)
        ->add_option("FILTER", wanted_.log_filter,
                     "debug, or info,batata::net=trace: a level for all, and others by module");
  }

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
    if (output_ != "table" && output_ != "json")
      return wrong("--output is '" + output_ + "', not table or json");
    const auto timeout = platform::parse_duration(timeout_);
    if (!timeout || timeout->count() == 0)
      return wrong("--timeout is '" + timeout_ + "', not a time like 500ms or 10s");
    if (wanted_.page < 1) return wrong("--page starts at 1");
    if (wanted_.page_size < 1 || wanted_.page_size > kMaxPageSize)
      return wrong("--size is a number from 1 to 500");
    wanted_.verb = *verb_;
    wanted_.json = output_ == "json";
    wanted_.timeout = *timeout;
    return wanted_;
  }

 private:
  void add_client_tls() {
    net::ClientTls& tls = wanted_.client_tls;
    app_.add_option(
        "--ca-file", tls.authorities_file,
        "Who may have signed the server's certificate; the system's authorities without it (also: "
        "BATATA_CA_FILE)");
    app_.add_option("--client-cert", tls.certificate_file,
                    "Certificate to show to the server (also: BATATA_CLIENT_CERT)");
    app_.add_option("--client-key", tls.key_file, "Its private key (also: BATATA_CLIENT_KEY)");
    app_.add_flag_callback(
        "--insecure-skip-verify", [&tls] { tls.verify = false; },
        "Believe whoever answers to be the server, and trust it with passwords and contents");
  }
  void add_data_verbs() {
    verb(app_, "backup", "Take a backup of everything that a server keeps", Verb::kBackup)
        ->add_option("FILE", wanted_.file, "A new file")
        ->required();
    CLI::App* restore = verb(app_, "restore", "Make a data directory out of a backup", Verb::kRestore);
    restore->add_option("FILE", wanted_.file, "What `batata backup` has made")->required();
    restore->add_option("--data-dir", wanted_.directory, "A directory that does not exist, or is empty")
        ->required();
    CLI::App* repair = verb(app_, "repair", "Make a damaged data directory startable", Verb::kRepair);
    repair->add_option("DIR", wanted_.directory, "The data directory of a server that does not run")
        ->required();
    repair->add_flag(
        "--drop-tail", wanted_.drop_tail,
        "Drop the log from the damage on: acknowledged writes may be lost. A copy is made first");
  }
  void add_config_verbs() {
    CLI::App* configs = family("config", "Read and change configurations");
    add_name(verb(*configs, "get", "Print a configuration's content", Verb::kConfigGet));
    CLI::App* set = verb(*configs, "set", "Publish a configuration", Verb::kConfigSet);
    add_name(set);
    auto* content =
        set->add_option("CONTENT", wanted_.content, "The content; without it, the file or standard input");
    set->add_option("-f,--file", wanted_.file, "File with the content; - is standard input")
        ->excludes(content);
    set->add_option("--type", wanted_.type, "text, json, xml, yaml, html, properties, toml");
    set->add_option("--cas-md5", wanted_.cas_md5, "Publish only if the content there has this md5");
    add_name(verb(*configs, "delete", "Delete a configuration", Verb::kConfigDelete));
    CLI::App* list = verb(*configs, "list", "List configurations", Verb::kConfigList);
    list->add_option("PATTERN", wanted_.data_id, "Only these data ids; * stands for anything");
    add_paging(list);
  }

  void add_tls_verbs() {
    CLI::App* tls = family("tls", "Make certificates");
    CLI::App* authority =
        verb(*family(*tls, "ca", "A certificate authority of your own"), "create",
             "Make one: NAME.pem, which clients trust, and NAME-key.pem, which nobody else may have",
             Verb::kTlsCaCreate);
    wanted_.tls.name = "batata-ca";
    authority->add_option("NAME", wanted_.tls.name, "Its name")->capture_default_str();
    add_making(authority, 3650);
    CLI::App* certificate = verb(*family(*tls, "cert", "Certificates that it signs"), "create",
                                 "Make one: NAME.pem and NAME-key.pem", Verb::kTlsCertCreate);
    certificate->add_option("NAME", wanted_.tls.name, "Whom it names: a server, or the user that a client is")
        ->required();
    certificate->add_option("--ca", wanted_.tls.authority, "The authority's certificate")->required();
    certificate->add_option("--ca-key", wanted_.tls.authority_key, "The authority's key")->required();
    certificate->add_option("--use", wanted_.tls.use, "server, client or both")->capture_default_str();
    certificate->add_option("--host", wanted_.tls.hosts,
                            "A DNS name, IP address or URI it is good for; several times for several. "
                            "A server's, without one: localhost, 127.0.0.1 and ::1");
    add_making(certificate, 365);
  }
  void add_making(CLI::App* made, int days) {
    made->add_option("--days", wanted_.tls.days,
                     "How long it is good: " + std::to_string(days) + " days unless said");
    made->add_option("--dir", wanted_.directory, "Where the files go; this directory unless said");
  }

  CLI::App* family(const std::string& name, const std::string& help) { return family(app_, name, help); }
  CLI::App* family(CLI::App& parent, const std::string& name, const std::string& help) {
    CLI::App* made = parent.add_subcommand(name, help);
    made->require_subcommand(1)->fallthrough();
    return made;
  }
  CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& help, Verb verb) {
    CLI::App* made = parent.add_subcommand(name, help);
    made->fallthrough()->callback([this, verb] { verb_ = verb; });
    made->footer(
        "Options of every command: --server, --namespace, --group, -o, --timeout, --ca-file, --client-cert, "
        "--client-key, --insecure-skip-verify (batata --help).\n");
    return made;
  }
  void add_name(CLI::App* made) { made->add_option("DATA_ID", wanted_.data_id, "Name of it")->required(); }
  void add_paging(CLI::App* made) {
    made->add_option("--page", wanted_.page, "Which page, from 1")->capture_default_str();
    made->add_option("--size", wanted_.page_size, "Lines on a page, up to 500")->capture_default_str();
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
  static Explanation wrong(const std::string& what) { return {ExitCode::kUsage, what}; }

  CLI::App app_{"batata: configuration and service discovery that speaks Nacos", "batata"};
  Invocation wanted_;
  std::optional<Verb> verb_;  // nothing: `server` or `help`, the only commands that are none of ours
  std::string output_ = "table", timeout_ = "10s";
};

}  // namespace

std::variant<Invocation, Explanation> parse_command_line(const std::vector<std::string>& words,
                                                         const std::string& default_server) {
  return Grammar(default_server).parse(words);
}

}  // namespace batata::cli
