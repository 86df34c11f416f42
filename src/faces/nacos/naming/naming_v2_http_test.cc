// Answers are compared with recordings of 2.5.1; only times are replaced.
#include <gtest/gtest.h>

#include "tests/support/nacos_ask.h"

namespace batata::nacos {
namespace {

using wire::Method;

struct NamingV2HttpTest : testing::Test {
  Seen ask(Method method, const std::string& target, const std::string& form = {}) {
    return ask_seen(house, method, "/nacos/v2/ns" + target, form);
  }
  static Seen data(const std::string& json) {
    return {200, R"({"code":0,"message":"success","data":)" + json + "}"};
  }
  static Seen failed(int status, int code, const std::string& message, const std::string& text) {
    return {status, R"({"code":)" + std::to_string(code) + R"(,"message":")" + message + R"(","data":")" +
                        text + "\"}"};
  }
  static Seen missing(const std::string& text) { return failed(400, 10000, "parameter missing", text); }
  static std::string host(const std::string& more) {
    return R"({"ip":"10.2.0.1","port":8080,)" + more +
           R"("instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,"ipDeleteTimeout":30000})";
  }

  House house;
  const Seen ok = data("\"ok\"");
  const std::string a1 = "serviceName=a&ip=10.2.0.1&port=8080";
};

TEST_F(NamingV2HttpTest, AnInstanceIsRegisteredListedReadAndTakenOut) {
  EXPECT_EQ(ask(Method::kPost, "/instance", a1 + "&weight=2&metadata=%7B%22k%22%3A%22v%22%7D"), ok);
  const std::string members =
      R"("weight":2.0,"healthy":true,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT",)"
      R"("serviceName":"DEFAULT_GROUP@@a","metadata":{"k":"v"},)";
  EXPECT_EQ(
      ask(Method::kGet, "/instance/list?serviceName=a"),
      data(
          R"({"name":"DEFAULT_GROUP@@a","groupName":"DEFAULT_GROUP","clusters":"","cacheMillis":10000,)"
          R"("hosts":[)" +
          host(members) +
          R"(],"lastRefTime":0,"checksum":"","allIPs":false,"reachProtectionThreshold":false,"valid":true})"));
  EXPECT_EQ(ask(Method::kGet, "/instance?" + a1),
            data(R"({"serviceName":"DEFAULT_GROUP@@a","ip":"10.2.0.1","port":8080,"clusterName":"DEFAULT",)"
                 R"("weight":2.0,"healthy":true,"instanceId":null,"metadata":{"k":"v"}})"));
  EXPECT_EQ(ask(Method::kGet, "/catalog/instances?serviceName=a&pageNo=1&pageSize=10"),
            data(R"({"instances":[)" + host(members) + R"(],"count":1})"));
  EXPECT_EQ(ask(Method::kDelete, "/instance?" + a1), ok);
  EXPECT_EQ(ask(Method::kDelete, "/instance?" + a1), ok);
  EXPECT_EQ(ask(Method::kGet, "/catalog/instances?serviceName=a&pageNo=1&pageSize=10"),
            data(R"({"count":0})"));
}

TEST_F(NamingV2HttpTest, OfAGroupedNameTheGroupIsTheService) {
  ask(Method::kPost, "/instance", "serviceName=g1%40%40bad&ip=10.2.0.1&port=1");
  EXPECT_EQ(ask(Method::kGet, "/service/list"), data(R"({"count":1,"services":["g1"]})"));
  EXPECT_NE(
      ask(Method::kGet, "/instance/list?serviceName=g1%40%40b").body.find(R"("name":"DEFAULT_GROUP@@g1")"),
      std::string::npos);
}

TEST_F(NamingV2HttpTest, MissingAndWrongValuesAreRefusedAsRecorded) {
  EXPECT_EQ(
      ask(Method::kGet, "/instance/list"),
      missing("Required request parameter 'serviceName' for method parameter type String is not present"));
  EXPECT_EQ(ask(Method::kGet, "/instance?serviceName=a&port=1"),
            missing("Required request parameter 'ip' for method parameter type String is not present"));
  EXPECT_EQ(ask(Method::kPost, "/instance", "ip=10.2.0.1&port=1"),
            missing("Required parameter 'serviceName' type String is not present"));
  EXPECT_EQ(ask(Method::kPost, "/instance", "serviceName=a&port=1"),
            missing("Required parameter 'ip' type String is not present"));
  EXPECT_EQ(ask(Method::kPost, "/instance", "serviceName=a&ip=10.2.0.1"),
            missing("Required parameter 'port' type Integer is not present"));
  EXPECT_EQ(
      ask(Method::kPost, "/instance", a1 + "&weight=10001"),
      failed(400, 21001, "weight error", "instance format invalid: The weights range from 0.0 to 10000.0"));
  EXPECT_EQ(
      ask(Method::kPost, "/instance", a1 + "&metadata=%7Bx"),
      (Seen{500, R"({"timestamp":0,"status":500,"error":"Internal Server Error","message":"ErrCode:400, )"
                 R"(ErrMsg:metadata format incorrect:{x","path":"/nacos/v2/ns/instance"})"}));
  EXPECT_EQ(
      ask(Method::kPost, "/instance",
          a1 + "&metadata=preserved.heart.beat.interval%3D5000%2Cpreserved.heart.beat.timeout%3D1000"),
      failed(400, 21004, "instance error",
             "Instance 'heart beat interval' must less than 'heart beat timeout' and 'ip delete timeout'."));
  EXPECT_EQ(ask(Method::kGet, "/service/list?pageNo=abc").status, 500);
  EXPECT_EQ(ask(Method::kGet, "/catalog/instances?serviceName=none"),
            (Seen{400, "Parameter 'pageNo' is missing"}));
  EXPECT_EQ(house.discovery.instance_count(), 0u);
}

