#include "faces/nacos/core/prometheus_http.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

class PrometheusOverHttp : public testing::Test {
 protected:
  std::string get(std::string target) {
    const auto answer = house.ask(Method::kGet, std::move(target));
    if (!*answer) return "no answer";
    EXPECT_EQ((*answer)->content_type, "application/json;charset=UTF-8");
    return (*answer)->body;
  }
  void register_instance(std::string form) {
    const auto answer = house.ask(Method::kPost, "/nacos/v3/client/ns/instance", std::move(form));
    ASSERT_TRUE(*answer);
    ASSERT_EQ((*answer)->status, 200);
  }
  House house;
};

TEST_F(PrometheusOverHttp, ShowsEveryInstanceAsATarget) {
  EXPECT_EQ(get("/nacos/prometheus"), "[]");
  register_instance("serviceName=pm&ip=10.0.0.1&port=80&metadata=%7B%22a.b-c%22%3A%221%22%7D");
  register_instance("namespaceId=dev&groupName=G&serviceName=pm2&ip=10.0.0.2&port=81");
  const std::string one =
      R"({"targets":["10.0.0.1:80"],"labels":{"__meta_clusterName":"DEFAULT","a_b_c":"1"}})";
  const std::string two = R"({"targets":["10.0.0.2:81"],"labels":{"__meta_clusterName":"DEFAULT"}})";
  EXPECT_EQ(get("/nacos/prometheus"), "[" + two + "," + one + "]");
  EXPECT_EQ(get("/nacos/prometheus/namespaceId/dev"), "[" + two + "]");
  EXPECT_EQ(get("/nacos/prometheus/namespaceId/none"), "[]");
  EXPECT_EQ(get("/nacos/prometheus/namespaceId/public/service/pm"), "[" + one + "]");
  EXPECT_EQ(get("/nacos/prometheus/namespaceId/public/service/none"), "[]");
}

TEST_F(PrometheusOverHttp, ShowsDisabledInstancesTooAndTheFirstOfTwoLabels) {
  register_instance(
      "serviceName=pm&ip=10.0.0.1&port=80&enabled=false&metadata=%7B%22a-b%22%3A%221%22%2C%22a.b%22%3A%222%"
      "22%7D");
  EXPECT_EQ(get("/nacos/prometheus"),
            R"([{"targets":["10.0.0.1:80"],"labels":{"__meta_clusterName":"DEFAULT","a_b":"1"}}])");
}

TEST_F(PrometheusOverHttp, IsOnlyRead) {
  const auto answer = house.ask(Method::kPost, "/nacos/prometheus", "x=y");
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->status, 405);
  EXPECT_EQ((*answer)->headers, "Allow: GET\r\n");
  EXPECT_NE((*answer)->body.find("Method 'POST' is not supported."), std::string::npos);
}

}  // namespace
}  // namespace batata::nacos
