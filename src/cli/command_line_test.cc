#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace batata::cli {
namespace {

using std::chrono::milliseconds;
using Words = std::vector<std::string>;

Invocation understood(const Words& words) {
  const auto parsed = parse_command_line(words, "127.0.0.1:8848");
  if (const auto* explanation = std::get_if<Explanation>(&parsed)) {
    ADD_FAILURE() << explanation->text;
    return {};
  }
  return std::get<Invocation>(parsed);
}
Explanation explained(const Words& words) {
  const auto parsed = parse_command_line(words, "127.0.0.1:8848");
  if (std::holds_alternative<Invocation>(parsed)) {
    ADD_FAILURE() << words.back() << " was understood";
    return {};
  }
  return std::get<Explanation>(parsed);
}

// No default: a verb without a row here does not compile.
// NOLINTNEXTLINE(readability-function-size): a table
Words words_of(Verb verb) {
  switch (verb) {
    case Verb::kVersion:
      return {"version"};
    case Verb::kStatus:
      return {"status"};
    case Verb::kConfigGet:
      return {"config", "get", "app.yaml"};
    case Verb::kConfigSet:
      return {"config", "set", "app.yaml", "a: 1"};
    case Verb::kConfigDelete:
      return {"config", "delete", "app.yaml"};
    case Verb::kConfigList:
      return {"config", "list"};
    case Verb::kConfigWatch:
      return {"config", "watch", "app.yaml", "b"};
    case Verb::kConfigHistory:
      return {"config", "history", "app.yaml"};
    case Verb::kConfigDiff:
      return {"config", "diff", "app.yaml", "7"};
    case Verb::kConfigRollback:
      return {"config", "rollback", "app.yaml", "7"};
    case Verb::kConfigExport:
      return {"config", "export", "all.zip"};
    case Verb::kConfigImport:
      return {"config", "import", "all.zip"};
    case Verb::kServiceList:
      return {"service", "list"};
    case Verb::kServiceShow:
      return {"service", "show", "web"};
    case Verb::kServiceRegister:
      return {"service", "register", "web", "10.0.0.1:80"};
    case Verb::kServiceDeregister:
      return {"service", "deregister", "web", "10.0.0.1:80"};
    case Verb::kServiceWatch:
      return {"service", "watch", "web"};
    case Verb::kNamespaceList:
      return {"namespace", "list"};
    case Verb::kNamespaceCreate:
      return {"namespace", "create", "dev"};
    case Verb::kNamespaceUpdate:
      return {"namespace", "update", "dev", "--name", "Dev"};
    case Verb::kNamespaceDelete:
      return {"namespace", "delete", "dev"};
    case Verb::kUserList:
      return {"user", "list"};
    case Verb::kUserCreate:
      return {"user", "create", "ann"};
    case Verb::kUserPassword:
      return {"user", "password", "ann"};
    case Verb::kUserDelete:
      return {"user", "delete", "ann"};
    case Verb::kRoleList:
      return {"role", "list"};
    case Verb::kRoleCreate:
      return {"role", "create", "dev", "ann"};
    case Verb::kRoleDelete:
      return {"role", "delete", "dev"};
    case Verb::kPermissionList:
      return {"permission", "list"};
    case Verb::kPermissionCreate:
      return {"permission", "create", "dev", "public:*:*", "rw"};
    case Verb::kPermissionDelete:
      return {"permission", "delete", "dev", "public:*:*", "rw"};
    case Verb::kDoctor:
      return {"doctor", "data"};
    case Verb::kBackup:
      return {"backup", "file"};
    case Verb::kRestore:
      return {"restore", "file", "--data-dir", "data"};
    case Verb::kRepair:
      return {"repair", "data", "--drop-tail"};
    case Verb::kTop:
      return {"top"};
    case Verb::kCompletion:
      return {"completion", "bash"};
    case Verb::kProfileAdd:
      return {"profile", "add", "prod"};
    case Verb::kProfileList:
      return {"profile", "list"};
    case Verb::kProfileUse:
      return {"profile", "use", "prod"};
    case Verb::kProfileRemove:
      return {"profile", "remove", "prod"};
    case Verb::kTlsCaCreate:
      return {"tls", "ca", "create"};
    case Verb::kTlsCertCreate:
      return {"tls", "cert", "create", "node-1", "--ca", "a.pem", "--ca-key", "a-key.pem"};
    case Verb::kLogLevel:
      return {"log", "level", "debug"};
  }
  return {};
}

TEST(CommandLine, EveryCommandIsUnderstood) {
  int verbs = 0;
  for (;; ++verbs) {
    const auto verb = static_cast<Verb>(verbs);
    const Words words = words_of(verb);
    if (words.empty()) break;
    EXPECT_EQ(understood(words).verb, verb) << words.front();
  }
  EXPECT_GE(verbs, 14);
}

TEST(CommandLine, TheServersWordIsTheFirstOne) {
  for (const Words& words : std::vector<Words>{{"-o", "json", "server"},
                                               {"--timeout", "5s", "server"},
                                               {"-o", "json", "server", "--port", "7000"}}) {
    const Explanation explanation = explained(words);
    EXPECT_EQ(explanation.code, ExitCode::kUsage);
    EXPECT_TRUE(explanation.text.starts_with("`server` and `help` come first")) << explanation.text;
  }
}

TEST(CommandLine, DefaultsAreTheOnesTheHelpShows) {
  const Invocation wanted = understood({"config", "list"});
  EXPECT_EQ(wanted.server, "127.0.0.1:8848");
  EXPECT_EQ(wanted.space, "");
  EXPECT_EQ(wanted.group, std::nullopt);
  EXPECT_FALSE(wanted.json);
  EXPECT_EQ(wanted.timeout, milliseconds(10'000));
  EXPECT_EQ(wanted.page, 1);
  EXPECT_EQ(wanted.page_size, 100);
}

TEST(CommandLine, GlobalOptionsStandBeforeOrBehindTheCommand) {
  const Words options{"-o", "json", "--server", "h:1", "--namespace=n", "--group", "g", "--timeout", "500ms"};
  Words before = options, behind{"config", "get", "x"};
  before.insert(before.end(), {"config", "get", "x"});
  behind.insert(behind.end(), options.begin(), options.end());
  for (const Words& words : {before, behind}) {
    const Invocation wanted = understood(words);
    EXPECT_EQ(wanted.verb, Verb::kConfigGet);
    EXPECT_EQ(wanted.data_id, "x");
    EXPECT_TRUE(wanted.json);
    EXPECT_EQ(wanted.server, "h:1");
    EXPECT_EQ(wanted.space, "n");
    EXPECT_EQ(wanted.group, "g");
    EXPECT_EQ(wanted.timeout, milliseconds(500));
  }
}

TEST(CommandLine, ConfigSetTakesContentFromAWordOrAFile) {
  const Invocation word = understood({"config", "set", "x", "a: 1", "--type", "yaml", "--cas-md5", "0123"});
  EXPECT_EQ(word.content, "a: 1");
  EXPECT_EQ(word.type, "yaml");
  EXPECT_EQ(word.cas_md5.value_or(""), "0123");
  const Invocation file = understood({"config", "set", "x", "-f", "app.yaml"});
  EXPECT_EQ(file.content, std::nullopt);
  EXPECT_EQ(file.file, "app.yaml");
  const Invocation input = understood({"config", "set", "x"});
  EXPECT_EQ(input.content, std::nullopt);
  EXPECT_EQ(input.file, "");
  EXPECT_EQ(understood({"config", "set", "x", "--", "--dashes"}).content, "--dashes");
  explained({"config", "set", "x", "content", "-f", "file"});
}

TEST(CommandLine, NamesOfCommandsAreGoodDataIds) {
  for (const char* name : {"status", "version", "config", "list", "get", "server", "service"}) {
    const Invocation wanted = understood({"config", "get", name});
    EXPECT_EQ(wanted.verb, Verb::kConfigGet) << name;
    EXPECT_EQ(wanted.data_id, name);
  }
}

TEST(CommandLine, ListsTakeAPatternAndPages) {
  const Invocation wanted = understood({"config", "list", "app*", "--page", "3", "--size", "20"});
  EXPECT_EQ(wanted.data_id, "app*");
  EXPECT_EQ(wanted.page, 3);
  EXPECT_EQ(wanted.page_size, 20);
}

TEST(CommandLine, WhatIsNotUnderstoodIsAUsageError) {
  for (const Words& words :
       std::vector<Words>{{"nothing"},
                          {"config"},
                          {"config", "get"},
                          {"config", "fetch", "x"},
                          {"config", "get", "x", "y"},
                          {"config", "get", "x", "--colour"},
                          {"service"},
                          {"service", "register", "web"},
                          {"service", "register", "web", "10.0.0.1:80", "--weight", "-1"},
                          {"service", "register", "web", "10.0.0.1:80", "--weight", "nan"},
                          {"user", "create", "ann", "password"},
                          {"permission", "create", "dev", "*", "all"},
                          {"status", "-o", "xml"},
                          {"status", "--timeout", "soon"},
                          {"status", "--timeout", "0ms"},
                          {"config", "import", "x.zip", "--policy", "merge"},
                          {"config", "rollback", "x", "0"},
                          {"config", "rollback", "x", "-1"},
                          {"config", "diff", "x"},
                          {"config", "watch"},
                          {"config", "list", "--page", "0"},
                          {"config", "list", "--size", "501"},
                          {"config", "list", "--size", "many"},
                          {"-o", "json"}}) {
    const Explanation explanation = explained(words);
    EXPECT_EQ(explanation.code, ExitCode::kUsage) << words.back();
    EXPECT_FALSE(explanation.text.empty());
  }
}

TEST(CommandLine, AWordThatIsNoCommandIsNamedWithThoseThatAre) {
  EXPECT_EQ(explained({"confg", "list"}).text,
            "there is no command 'confg' here, but server, help, version, status, top, completion, doctor, "
            "backup, restore, repair, "
            "config, service, profile, namespace, user, role, permission, tls, log");
  EXPECT_EQ(explained({"tls", "cert", "make"}).text, "there is no command 'make' here, but create");
  EXPECT_EQ(explained({"config", "fetch", "x"}).text,
            "there is no command 'fetch' here, but get, set, delete, list, watch, history, diff, rollback, "
            "export, import");
}

TEST(CommandLine, HelpIsThatOfTheCommandThatWasNamed) {
  const Explanation all = explained({"--help"});
  EXPECT_EQ(all.code, ExitCode::kDone);
  for (const char* part : {"config", "service", "status", "version", "server", "--namespace", "BATATA_ADDR",
                           "Exit codes: 0 done"}) {
    EXPECT_NE(all.text.find(part), std::string::npos) << part << " in\n" << all.text;
  }
  const Explanation set = explained({"config", "set", "--help"});
  EXPECT_EQ(set.code, ExitCode::kDone);
  EXPECT_NE(set.text.find("--cas-md5"), std::string::npos) << set.text;
  EXPECT_NE(set.text.find("batata config set"), std::string::npos) << set.text;
}

}  // namespace
}  // namespace batata::cli
