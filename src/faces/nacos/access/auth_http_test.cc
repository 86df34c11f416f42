#include "faces/nacos/access/auth_http.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "faces/nacos/common/http_answers.h"
#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

using wire::Method;

std::string success(std::string_view text) {
  return R"({"code":0,"message":"success","data":")" + std::string(text) + "\"}";
}
std::string rest(std::string_view text) {
  return R"({"code":200,"message":null,"data":")" + std::string(text) + "\"}";
}
std::string message_of(const wire::Response& response) {
  const auto json = json::parse(response.body);
  return json ? (*json)["message"].as_text().value_or("") : response.body;
}

class AuthOverHttp : public testing::Test {
 protected:
  wire::Response admin(Method method, std::string target, std::string form = {}) {
    return house.as("nacos", method, std::move(target), std::move(form));
  }
  wire::Response nobody(Method method, std::string target, std::string form = {}) {
    return house.as("", method, std::move(target), std::move(form));
  }
  void expect(const wire::Response& response, int status, std::string_view body) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, body);
  }
  GuardedHouse house;
};

TEST_F(AuthOverHttp, S11TheFirstAdministratorIsMadeOnce) {
  AccessOptions rules = guarded();
  House fresh(under(rules));
  const auto state = [&fresh] { return (*fresh.ask(Method::kGet, "/nacos/v1/console/server/state"))->body; };
  EXPECT_NE(state().find(R"("auth_enabled":"true","auth_system_type":"nacos","auth_admin_request":"true",)"
                         R"("login_page_enabled":"true")"),
            std::string::npos);
  const auto made = *fresh.ask(Method::kPost, "/nacos/v3/auth/user/admin", "password=first");
  EXPECT_EQ(made->body, R"({"code":0,"message":"success","data":{"username":"nacos","password":"first"}})");
  EXPECT_NE(state().find(R"("auth_admin_request":"false")"), std::string::npos);
  for (const std::string path : {"/nacos/v3/auth/user/admin", "/v3/auth/user/admin"}) {
    const auto again = *fresh.ask(Method::kPost, path, "password=second");
    EXPECT_EQ(again->status, 200);
    EXPECT_EQ(again->body, R"({"code":409,"message":"have admin user cannot use it.","data":null})");
  }
  for (const std::string path : {"/nacos/v1/auth/admin", "/nacos/v1/auth/users/admin"}) {
    const auto again = *fresh.ask(Method::kPost, path);
    EXPECT_EQ(again->body, R"({"code":409,"message":null,"data":"have admin user cannot use it"})");
  }
  EXPECT_EQ((*fresh.ask(Method::kPost, "/nacos/v1/auth/login", "username=nacos&password=second"))->status,
            403);
  EXPECT_EQ((*fresh.ask(Method::kPost, "/nacos/v1/auth/login", "username=nacos&password=first"))->status,
            200);
}

TEST_F(AuthOverHttp, S11OfAHundredAtOnceOneMakesTheAdministrator) {
  AccessOptions rules = guarded();
  House fresh(under(rules));
  std::vector<std::shared_ptr<std::optional<wire::Response>>> answers;
  for (int i = 0; i < 100; ++i) {
    const std::string path = i % 2 == 0 ? "/nacos/v1/auth/users/admin" : "/v3/auth/user/admin";
    answers.push_back(fresh.ask(Method::kPost, path, "password=p" + std::to_string(i), {}, Duration::zero()));
  }
  fresh.runtime.run_for(std::chrono::seconds(10));
  int made = 0;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer->has_value());
    made += (*answer)->body.find("\"username\":\"nacos\"") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(made, 1);
}

