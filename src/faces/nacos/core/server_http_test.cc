#include "faces/nacos/core/server_http.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

class ServerOverHttp : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target, std::string form = {}) {
    return std::move(**house.ask(method, std::move(target), std::move(form)));
  }
  House house;
};

TEST_F(ServerOverHttp, TellsItsState) {
  const auto response = ask(Method::kGet, "/nacos/v1/console/server/state");
  const auto state = json::parse(response.body);
  ASSERT_TRUE(state);
  EXPECT_EQ((*state)["version"].as_string(), "3.1.0");
  EXPECT_EQ((*state)["auth_enabled"].as_string(), "false");
  EXPECT_TRUE((*state)["function_mode"].is_null());
  EXPECT_EQ(ask(Method::kGet, "/nacos/v3/admin/core/state").body,
            R"({"code":0,"message":"success","data":)" + response.body + "}");
}

TEST_F(ServerOverHttp, TellsTheLimitsThatItHas) {
  const auto told = [](House& asked) {
    const auto answer = asked.ask(Method::kGet, "/nacos/v1/console/server/state");
    std::string text;
    const auto state = json::parse((*answer)->body);
    for (const std::string_view name : {"maxContent", "isManageCapacity", "isCapacityLimitCheck",
                                        "defaultClusterQuota", "defaultGroupQuota", "defaultMaxSize",
                                        "defaultMaxAggrCount", "defaultMaxAggrSize", "config_retention_days"})
      text.append((*state)[name].as_string().value_or("-")).append(" ");
    return text;
  };
  EXPECT_EQ(told(house), "10485760 true false 100000 200 102400 10000 1024 30 ");
  House strict(nullptr, {.is_managed = false,
                         .is_checked = true,
                         .cluster_quota = 7,
                         .group_quota = 6,
                         .max_size = 5,
                         .max_aggr_count = 4,
                         .max_aggr_size = 3});
  EXPECT_EQ(told(strict), "10485760 false true 7 6 5 4 3 30 ");
}

TEST_F(ServerOverHttp, IsHealthy) {
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/console/health/liveness").body, "OK");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/console/health/readiness").body, "OK");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/health").body, "UP");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v3/admin/core/state/readiness").body,
            R"({"code":0,"message":"success","data":"ok"})");
}

TEST_F(ServerOverHttp, SaysWhenItCannotServe) {
  sim::SimRuntime runtime;
  wire::Router router(runtime);
  const AccessOptions options;
  const Access access(runtime, house.access.rights(), house.sign_ins, options);
  ServerHttp server(runtime, {}, access, house.configs, house.capacities, [] { return false; });
  router.add(server, ServerHttp::rows());
  for (const auto& [path, status] : {std::pair("/nacos/v1/console/health/readiness", 500),
                                     {"/nacos/v2/console/health/readiness", 500},
                                     {"/nacos/v1/console/health/liveness", 200}}) {
    wire::Request request;
    request.method = Method::kGet;
    request.path = request.target = path;
    int answered = 0;
    router.dispatch(request, [&answered](const wire::Response& response) { answered = response.status; });
    EXPECT_EQ(answered, status) << path;
  }
}

TEST_F(ServerOverHttp, GivesATokenThatSaysThatNoneIsNeeded) {
  for (const std::string_view path :
       {"/nacos/v1/auth/login", "/nacos/v1/auth/users/login", "/nacos/v3/auth/user/login"}) {
    const auto response = ask(Method::kPost, std::string(path) + "?username=ann", "password=x");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body,
              R"({"accessToken":"AUTH_DISABLED","tokenTtl":18000,"globalAdmin":true,"username":"ann"})");
    EXPECT_EQ(response.headers, "Authorization: Bearer AUTH_DISABLED\r\n");
  }
  const auto missing = ask(Method::kPost, "/nacos/v1/auth/users/login", "username=ann");
  EXPECT_EQ(missing.status, 500);
  EXPECT_EQ(missing.body,
            "caused: Required request parameter &#39;password&#39; for method parameter type String is not "
            "present;");
}

TEST_F(ServerOverHttp, RefusesUnknownPathsInTheWordsOfTheirFamily) {
  const auto message = [this](std::string target) {
    const auto response = ask(Method::kGet, std::move(target));
    const auto body = json::parse(response.body);
    return std::to_string(response.status) + " " + std::string((*body)["message"].as_string().value_or(""));
  };
  EXPECT_EQ(message("/nacos/v1/cs/nope"), "404 No message available");
  EXPECT_EQ(message("/nacos/v1/ns/nope?x=1"), "501 no such api:GET:/nacos/v1/ns/nope");
  EXPECT_EQ(message("/nacos/v2/cs/nope"), "404 No message available");
  EXPECT_EQ(message("/nacos/v3/client/nope?x=1"), "404 No endpoint GET /nacos/v3/client/nope.");
  EXPECT_EQ(message("/nacos/nope"), "404 No message available");
}

TEST_F(ServerOverHttp, TellsItsConsoleTheSame) {
  EXPECT_EQ(ask(Method::kGet, "/v3/console/server/state").body,
            ask(Method::kGet, "/nacos/v1/console/server/state").body);
  EXPECT_EQ(ask(Method::kGet, "/v3/console/health/liveness").body,
            R"({"code":0,"message":"success","data":"ok"})");
  EXPECT_EQ(ask(Method::kGet, "/v3/console/health/readiness").body,
            R"({"code":0,"message":"success","data":"ok"})");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v3/console/server/state").status, 404);
}

TEST_F(ServerOverHttp, AnnouncesThatNobodyIsAskedToSignIn) {
  const auto announced = [this](std::string target) {
    const auto response = ask(Method::kGet, std::move(target));
    const auto body = json::parse(response.body);
    return std::string((*body)["data"].as_string().value_or(""));
  };
  const std::string english = announced("/v3/console/server/announcement?language=en-US");
  EXPECT_EQ(english, "This server asks nobody to sign in: let only networks that you trust reach its ports.");
  const std::string chinese = announced("/v3/console/server/announcement");
  EXPECT_NE(chinese, "");
  EXPECT_EQ(announced("/nacos/v1/console/server/announcement?language=zh-CN"), chinese);
  EXPECT_EQ(ask(Method::kGet, "/v3/console/server/announcement?language=xx").body,
            R"({"code":30000,"message":"Unsupported language: xx","data":null})");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/console/server/announcement?language=xx").body,
            R"({"code":200,"message":null,"data":null})");
  EXPECT_EQ(ask(Method::kGet, "/v3/console/server/guide").body,
            R"({"code":0,"message":"success","data":null})");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/console/server/guide").body,
            R"({"code":200,"message":null,"data":null})");
}

TEST_F(ServerOverHttp, RefusesUnknownPathsOfTheConsoleInItsOwnWords) {
  const auto unknown = ask(Method::kGet, "/v3/console/nope");
  EXPECT_EQ(unknown.status, 500);
  EXPECT_EQ(unknown.body, "caused: No static resource v3/console/nope.;");
  const auto wrong = ask(Method::kDelete, "/v3/console/server/state");
  EXPECT_EQ(wrong.status, 500);
  EXPECT_EQ(wrong.body, "caused: Request method &#39;DELETE&#39; is not supported;");
}

}  // namespace
}  // namespace batata::nacos
