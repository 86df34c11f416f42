#include "cli/access/access_commands.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/program_runs.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

const std::string kDone = http(200, R"({"code":200,"message":null,"data":"ok!"})");
constexpr const char* kSpaces = "GET /nacos/v1/console/namespaces";
const std::string kTwoSpaces = http(
    200,
    R"({"code":200,"data":[{"namespace":"","namespaceShowName":"public","namespaceDesc":"Default","configCount":3},)"
    R"({"namespace":"dev","namespaceShowName":"Dev","namespaceDesc":null,"configCount":0}]})");

TEST(Users, AreListed) {
  const std::string target = "GET /nacos/v1/auth/users?search=accurate&pageNo=1&pageSize=100";
  const std::string answer = http(
      200,
      R"({"totalCount":2,"pageItems":[{"username":"nacos","password":"******"},{"username":"ann","password":"******"}]})");
  TinyServer server({{target, answer}});
  EXPECT_EQ(run_against(server, {"user", "list"}).out, "USER\nnacos\nann\n");
  TinyServer again({{target, answer}});
  EXPECT_EQ(run_against(again, {"user", "list", "-o", "json"}).out,
            R"({"total":2,"page":1,"users":[{"username":"nacos"},{"username":"ann"}]})"
            "\n");
}

TEST(Users, AreMadeWithAPasswordThatIsAskedForAndNeverShown) {
  TinyServer server({{"POST /nacos/v1/auth/users", kDone}});
  const Ran ran = run_against(server, {"user", "create", "ann"}, {.password = "a &=secret"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out, "created user ann\n");
  EXPECT_EQ(ran.error, "password of ann: ");
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_TRUE(server.requests[0].ends_with("\r\n\r\nusername=ann&password=a%20%26%3Dsecret"))
      << server.requests[0];

  TinyServer changing({{"PUT /nacos/v1/auth/users", kDone}});
  EXPECT_EQ(run_against(changing, {"user", "password", "ann"}, {.password = "b"}).out,
            "changed the password of user ann\n");
  EXPECT_TRUE(changing.requests.at(0).ends_with("username=ann&newPassword=b")) << changing.requests.at(0);
}

TEST(Users, HavePasswordsThatAServerTakes) {
  EXPECT_EQ(run_words({"user", "create", "ann"}, {.password = " "}).code, 2);
  EXPECT_EQ(run_words({"user", "create", "ann"}, {.password = std::string(73, 'x')}).code, 2);
}

TEST(Access, WhatIsThereAlreadyOrIsNotHasItsExitCode) {
  const std::tuple<std::vector<std::string>, std::string, std::string, int> table[] = {
      {{"user", "create", "ann"}, "POST /nacos/v1/auth/users", "caused: user 'ann' already exist!;", 4},
      {{"user", "password", "ann"}, "PUT /nacos/v1/auth/users", "caused: user ann not exist!;", 3},
      {{"user", "delete", "nacos"},
       "DELETE /nacos/v1/auth/users?username=nacos",
       "caused: cannot delete admin: nacos;",
       2},
      {{"role", "create", "dev", "bob"}, "POST /nacos/v1/auth/roles", "caused: user 'bob' not found!;", 3},
      {{"permission", "create", "dev", "*", "r"},
       "POST /nacos/v1/auth/permissions",
       "caused: role dev not found!;",
       3}};
  for (const auto& [words, target, said, code] : table) {
    TinyServer server({{target, http(400, said)}});
    const Ran ran = run_against(server, words, {.password = "secret"});
    EXPECT_EQ(ran.code, code) << ran.error;
    EXPECT_NE(ran.error.find("\nnext: "), std::string::npos) << ran.error;
  }
}

TEST(Access, RefusalsExitWithFive) {
  TinyServer server(
      {{"DELETE /nacos/v1/auth/users?username=ann", http(403, R"({"message":"user not found!"})")}});
  const Ran ran = run_against(server, {"user", "delete", "ann"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_NE(ran.error.find("next: sign in: "), std::string::npos) << ran.error;
}

TEST(Roles, AreGivenTakenAndListed) {
  TinyServer giving({{"POST /nacos/v1/auth/roles", kDone}});
  EXPECT_EQ(run_against(giving, {"role", "create", "dev", "ann"}).out, "gave role dev to user ann\n");
  EXPECT_TRUE(giving.requests.at(0).ends_with("role=dev&username=ann"));
  TinyServer taking({{"DELETE /nacos/v1/auth/roles?role=dev&username=", kDone}});
  EXPECT_EQ(run_against(taking, {"role", "delete", "dev", "--all", "-o", "json"}).out,
            R"({"role":"dev","user":"","done":true})"
            "\n");
  TinyServer untouched({});
  EXPECT_EQ(run_against(untouched, {"role", "delete", "dev", ""}).code, 2);
  EXPECT_EQ(run_against(untouched, {"role", "delete", "dev", "ann", "--all"}).code, 2);
  EXPECT_TRUE(untouched.requests.empty());
  TinyServer listing({{"GET /nacos/v1/auth/roles?username=ann&role=&search=accurate&pageNo=1&pageSize=100",
                       http(200, R"({"totalCount":1,"pageItems":[{"role":"dev","username":"ann"}]})")}});
  EXPECT_EQ(run_against(listing, {"role", "list", "--user", "ann"}).out, "ROLE  USER\ndev   ann\n");
}

TEST(Permissions, AreGivenTakenAndListed) {
  TinyServer giving({{"POST /nacos/v1/auth/permissions", kDone}});
  EXPECT_EQ(run_against(giving, {"permission", "create", "dev", "public:*:*", "rw"}).out,
            "gave role dev permission rw on public:*:*\n");
  EXPECT_TRUE(giving.requests.at(0).ends_with("role=dev&resource=public%3A%2A%3A%2A&action=rw"));
  TinyServer taking(
      {{"DELETE /nacos/v1/auth/permissions?role=dev&resource=public%3A%2A%3A%2A&action=rw", kDone}});
  EXPECT_EQ(run_against(taking, {"permission", "delete", "dev", "public:*:*", "rw"}).out,
            "took from role dev permission rw on public:*:*\n");
  TinyServer listing(
      {{"GET /nacos/v1/auth/permissions?role=&search=accurate&pageNo=1&pageSize=100",
        http(200,
             R"({"totalCount":1,"pageItems":[{"role":"dev","resource":"public:*:*","action":"rw"}]})")}});
  EXPECT_EQ(run_against(listing, {"permission", "list"}).out,
            "ROLE  RESOURCE    ACTION\ndev   public:*:*  rw\n");
}

TEST(Namespaces, AreListedMadeChangedAndDeleted) {
  TinyServer listing({{kSpaces, kTwoSpaces}});
  EXPECT_EQ(run_against(listing, {"namespace", "list"}).out,
            "ID      NAME    CONFIGS  DESCRIPTION\npublic  public  3        Default\ndev     Dev     0\n");
  TinyServer making({{kSpaces, kTwoSpaces}, {"POST /nacos/v1/console/namespaces", http(200, "true")}});
  EXPECT_EQ(run_against(making, {"namespace", "create", "test", "-o", "json"}).out,
            "{\"id\":\"test\",\"created\":true}\n");
  EXPECT_TRUE(making.requests.at(1).ends_with("customNamespaceId=test&namespaceName=test&namespaceDesc="));
  TinyServer changing({{kSpaces, kTwoSpaces}, {"PUT /nacos/v1/console/namespaces", http(200, "true")}});
  EXPECT_EQ(run_against(changing, {"namespace", "update", "dev", "--description", "d"}).out,
            "changed namespace dev\n");
  EXPECT_TRUE(changing.requests.at(1).ends_with("namespace=dev&namespaceShowName=Dev&namespaceDesc=d"));
  TinyServer deleting(
      {{kSpaces, kTwoSpaces}, {"DELETE /nacos/v1/console/namespaces?namespaceId=dev", http(200, "true")}});
  EXPECT_EQ(run_against(deleting, {"namespace", "delete", "dev"}).out, "deleted namespace dev\n");
}

TEST(Namespaces, ThatAreNotThereOrAreAlreadyAreNotChanged) {
  for (const auto& [words, code] :
       std::vector<std::pair<std::vector<std::string>, int>>{{{"namespace", "create", "dev"}, 4},
                                                             {{"namespace", "update", "other"}, 3},
                                                             {{"namespace", "delete", "other"}, 3}}) {
    TinyServer server({{kSpaces, kTwoSpaces}});
    const Ran ran = run_against(server, words);
    EXPECT_EQ(ran.code, code) << ran.error;
    EXPECT_NE(ran.error.find("next: `batata namespace list` shows"), std::string::npos) << ran.error;
    EXPECT_EQ(server.requests.size(), 1u);
  }
  TinyServer server({});
  EXPECT_EQ(run_against(server, {"namespace", "delete", "public"}).code, 2);
}

}  // namespace
}  // namespace batata::cli