TEST_F(AuthOverHttp, APasswordIsInventedForAnAdministratorWithoutOne) {
  AccessOptions rules = guarded();
  House fresh(under(rules));
  const auto body = (*fresh.ask(Method::kPost, "/nacos/v1/auth/users/admin"))->body;
  const auto made = json::parse(body);
  ASSERT_TRUE(made);
  const std::string password((*made)["password"].as_string().value_or(""));
  EXPECT_GE(password.size(), 16u);
  EXPECT_EQ((*fresh.ask(Method::kPost, "/v3/auth/user/login", "username=nacos&password=" + password))->status,
            200);
}

TEST_F(AuthOverHttp, ALoginGivesATokenThatOpensWhatItsUserMay) {
  for (const std::string path : {"/nacos/v1/auth/login", "/nacos/v1/auth/users/login",
                                 "/nacos/v3/auth/user/login", "/v3/auth/user/login"}) {
    const auto response = nobody(Method::kPost, path + "?username=nacos", "password=pw");
    EXPECT_EQ(response.status, 200) << path;
    const auto json = json::parse(response.body);
    ASSERT_TRUE(json);
    const std::string token((*json)["accessToken"].as_string().value_or(""));
    EXPECT_EQ(response.body,
              R"({"accessToken":")" + token + R"(","tokenTtl":18000,"globalAdmin":true,"username":"nacos"})");
    EXPECT_EQ(response.headers, "Authorization: Bearer " + token + "\r\n");
    EXPECT_EQ(nobody(Method::kGet, "/v3/auth/user/search?username=j&accessToken=" + token).body,
              R"({"code":0,"message":"success","data":["joe"]})");
  }
  const auto joe = nobody(Method::kPost, "/nacos/v1/auth/login?username=joe&password=secret1");
  EXPECT_NE(joe.body.find(R"("globalAdmin":false,"username":"joe")"), std::string::npos);
}

TEST_F(AuthOverHttp, AWrongPasswordAndAnUnknownUserAreToldAlike) {
  const std::pair<std::string, std::string> doors[] = {
      {"/nacos/v1/auth/login", "user not found!"},
      {"/nacos/v3/auth/user/login", "Access Denied"},
      {"/v3/auth/user/login", "User not found! Please check user exist or password is right!"}};
  for (const auto& [path, text] : doors) {
    GuardedHouse fresh;  // else the address would be locked
    for (const std::string form :
         {"username=nacos&password=x", "username=ghost&password=x", "username=nacos&password="}) {
      const auto response = fresh.as("", Method::kPost, path, form);
      EXPECT_EQ(response.status, 403) << path << form;
      EXPECT_EQ(message_of(response), text) << path << form;
    }
  }
}

TEST_F(AuthOverHttp, ALoginWithoutItsParametersIsToldAsEachDoorTellsIt) {
  expect(nobody(Method::kPost, "/nacos/v1/auth/users/login", "username=nacos"), 500,
         "caused: Required request parameter &#39;password&#39; for method parameter type String is not "
         "present;");
  const auto v3 = nobody(Method::kPost, "/nacos/v3/auth/user/login");
  EXPECT_EQ(v3.status, 500);
  EXPECT_EQ(message_of(v3), "No message available");
  EXPECT_EQ(nobody(Method::kPost, "/v3/auth/user/login").status, 403);
}

TEST_F(AuthOverHttp, S09GuessingIsStopped) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=x").status, 403);
  const auto locked = nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=secret1");
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=ghost&password=x").body, locked.body);
  const auto as_parameters =
      nobody(Method::kGet, "/nacos/v1/cs/configs?dataId=d&group=g&username=joe&password=x");
  EXPECT_EQ(as_parameters.status, 429);
  house.runtime.run_for(std::chrono::minutes(16));
  EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=secret1").status, 200);
}

