#include "cli/profiles/profile_commands.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "cli/profiles/profiles.h"
#include "tests/support/program_runs.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

constexpr const char* kGet = "GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP";
constexpr const char* kGetOfDev = "GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP&tenant=dev";

class ProfileTest : public ::testing::Test {
 protected:
  Ran run(const std::vector<std::string>& words, std::vector<std::string> environment = {}) {
    environment.push_back("XDG_CONFIG_HOME=" + (directory_ / "config"));
    return run_words(words, {.environment = std::move(environment)});
  }
  std::string token_file(const std::string& token, int mode = 0600) {
    const std::string path = directory_ / "token";
    std::ofstream(path) << token;
    ::chmod(path.c_str(), static_cast<mode_t>(mode));
    return path;
  }
  TempDirectory directory_;
};

TEST_F(ProfileTest, KeepNeitherAPasswordNorTheWishToTrustAnybody) {
  const Ran account = run({"profile", "add", "bad", "--server", "https://admin:s3cret@prod:8848"});
  EXPECT_EQ(account.code, 2);
  EXPECT_EQ(account.error.find("s3cret"), std::string::npos) << account.error;
  EXPECT_EQ(run({"profile", "add", "bad", "--server", "::::"}).code, 2);
  EXPECT_EQ(run({"profile", "add", "bad", "--server", "prod", "--insecure-skip-verify"}).code, 2);
  EXPECT_EQ(run({"profile", "list"}).out, "USED  NAME  SERVER  NAMESPACE  TOKEN FILE\n");
}

TEST_F(ProfileTest, ThatCannotBeReadAreInNobodysWayWhoAsksNoServer) {
  ASSERT_EQ(run({"profile", "add", "prod", "--server", "prod"}).code, 0);
  std::ofstream(directory_ / "config/batata/profiles.json") << "{";
  EXPECT_EQ(run({"version"}).code, 0);
  EXPECT_EQ(run({"completion", "bash"}).code, 0);
  EXPECT_NE(run({"status"}).error.find("profiles.json"), std::string::npos);
}

TEST_F(ProfileTest, AreAddedListedUsedAndRemoved) {
  EXPECT_EQ(run({"profile", "list"}).out, "USED  NAME  SERVER  NAMESPACE  TOKEN FILE\n");
  EXPECT_EQ(run({"profile", "add", "prod", "--server", "https://prod:8848", "--namespace", "shop"}).out,
            "added profile prod, for https://prod:8848\n");
  EXPECT_EQ(run({"profile", "add", "dev", "--server", "dev", "--token-file", "/secrets/dev"}).code, 0);
  EXPECT_EQ(run({"profile", "use", "dev"}).out, "using profile dev from now on\n");
  EXPECT_EQ(run({"profile", "list"}).out,
            "USED  NAME  SERVER             NAMESPACE  TOKEN FILE\n"
            "*     dev   dev                           /secrets/dev\n"
            "      prod  https://prod:8848  shop\n");
  EXPECT_EQ(run({"profile", "remove", "dev", "-o", "yaml"}).out, "profile: dev\ndone: true\n");
  EXPECT_EQ(
      run({"profile", "list", "-o", "json"}).out,
      R"({"current":"","profiles":[{"name":"prod","server":"https://prod:8848","namespace":"shop","group":"",)"
      R"("tokenFile":"","caFile":"","clientCert":"","clientKey":""}]})"
      "\n");
}

