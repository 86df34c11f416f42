// Metrics of clients as recorded from upstream: v1 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/client_metrics_http.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using wire::Method;

class ClientMetrics : public testing::Test {
 protected:
  using Answer = std::shared_ptr<std::optional<wire::Response>>;
  static void connect(Client& client, const std::string& module = "config") {
    client.set_up(R"({"labels":{"module":")" + module + "\"}}");
  }
  Answer ask(const std::string& target) { return house.ask(Method::kGet, "/nacos/" + target); }
  // What a client says to its n-th push.
  static void say(Client& client, std::size_t n, const std::string& metrics) {
    client.say("ClientConfigMetricResponse", R"({"resultCode":200,"requestId":")" + client.request_id(n) +
                                                 R"(","success":true)" + metrics + "}");
  }
  static std::string question(const Client& client, std::size_t n, const std::string& key) {
    return R"({"headers":{},"requestId":")" + client.request_id(n) +
           R"(","metricsKeys":[{"type":"cacheData","key":")" + key + R"("},{"type":"snapshotData","key":")" +
           key + R"("}],"module":"config"})";
  }
  House house;
  Client client{house, 40000};
};

TEST_F(ClientMetrics, AreAskedOfTheClient) {
  connect(client);
  const Answer answer = ask("v1/cs/metrics/cluster?ip=10.0.0.9&dataId=later&group=g&tenant=");
  ASSERT_EQ(client.pushes(), 1u);
  EXPECT_EQ(client.pushed(0).type, "ClientConfigMetricRequest");
  EXPECT_EQ(client.pushed(0).json, question(client, 0, "later+g"));
  EXPECT_FALSE(answer->has_value());
  say(client, 0, "");
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->status, 200);
  EXPECT_EQ((*answer)->body, "{}");
}

TEST_F(ClientMetrics, AreShownAsTheClientSaysThem) {
  connect(client);
  const Answer answer = ask("v3/admin/cs/metrics/ip?ip=10.0.0.9&dataId=later&groupName=g&namespaceId=");
  ASSERT_EQ(client.pushes(), 1u);
  EXPECT_EQ(client.pushed(0).json, question(client, 0, "later+g+public"));
  say(client, 0,
      R"(,"metrics":{"size":2,"share":0.5,"fixed":true,"text":"2","none":null,"list":[1,"a"],"more":{"k":"v"}})");
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ(
      (*answer)->body,
      R"({"code":0,"message":"success","data":{"fixed":true,"list":[1,"a"],"more":{"k":"v"},"none":null,)"
      R"("share":0.5,"size":2,"text":"2"}})");
}

TEST_F(ClientMetrics, OfTheClusterComeInTheirWrapper) {
  connect(client);
  const Answer answer = ask("v3/admin/cs/metrics/cluster?ip=10.0.0.9&dataId=a&groupName=g&namespaceId=ns");
  EXPECT_EQ(client.pushed(0).json, question(client, 0, "a+g+ns"));
  say(client, 0, R"(,"metrics":{"k":"v"})");
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->body,
            R"({"code":0,"message":"success","data":{"code":0,"message":"success","data":{"k":"v"}}})");
}

TEST_F(ClientMetrics, OfSeveralConnectionsAreMerged) {
  Client second(house, 40001), other(house, 40002);
  connect(client);
  connect(second, "config,naming");
  connect(other, "naming");
  const Answer answer = ask("v1/cs/metrics/current?ip=10.0.0.9&dataId=a&group=g");
  EXPECT_EQ(other.pushes(), 0u);
  say(second, 0, R"(,"metrics":{"b":2,"c":2})");
  say(client, 0, R"(,"metrics":{"a":1,"b":1})");
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->body, R"({"a":1,"b":2,"c":2})");
}

TEST_F(ClientMetrics, OfAClientThatDoesNotAnswerAreAnErrorOfV3AndNothingInV1) {
  connect(client);
  const Answer v3 = ask("v3/admin/cs/metrics/ip?ip=10.0.0.9&dataId=a&groupName=g");
  const Answer cluster = ask("v3/admin/cs/metrics/cluster?ip=10.0.0.9&dataId=a&groupName=g");
  const Answer v1 = ask("v1/cs/metrics/current?ip=10.0.0.9&dataId=a&group=g");
  const std::string id = client.request_id(0);
  house.runtime.run_for(1200ms);
  ASSERT_TRUE(v3->has_value() && cluster->has_value() && v1->has_value());
  EXPECT_EQ((*v3)->status, 500);
  EXPECT_TRUE((*v3)->body.starts_with(
      R"({"code":30000,"message":"server error","data":"request timeout after 1000 milliseconds, requestId=)" +
      id + ", connectionId="));
  EXPECT_EQ((*cluster)->body, R"({"code":0,"message":"success","data":{}})");
  EXPECT_EQ((*v1)->body, "{}");
}

TEST_F(ClientMetrics, OfAnAddressWithoutConnectionsAreNone) {
  EXPECT_EQ((*ask("v1/cs/metrics/cluster?ip=10.1.1.1&dataId=a&group=g"))->body, "{}");
  EXPECT_EQ((*ask("v3/admin/cs/metrics/ip?ip=10.1.1.1&dataId=a&groupName=g"))->body,
            R"({"code":0,"message":"success","data":{}})");
}

TEST_F(ClientMetrics, NeedAnAddressAndAConfig) {
  const auto expect = [this](const std::string& target, int status, const std::string& body) {
    const Answer answer = ask(target);
    ASSERT_TRUE(answer->has_value()) << target;
    EXPECT_EQ((*answer)->status, status) << target;
    EXPECT_EQ((*answer)->body, body) << target;
  };
  expect("v3/admin/cs/metrics/ip", 400,
         R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'ip' for method )"
         R"(parameter type String is not present"})");
  expect("v3/admin/cs/metrics/ip?ip=10.1.1.1", 400,
         R"({"code":20002,"message":"parameter validate error","data":"invalid dataId : null"})");
  expect("v3/admin/cs/metrics/cluster?ip=10.1.1.1&dataId=a", 400,
         R"({"code":20002,"message":"parameter validate error","data":"invalid group : null"})");
  expect("v1/cs/metrics/cluster?ip=10.9.9.9", 400, "caused: invalid dataId : null;");
}

}  // namespace
}  // namespace batata::nacos