TEST_F(AuthOverHttp, UsersOfV1) {
  for (const std::string users : {"/nacos/v1/auth", "/nacos/v1/auth/users"}) {
    expect(admin(Method::kPost, users, "username=ann&password=a"), 200, rest("create user ok!"));
    expect(admin(Method::kPost, users, "username=ann&password=a"), 400, "caused: user 'ann' already exist!;");
    EXPECT_TRUE(
        admin(Method::kPost, users, "username=nacos&password=x")
            .body.starts_with(R"({"code":409,"message":null,"data":"User `nacos` is default admin user.)"));
    expect(
        admin(Method::kGet, users + "?search=blur&pageNo=1&pageSize=10&username=a*"), 200,
        R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"username":"ann","password":"******"}]})");
    expect(admin(Method::kGet, users + "?search=accurate&pageNo=1&pageSize=10&username=zz"), 200,
           R"({"totalCount":0,"pageNumber":1,"pagesAvailable":0,"pageItems":[]})");
    expect(
        admin(Method::kGet, users + "?search=accurate"), 500,
        "caused: Required request parameter &#39;pageNo&#39; for method parameter type int is not present;");
    expect(admin(Method::kGet, users + "/search?username=a"), 200, R"(["ann"])");
    expect(admin(Method::kPut, users, "username=ann&newPassword=b"), 200, rest("update user ok!"));
    expect(admin(Method::kPut, users, "username=ghost&newPassword=b"), 400, "caused: user ghost not exist!;");
    expect(admin(Method::kPut, users, "username=ann"), 500,
           "caused: Required request parameter &#39;newPassword&#39; for method parameter type String is not "
           "present;");
    expect(admin(Method::kDelete, users + "?username=ann"), 200, rest("delete user ok!"));
    expect(admin(Method::kDelete, users + "?username=ann"), 200, rest("delete user ok!"));
    expect(admin(Method::kDelete, users), 500,
           "caused: Required request parameter &#39;username&#39; for method parameter type String is not "
           "present;");
  }
}

TEST_F(AuthOverHttp, RolesAndPermissionsOfV1) {
  const std::string roles = "/nacos/v1/auth/roles", permissions = "/nacos/v1/auth/permissions";
  expect(admin(Method::kPost, roles, "role=ops&username=joe"), 200, rest("add role ok!"));
  expect(admin(Method::kPost, roles, "role=ops&username=joe"), 400,
         "caused: user 'joe' already bound to the role 'ops'!;");
  expect(admin(Method::kPost, roles, "role=ops&username=ghost"), 400, "caused: user 'ghost' not found!;");
  expect(
      admin(Method::kGet, roles + "?search=accurate&pageNo=1&pageSize=10&username=joe&role=ops"), 200,
      R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"role":"ops","username":"joe"}]})");
  expect(admin(Method::kGet, roles + "/search?role=op"), 200, R"(["ops"])");
  expect(admin(Method::kPost, permissions, "role=ops&resource=:*:*&action=r"), 200,
         rest("add permission ok!"));
  expect(admin(Method::kPost, permissions, "role=ops&resource=:*:*&action=r"), 200,
         rest("add permission ok!"));
  expect(admin(Method::kPost, permissions, "role=zz&resource=:*:*&action=r"), 400,
         "caused: role zz not found!;");
  expect(admin(Method::kGet, permissions + "?role=ops&resource=:*:*&action=r"), 200,
         R"({"code":0,"message":"success","data":true})");
  expect(admin(Method::kGet, permissions + "?role=ops&resource=x:*:*&action=r"), 200,
         R"({"code":0,"message":"success","data":false})");
  for (const std::string search : {"search=accurate&role=ops", "search=blur&role=o*"})
    expect(admin(Method::kGet, permissions + "?pageNo=1&pageSize=10&" + search), 200,
           R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[)"
           R"({"role":"ops","resource":":*:*","action":"r"}]})");
  expect(admin(Method::kDelete, permissions + "?role=ops&resource=:*:*&action=r"), 200,
         rest("delete permission ok!"));
  expect(admin(Method::kDelete, roles + "?role=ops&username=joe"), 200, rest("delete role of user joe ok!"));
  expect(admin(Method::kDelete, roles + "?role=ops"), 200, rest("delete role of user  ok!"));
}