TEST_F(ProfileTest, AreInAFileThatOnlyItsOwnerReads) {
  ASSERT_EQ(run({"profile", "add", "prod", "--server", "prod"}).code, 0);
  struct stat about{};
  ASSERT_EQ(::stat((directory_ / "config/batata/profiles.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_EQ(profiles_path({"HOME=/home/ann"}), "/home/ann/.config/batata/profiles.json");
  EXPECT_EQ(profiles_path({"HOME=/home/ann", "XDG_CONFIG_HOME=relative"}),
            "/home/ann/.config/batata/profiles.json");
  EXPECT_EQ(profiles_path({}), "");
  EXPECT_EQ(run_words({"profile", "add", "prod"}).code, 2);
}

TEST_F(ProfileTest, WhatIsNotThereOrIsAlreadyIsRefusedAndADamagedFileIsLeft) {
  EXPECT_EQ(run({"profile", "use", "prod"}).code, 3);
  EXPECT_EQ(run({"profile", "remove", "prod"}).code, 3);
  EXPECT_EQ(run({"profile", "add", "a b"}).code, 2);
  ASSERT_EQ(run({"profile", "add", "prod"}).code, 0);
  const Ran again = run({"profile", "add", "prod"});
  EXPECT_EQ(again.code, 4);
  EXPECT_EQ(again.error,
            "batata: there is a profile prod already\n"
            "next: name another, or remove it first with `batata profile remove`\n");
  std::ofstream(directory_ / "config/batata/profiles.json") << "no json";
  EXPECT_EQ(run({"profile", "add", "dev"}).code, 7);
  EXPECT_EQ(run({"config", "get", "a"}).code, 7);
}

TEST_F(ProfileTest, SaysWhereTheServerIsAndWhoAsks) {
  TinyServer server({{kGetOfDev, http(200, "one")}});
  ASSERT_EQ(run({"profile", "add", "dev", "--server", server.address(), "--namespace", "dev", "--token-file",
                 token_file("t0k3n\n")})
                .code,
            0);
  const Ran named =
      run({"config", "get", "a", "--profile", "dev"}, {"BATATA_ADDR=127.0.0.1:1", "BATATA_TOKEN=other"});
  EXPECT_EQ(named.out, "one") << named.error;
  EXPECT_EQ(named.error, "");
  EXPECT_EQ(run({"config", "get", "a"}, {"BATATA_PROFILE=dev"}).out, "one");
  ASSERT_EQ(run({"profile", "use", "dev"}).code, 0);
  EXPECT_EQ(run({"config", "get", "a"}).out, "one");
  server.stop();
  ASSERT_EQ(server.requests.size(), 3u);
  for (const std::string& request : server.requests)
    EXPECT_NE(request.find("\r\naccessToken: t0k3n\r\n"), std::string::npos) << request;
}

TEST_F(ProfileTest, GivesItsTokenToNoOtherServer) {
  ASSERT_EQ(run({"profile", "add", "dev", "--server", "dev", "--token-file", token_file("t0k3n")}).code, 0);
  ASSERT_EQ(run({"profile", "use", "dev"}).code, 0);
  TinyServer server({{kGet, http(200, "one")}});
  EXPECT_EQ(run({"config", "get", "a", "--server", server.address()}).out, "one");
  EXPECT_EQ(run({"config", "get", "a", "--server", server.address()}, {"BATATA_PROFILE=dev"}).out, "one");
  EXPECT_EQ(run({"config", "get", "a"}, {"BATATA_ADDR=" + server.address()}).out, "one");
  server.stop();
  for (const std::string& request : server.requests)
    EXPECT_EQ(request.find("t0k3n"), std::string::npos) << request;
  EXPECT_EQ(run({"config", "get", "a", "--server", "x", "--profile", "dev"}).code, 2);
}

TEST_F(ProfileTest, OneThatIsNotThereIsNotPassedOver) {
  const Ran ran = run({"config", "get", "a", "--profile", "prod"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.error,
            "batata: there is no profile prod\n"
            "next: `batata profile list` shows those that are there; `batata profile add` makes one\n");
}

TEST_F(ProfileTest, ATokenComesFromAFileThatOthersShouldNotRead) {
  TinyServer server({{kGet, http(200, "one")}});
  const std::vector<std::string> get{"config", "get", "a", "--server", server.address()};
  const auto with_file = [&](const std::string& file) {
    auto words = get;
    words.insert(words.end(), {"--token-file", file});
    return run(words);
  };
  const Ran open = with_file(token_file("t0k3n", 0644));
  EXPECT_EQ(open.out, "one");
  EXPECT_EQ(open.error, "warning: others can read the token in " + (directory_ / "token") + "\n");
  EXPECT_EQ(run(get, {"BATATA_TOKEN_FILE=" + token_file("fr0m-env", 0600)}).out, "one");
  EXPECT_EQ(with_file(token_file("")).code, 2);
  EXPECT_EQ(with_file(token_file("two words")).code, 2);
  EXPECT_EQ(with_file("/nowhere").code, 3);
  server.stop();
  ASSERT_EQ(server.requests.size(), 2u);
  EXPECT_NE(server.requests[0].find("\r\naccessToken: t0k3n\r\n"), std::string::npos);
}

}  // namespace
}  // namespace batata::cli