TEST_F(NamingV2HttpTest, AnInstanceIsChanged) {
  ask(Method::kPost, "/instance", a1 + "&metadata=k%3Dv");
  EXPECT_EQ(ask(Method::kPut, "/instance", a1 + "&weight=3&metadata=%7B%22u%22%3A%221%22%7D"), ok);
  EXPECT_NE(ask(Method::kGet, "/instance?" + a1)
                .body.find(R"("weight":3.0,"healthy":true,"instanceId":null,)"
                           R"("metadata":{"k":"v","u":"1"})"),
            std::string::npos);
  EXPECT_EQ(ask(Method::kPut, "/instance", "serviceName=none&ip=10.2.0.1&port=8080"),
            failed(400, 21004, "instance error",
                   "service not found, namespace: public, service: Service{namespace='public', "
                   "group='DEFAULT_GROUP', name='none', ephemeral=true, revision=0}"));
  const std::string patch = "&ip=10.2.0.1&port=8080&enabled=true&metadata=p%3D1";
  EXPECT_EQ(ask(Method::kPatch, "/instance?serviceName=a" + patch),
            missing("Required request parameter 'weight' for method parameter type Double is not present"));
  EXPECT_EQ(ask(Method::kPatch, "/instance?serviceName=a&weight=4" + patch),
            failed(400, 20002, "parameter validate error",
                   "Param 'serviceName' is illegal, it should be format as 'groupName@@serviceName'"));
  EXPECT_EQ(ask(Method::kPatch, "/instance?serviceName=DEFAULT_GROUP%40%40a&weight=4" + patch),
            (Seen{200, "ok"}));
  EXPECT_EQ(ask(Method::kPut, "/instance/metadata/batch", "serviceName=a&metadata=m%3D1"),
            data(R"({"updated":["10.2.0.1:8080:unknown:DEFAULT:ephemeral"]})"));
  EXPECT_EQ(ask(Method::kPut, "/instance/metadata/batch", "serviceName=a"),
            missing("Required parameter 'metadata' type String is not present"));
}

TEST_F(NamingV2HttpTest, BeatsAndStatusesAnswerAsV1) {
  ask(Method::kPost, "/instance", a1);
  EXPECT_EQ(ask(Method::kPut, "/instance/beat?serviceName=DEFAULT_GROUP%40%40a&ip=10.2.0.1&port=8080"),
            (Seen{200, R"({"clientBeatInterval":5000,"code":10200,"lightBeatEnabled":true})"}));
  EXPECT_EQ(ask(Method::kPut, "/instance/beat?serviceName=a&ip=10.2.0.1&port=8080").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/instance/statuses/public##DEFAULT_GROUP@@a"),
            (Seen{200, R"({"ips":["10.2.0.1:8080_true"]})"}));
}