TEST_F(AuthOverHttp, V3AndItsConsoleAnswerInTheirOwnForm) {
  for (const std::string base : {"/nacos/v3/auth", "/v3/auth"}) {
    expect(admin(Method::kPost, base + "/user", "username=ann&password=a"), 200, success("create user ok!"));
    expect(admin(Method::kPost, base + "/user", "username=ann&password=a"), 400,
           "caused: user 'ann' already exist!;");
    expect(admin(Method::kPost, base + "/user", "username=&password=a"), 400, "caused: username is blank;");
    expect(admin(Method::kPost, base + "/user", "username=bob&password="), 400, "caused: password is blank;");
    expect(admin(Method::kPost, base + "/user", "username=bob&password=" + std::string(73, 'x')), 400,
           "caused: Password length must not exceed 72 characters;");
    expect(admin(Method::kGet, base + "/user/list?pageNo=1&pageSize=10&username=ann"), 200,
           R"({"code":0,"message":"success","data":{"totalCount":1,"pageNumber":1,"pagesAvailable":1,)"
           R"("pageItems":[{"username":"ann","password":"******"}]}})");
    expect(admin(Method::kGet, base + "/user/list?pageNo=0&pageSize=10"), 400,
           "caused: pageNo and pageSize must be greater than zero;");
    expect(admin(Method::kPost, base + "/role", "role=dev&username=ann"), 200, success("add role ok!"));
    expect(admin(Method::kGet, base + "/role/list?pageNo=1&pageSize=10&username=ann"), 200,
           R"({"code":0,"message":"success","data":{"totalCount":1,"pageNumber":1,"pagesAvailable":1,)"
           R"("pageItems":[{"role":"dev","username":"ann"}]}})");
    expect(admin(Method::kGet, base + "/role/search?role=d"), 200,
           R"({"code":0,"message":"success","data":["dev"]})");
    const std::string permission = "role=dev&resource=public:*:*&action=r";
    expect(admin(Method::kPost, base + "/permission", permission), 200, success("add permission ok!"));
    expect(admin(Method::kGet, base + "/permission?" + permission), 200,
           R"({"code":0,"message":"success","data":true})");
    expect(admin(Method::kGet, base + "/permission/list?pageNo=1&pageSize=10&role=dev"), 200,
           R"({"code":0,"message":"success","data":{"totalCount":1,"pageNumber":1,"pagesAvailable":1,)"
           R"("pageItems":[{"role":"dev","resource":"public:*:*","action":"r"}]}})");
    expect(admin(Method::kDelete, base + "/permission?" + permission), 200, success("delete permission ok!"));
    expect(admin(Method::kDelete, base + "/role?role=dev"), 200, success("delete role of user  ok!"));
    expect(admin(Method::kDelete, base + "/user", "username=ann"), 200, success("delete user ok!"));
  }
}

TEST_F(AuthOverHttp, V3RefusesWhatIsMissingOrNoNumber) {
  const auto missing = admin(Method::kPost, "/nacos/v3/auth/user", "username=ann");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(message_of(missing), "Required parameter 'password' is not present.");
  expect(admin(Method::kPost, "/v3/auth/user", "username=ann"), 500,
         "caused: Required request parameter &#39;password&#39; for method parameter type String is not "
         "present;");
  const auto word = admin(Method::kGet, "/nacos/v3/auth/user/list?pageNo=x&pageSize=10");
  EXPECT_EQ(word.status, 400);
  EXPECT_EQ(
      message_of(word),
      "Method parameter 'pageNo': Failed to convert value of type 'java.lang.String' to required type 'int'; "
      "For input string: \"x\"");
  expect(admin(Method::kGet, "/v3/auth/user/list?pageNo=x&pageSize=10"), 400,
         "caused: Method parameter &#39;pageNo&#39;: Failed to convert value of type "
         "&#39;java.lang.String&#39; to "
         "required type &#39;int&#39;; For input string: &quot;x&quot;;caused: For input string: "
         "&quot;x&quot;;");
}

TEST_F(AuthOverHttp, S17TheAdministratorCannotBeLost) {
  for (const std::string base : {"/nacos/v3/auth", "/v3/auth"}) {
    expect(admin(Method::kDelete, base + "/user?username=nacos"), 400, "caused: cannot delete admin: nacos;");
    expect(admin(Method::kDelete, base + "/role?role=ROLE_ADMIN"), 400,
           "caused: role 'ROLE_ADMIN' is not permitted to delete!;");
    expect(admin(Method::kDelete, base + "/role?role=ROLE_ADMIN&username=nacos"), 400,
           "caused: role 'ROLE_ADMIN' is not permitted to delete!;");
    expect(admin(Method::kPost, base + "/role", "role=ROLE_ADMIN&username=joe"), 400,
           "caused: role 'ROLE_ADMIN' is not permitted to create!;");
  }
  expect(admin(Method::kDelete, "/nacos/v1/auth/users?username=nacos"), 400,
         "caused: cannot delete admin: nacos;");
  EXPECT_EQ(admin(Method::kDelete, "/nacos/v1/auth/roles?role=ROLE_ADMIN").status, 400);
  EXPECT_EQ(admin(Method::kGet, "/v3/auth/user/search?username=nacos").status, 200);
}

TEST_F(AuthOverHttp, OnlyAdministratorsManageUsersWhateverPermissionIsStored) {
  house.let_joe("*", "rw");
  house.let_joe("*:*:*", "rw");
  const std::pair<Method, std::string> calls[] = {
      {Method::kGet, "/v3/auth/user/list?pageNo=1&pageSize=10"},
      {Method::kPost, "/v3/auth/user?username=x&password=x"},
      {Method::kGet, "/nacos/v3/auth/role/list?pageNo=1&pageSize=10"},
      {Method::kPost, "/nacos/v3/auth/permission?role=reader&resource=*&action=rw"},
      {Method::kGet, "/nacos/v1/auth/users?search=accurate&pageNo=1&pageSize=10"},
      {Method::kPost, "/nacos/v1/auth/roles?role=x&username=joe"},
      {Method::kDelete, "/nacos/v1/auth/users?username=joe"}};
  for (const auto& [method, target] : calls) {
    EXPECT_EQ(house.as("joe", method, target).status, 403) << target;
    EXPECT_EQ(nobody(method, target).status, 403) << target;
    EXPECT_EQ(admin(method, target).status, 200) << target;
  }
}

TEST_F(AuthOverHttp, UsersAreGuardedAsSoonAsAnyDoorIs) {
  AccessOptions rules;
  rules.admin = true;
  rules.token_key = Secret(std::string(kTestKey));
  GuardedHouse half(std::move(rules));
  for (const std::string target : {"/nacos/v3/auth/user/list?pageNo=1&pageSize=10",
                                   "/nacos/v1/auth/users?search=accurate&pageNo=1&pageSize=10",
                                   "/v3/auth/user/list?pageNo=1&pageSize=10"}) {
    EXPECT_EQ(half.as("", Method::kGet, target).status, 403) << target;
    EXPECT_EQ(half.as("nacos", Method::kGet, target).status, 200) << target;
  }
  EXPECT_EQ(half.as("", Method::kPut, "/nacos/v1/auth/users?username=nacos&newPassword=x").status, 403);
}