TEST_F(NamingV2HttpTest, AServiceIsCreatedReadChangedAndRemoved) {
  EXPECT_EQ(ask(Method::kPost, "/service", "serviceName=s1&protectThreshold=0.5&metadata=k%3Dv"), ok);
  EXPECT_EQ(
      ask(Method::kPost, "/service", "serviceName=s1"),
      failed(400, 21007, "service already exist", "specified service DEFAULT_GROUP@@s1 already exists!"));
  EXPECT_EQ(ask(Method::kPost, "/service", "serviceName=s3&selector=%7B%22type%22%3A%22nope%22%7D"),
            failed(400, 21006, "selector error", "not match any type of selector!"));
  EXPECT_EQ(
      ask(Method::kGet, "/service?serviceName=s1"),
      data(R"({"namespace":"public","serviceName":"s1","groupName":"DEFAULT_GROUP","clusterMap":{},)"
           R"("metadata":{"k":"v"},"protectThreshold":0.5,"selector":{"type":"NoneSelector","type":"none",)"
           R"("contextType":"NONE"},"ephemeral":false})"));
  EXPECT_EQ(ask(Method::kGet, "/service?serviceName=none"),
            failed(400, 21008, "service not exist",
                   "service not found, namespace: public, serviceName: DEFAULT_GROUP@@none"));
  EXPECT_EQ(ask(Method::kPut, "/service", "serviceName=s1&protectThreshold=0.8"), ok);
  EXPECT_EQ(ask(Method::kPut, "/service", "serviceName=none"),
            failed(400, 21008, "service not exist", "service DEFAULT_GROUP@@none not found!"));
  EXPECT_EQ(ask(Method::kDelete, "/service?serviceName=s1"), ok);
  ask(Method::kPost, "/instance", "serviceName=b&groupName=g1&clusterName=c1&ip=10.2.0.1&port=1");
  EXPECT_EQ(ask(Method::kDelete, "/service?serviceName=b&groupName=g1"),
            failed(400, 21009, "service delete failure",
                   "Service g1@@b is not empty, can't be delete. Please unregister instance first"));
  EXPECT_NE(
      ask(Method::kGet, "/service?serviceName=b&groupName=g1")
          .body.find(R"("clusterMap":{"c1":{"clusterName":"c1","healthChecker":{"type":"TCP"},"metadata":{},)"
                     R"("hosts":null}})"),
      std::string::npos);
}

TEST_F(NamingV2HttpTest, HealthIsSetOnlyWhereNothingChecks) {
  ask(Method::kPost, "/instance", a1);
  EXPECT_EQ(ask(Method::kPut, "/health/instance", a1 + "&healthy=false"),
            failed(400, 30000, "server error",
                   "health check is still working, service: DEFAULT_GROUP@@a, cluster: DEFAULT"));
  EXPECT_EQ(ask(Method::kPut, "/health", a1),
            missing("Required parameter 'healthy' type Boolean is not present"));
}

TEST_F(NamingV2HttpTest, ClientsAreShownWithWhatTheyPublish) {
  ask(Method::kPost, "/instance", a1);
  ask(Method::kPost, "/instance", "serviceName=b&groupName=g1&clusterName=c1&ip=10.2.0.1&port=8080");
  const std::string id = "clientId=10.2.0.1%3A8080%23true";
  EXPECT_EQ(ask(Method::kGet, "/client/list"), data(R"(["10.2.0.1:8080#true"])"));
  EXPECT_EQ(
      ask(Method::kGet, "/client?" + id),
      data(R"({"clientId":"10.2.0.1:8080#true","ephemeral":true,"lastUpdatedTime":0,"clientType":"ipPort",)"
           R"("clientIp":"10.2.0.1","clientPort":"8080"})"));
  EXPECT_EQ(ask(Method::kGet, "/client?clientId=zz"),
            failed(404, 20004, "resource not found", "clientId [ zz ] not exist"));
  EXPECT_EQ(ask(Method::kGet, "/client"),
            missing("Required request parameter 'clientId' for method parameter type String is not present"));
  EXPECT_EQ(ask(Method::kGet, "/client/publish/list?" + id),
            data(R"([{"namespace":"public","group":"DEFAULT_GROUP","serviceName":"a","registeredInstance":)"
                 R"({"ip":"10.2.0.1","port":8080,"cluster":"DEFAULT"}},{"namespace":"public","group":"g1",)"
                 R"("serviceName":"b","registeredInstance":{"ip":"10.2.0.1","port":8080,"cluster":"c1"}}])"));
  EXPECT_EQ(ask(Method::kGet, "/client/subscribe/list?" + id), data("[]"));
  EXPECT_EQ(ask(Method::kGet, "/client/service/publisher/list?" + a1),
            data(R"([{"ip":"10.2.0.1","port":8080,"cluster":"DEFAULT","clientId":"10.2.0.1:8080#true"}])"));
  EXPECT_EQ(ask(Method::kGet, "/client/service/publisher/list?serviceName=a"), data("[]"));
}

TEST_F(NamingV2HttpTest, SwitchesAndMetricsAreResults) {
  EXPECT_EQ(ask(Method::kPut, "/operator/switches", "entry=distroThreshold&value=abc"),
            (Seen{500, R"({"code":30000,"message":"server error","data":"For input string: \"abc\""})"}));
  EXPECT_EQ(ask(Method::kPut, "/ops/switches", "entry=nope&value=1"), ok);
  EXPECT_EQ(ask(Method::kGet, "/operator/metrics"), data(R"({"status":"UP"})"));
  EXPECT_EQ(
      ask(Method::kGet, "/ops/metrics?onlyStatus=false"),
      data(R"({"status":"UP","serviceCount":0,"instanceCount":0,"subscribeCount":0,"clientCount":0,)"
           R"("connectionBasedClientCount":0,"ephemeralIpPortClientCount":0,"persistentIpPortClientCount":0,)"
           R"("responsibleClientCount":0,"cpu":0.25,"load":1.5,"mem":0.0})"));
}

}  // namespace
}  // namespace batata::nacos