TEST_F(AuthOverHttp, OneChangesOnesOwnPasswordAndAnAdministratorEverybodys) {
  for (const std::string path : {"/nacos/v1/auth/users", "/nacos/v3/auth/user", "/v3/auth/user"}) {
    const auto other = house.as("joe", Method::kPut, path, "username=nacos&newPassword=x");
    EXPECT_EQ(other.status, 403) << path;
    EXPECT_EQ(message_of(other), "authorization failed!");
    EXPECT_EQ(house.as("joe", Method::kPut, path, "username=joe&newPassword=own").status, 200) << path;
    EXPECT_EQ(nobody(Method::kPut, path, "username=joe&newPassword=x").status, 403) << path;
    EXPECT_EQ(house.as("ghost", Method::kPut, path, "username=ghost&newPassword=x").status, 403) << path;
  }
  EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=own").status, 200);
  EXPECT_EQ(admin(Method::kPut, "/nacos/v3/auth/user", "username=joe&newPassword=given").status, 200);
  EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=own").status, 403);
  EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=given").status, 200);
}

TEST_F(AuthOverHttp, TheOwnPasswordOfV1NeedsTheOldOne) {
  const std::string path = "/nacos/v1/auth/users/password";
  expect(house.as("joe", Method::kPut, path, "oldPassword=no&newPassword=new"), 200,
         R"({"code":401,"message":null,"data":"Old password is invalid"})");
  expect(house.as("joe", Method::kPut, path, "oldPassword=secret1&newPassword=new"), 200,
         rest("Update password success"));
  EXPECT_EQ(nobody(Method::kPut, path, "oldPassword=new&newPassword=x").status, 403);
  EXPECT_EQ(nobody(Method::kPost, "/nacos/v1/auth/login", "username=joe&password=new").status, 200);
}

TEST_F(AuthOverHttp, S13NothingThatWasSentComesBackAsAPage) {
  const std::string markup = "%3Cscript%3Ealert(1)%3C/script%3E";
  const wire::Response answers[] = {
      admin(Method::kPut, "/v3/auth/user?newPassword=x&username=" + markup),
      admin(Method::kDelete, "/nacos/v1/auth/roles?role=r&username=" + markup),
      admin(Method::kGet, "/nacos/v3/auth/user/list?pageSize=1&pageNo=" + markup),
      admin(Method::kGet, "/v3/auth/user/list?pageSize=1&pageNo=" + markup),
      admin(Method::kGet, "/nacos/v1/auth/users?pageSize=1&pageNo=" + markup),
      nobody(Method::kGet, "/nacos/v3/client/cs/config?dataId=" + markup),
      nobody(Method::kPost, "/nacos/v1/auth/login?password=x&username=" + markup)};
  for (const auto& answer : answers) {
    EXPECT_TRUE(answer.content_type == kText || answer.content_type == kJson) << answer.content_type;
    EXPECT_EQ(answer.headers.find("script"), std::string::npos);
  }
}

TEST(AuthOverHttpOff, IsOpenAndGivesNoRealToken) {
  House house;
  const auto body = [&house](Method method, std::string target, std::string form) {
    return (*house.ask(method, std::move(target), std::move(form)))->body;
  };
  EXPECT_EQ(body(Method::kPost, "/nacos/v1/auth/users", "username=joe&password=x"), rest("create user ok!"));
  EXPECT_EQ(body(Method::kPut, "/nacos/v1/auth/users", "username=joe&newPassword=y"),
            rest("update user ok!"));
  EXPECT_EQ(body(Method::kPost, "/nacos/v3/auth/user/login", "username=joe&password=wrong"),
            R"({"accessToken":"AUTH_DISABLED","tokenTtl":18000,"globalAdmin":true,"username":"joe"})");
}

TEST(AuthOverHttpOff, ChecksLoginsWhenThereIsAKeyToSignWith) {
  AccessOptions rules;
  rules.token_key = Secret(std::string(kTestKey));
  GuardedHouse house(std::move(rules));
  EXPECT_EQ(house.as("", Method::kPost, "/nacos/v1/auth/login", "username=joe&password=no").status, 403);
  const auto token = house.as("", Method::kPost, "/nacos/v1/auth/login", "username=joe&password=secret1");
  EXPECT_NE(token.body.find(R"("accessToken":"eyJ)"), std::string::npos);
}

}  // namespace
}  // namespace batata::nacos
