// Answers are compared with recordings of 3.1; only times are replaced.
#include <gtest/gtest.h>

#include "faces/nacos/common/limits.h"
#include "faces/nacos/naming/naming_forms.h"
#include "tests/support/nacos_ask.h"

namespace batata::nacos {
namespace {

using wire::Method;

struct NamingAdminHttpTest : testing::Test {
  Seen admin(Method method, const std::string& target, const std::string& form = {}) {
    return ask_seen(house, method, "/nacos/v3/admin/ns" + target, form);
  }
  Seen console(Method method, const std::string& target, const std::string& form = {}) {
    return ask_seen(house, method, "/v3/console/ns" + target, form);
  }
  static Seen data(const std::string& json) {
    return {200, R"({"code":0,"message":"success","data":)" + json + "}"};
  }
  static Seen failed(int status, int code, const std::string& message, const std::string& text) {
    return {status, R"({"code":)" + std::to_string(code) + R"(,"message":")" + message + R"(","data":")" +
                        text + "\"}"};
  }
  static Seen missing(const std::string& text) {
    return failed(400, 10000, "parameter missing", "Required parameter " + text + " is not present");
  }
  static std::string host(const std::string& ip, const std::string& weight, const std::string& enabled,
                          const std::string& metadata) {
    return R"({"ip":")" + ip + R"(","port":80,"weight":)" + weight + R"(,"healthy":true,"enabled":)" +
           enabled + R"(,"ephemeral":true,"clusterName":"DEFAULT","serviceName":"G@@s1","metadata":)" +
           metadata +
           R"(,"instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,"ipDeleteTimeout":30000)" +
           (metadata == "{}" ? R"(,"instanceIdGenerator":"simple"})" : "}");
  }

  House house;
  const Seen ok = data("\"ok\"");
  const std::string s1 = "groupName=G&serviceName=s1";
  const std::string one = s1 + "&ip=10.0.0.1&port=80";
};

TEST_F(NamingAdminHttpTest, InstancesAreReadAsTheyAreStored) {
  EXPECT_EQ(admin(Method::kGet, "/instance?" + one),
            failed(404, 20004, "resource not found", "no ips found for cluster DEFAULT in service G@@s1"));
  EXPECT_EQ(admin(Method::kGet, "/instance/list?" + s1),
            failed(404, 30000, "server error", "service G@@s1 is not found!"));
  EXPECT_EQ(admin(Method::kPost, "/instance", one + "&weight=3&enabled=false&metadata=a%3D1"), ok);
  const std::string stored = host("10.0.0.1", "3.0", "false", R"({"a":"1"})");
  EXPECT_EQ(admin(Method::kGet, "/instance?" + one), data(stored));
  EXPECT_EQ(admin(Method::kGet, "/instance/list?" + s1), data("[" + stored + "]"));
  EXPECT_EQ(admin(Method::kGet, "/instance/list?" + s1 + "&clusterName=DEFAULT,c2"),
            failed(404, 30000, "server error", "cluster DEFAULT,c2 is not found!"));
  EXPECT_EQ(admin(Method::kGet, "/instance?" + s1 + "&ip=10.0.0.1"), missing("'port' type Integer"));
  EXPECT_EQ(admin(Method::kGet, "/instance/list?groupName=G"), missing("'serviceName' type String"));
  EXPECT_EQ(admin(Method::kDelete, "/instance?" + one), ok);
  EXPECT_EQ(admin(Method::kGet, "/instance/list?" + s1),
            failed(404, 30000, "server error", "cluster DEFAULT is not found!"));
}

TEST_F(NamingAdminHttpTest, AnUpdateSurvivesARegistration) {
  admin(Method::kPost, "/instance", one + "&weight=3&metadata=a%3D1");
  EXPECT_EQ(admin(Method::kPut, "/instance", one + "&weight=5&enabled=false&metadata=c%3D3"), ok);
  EXPECT_EQ(admin(Method::kGet, "/instance?" + one),
            data(host("10.0.0.1", "5.0", "false", R"({"a":"1","c":"3"})")));
  admin(Method::kPost, "/instance", one + "&weight=1");
  EXPECT_EQ(admin(Method::kGet, "/instance?" + one), data(host("10.0.0.1", "5.0", "false", R"({"c":"3"})")));
  EXPECT_EQ(ask_seen(house, Method::kGet, "/nacos/v3/client/ns/instance/list?" + s1), data("[]"));
}

TEST_F(NamingAdminHttpTest, APartialUpdateTakesTheDefaultsOfTheForm) {
  EXPECT_EQ(admin(Method::kPut, "/instance/partial", one + "&weight=7"),
            failed(404, 20004, "resource not found", "no ips found for cluster DEFAULT in service G@@s1"));
  admin(Method::kPost, "/instance", one);
  admin(Method::kPut, "/instance", one + "&weight=5&enabled=false&metadata=c%3D3");
  EXPECT_EQ(admin(Method::kPut, "/instance/partial", one + "&metadata=d%3D4"), ok);
  EXPECT_EQ(admin(Method::kGet, "/instance?" + one), data(host("10.0.0.1", "1.0", "true", R"({"d":"4"})")));
  EXPECT_EQ(admin(Method::kPut, "/instance/partial", one + "&weight=7"), ok);
  EXPECT_EQ(admin(Method::kGet, "/instance?" + one), data(host("10.0.0.1", "7.0", "true", R"({"d":"4"})")));
  EXPECT_EQ(admin(Method::kPut, "/instance/partial", s1 + "&ip=10.0.0.9&port=80"),
            failed(404, 20004, "resource not found", "no matched ip found!"));
}

TEST_F(NamingAdminHttpTest, WrongValuesAreTheCallersMistake) {
  EXPECT_EQ(admin(Method::kPost, "/instance", one + "&weight=x").status, 400);
  EXPECT_EQ(admin(Method::kPost, "/instance", one + "&metadata=nonsense").status, 400);
  EXPECT_EQ(admin(Method::kPut, "/instance/metadata/batch", s1 + "&metadata=w%3D9&instances=x").status, 400);
  EXPECT_EQ(admin(Method::kPut, "/instance/metadata/batch", s1 + "&instances=%5B%5D"),
            missing("'metadata' type String"));
  EXPECT_EQ(admin(Method::kPut, "/health/instance", one + "&healthy=x").status, 400);
  EXPECT_EQ(admin(Method::kPost, "/service", s1 + "&protectThreshold=x").status, 400);
  EXPECT_EQ(admin(Method::kPost, "/service", s1 + "&selector=x").status, 400);
  EXPECT_EQ(
      admin(Method::kGet, "/ops/metrics?onlyStatus=x"),
      (Seen{400, R"({"code":30000,"message":"Method parameter 'onlyStatus': Failed to convert value of type )"
                 R"('java.lang.String' to required type 'java.lang.Boolean'; Invalid boolean value [x]",)"
                 R"("data":null})"}));
  EXPECT_EQ(admin(Method::kGet, "/service/list?pageNo=0"),
            failed(400, 20002, "parameter validate error",
                   "Required parameter 'pageNo' should be positive integer, current is 0"));
}

TEST_F(NamingAdminHttpTest, AServiceIsCreatedReadChangedAndRemoved) {
  const std::string none = R"({"type":"NoneSelector","type":"none","contextType":"NONE"})";
  EXPECT_EQ(admin(Method::kPost, "/service", s1), ok);
  EXPECT_EQ(
      admin(Method::kGet, "/service?" + s1),
      data(R"({"namespaceId":"public","serviceName":"s1","groupName":"G","clusterMap":{},"metadata":{},)"
           R"("protectThreshold":0.0,"selector":)" +
           none + R"(,"ephemeral":false})"));
  EXPECT_EQ(admin(Method::kPut, "/service", s1 + "&protectThreshold=0.3&metadata=%7B%22a%22%3A%221%22%7D"),
            ok);
  EXPECT_EQ(
      admin(Method::kGet, "/service?" + s1),
      data(
          R"({"namespaceId":"public","serviceName":"s1","groupName":"G","clusterMap":{},"metadata":{"a":"1"},)"
          R"("protectThreshold":0.3,"selector":)" +
          none + R"(,"ephemeral":false})"));
  EXPECT_EQ(admin(Method::kPost, "/service", s1),
            failed(400, 21007, "service already exist", "specified service G@@s1 already exists!"));
  EXPECT_EQ(
      admin(
          Method::kPost, "/service",
          "groupName=G&serviceName=s4&selector=%7B%22type%22%3A%22label%22%2C%22expression%22%3A%22x%22%7D"),
      failed(500, 30000, "server error", "Selector parses failed: parse expression failed!"));
  EXPECT_EQ(admin(Method::kDelete, "/service?" + s1), ok);
  EXPECT_EQ(admin(Method::kDelete, "/service?" + s1),
            failed(400, 21008, "service not exist", "service G@@s1 not found!"));
}

TEST_F(NamingAdminHttpTest, TheConsoleKnowsNoServiceInItsOwnWords) {
  EXPECT_EQ(console(Method::kGet, "/service?" + s1),
            failed(404, 30000, "server error", "service G@@s1 is not found!"));
  EXPECT_EQ(
      console(Method::kPut, "/service", s1),
      failed(404, 21008, "service not exist",
             "service Service{namespace='public', group='G', name='s1', ephemeral=true, revision=0} is not "
             "exist."));
  EXPECT_EQ(console(Method::kPost, "/service", s1), ok);
  EXPECT_EQ(console(Method::kGet, "/service?" + s1).status, 200);
  EXPECT_EQ(console(Method::kGet, "/service/selector/types"), data(R"(["label","none"])"));
  EXPECT_EQ(console(Method::kDelete, "/service?" + s1), ok);
}

TEST_F(NamingAdminHttpTest, ServicesArePaged) {
  for (const std::string name : {"s1", "s2", "s3"})
    admin(Method::kPost, "/service", "groupName=G&serviceName=" + name);
  admin(Method::kPost, "/instance", "groupName=G&serviceName=s2&ip=10.0.0.1&port=80&ephemeral=false");
  const auto counts = [](const std::string& name, int n) {
    const std::string number = std::to_string(n);
    return R"({"name":")" + name + R"(","groupName":"G","clusterCount":)" + number + R"(,"ipCount":)" +
           number + R"(,"healthyInstanceCount":)" + number + R"(,"triggerFlag":"false"})";
  };
  EXPECT_EQ(
      admin(Method::kGet, "/service/list?pageNo=2&pageSize=2"),
      data(R"({"totalCount":3,"pageNumber":2,"pagesAvailable":2,"pageItems":[)" + counts("s3", 0) + "]}"));
  EXPECT_EQ(admin(Method::kGet, "/service/list?pageNo=9&pageSize=3"),
            data(R"({"totalCount":3,"pageNumber":9,"pagesAvailable":2,"pageItems":[]})"));
  EXPECT_EQ(
      admin(Method::kGet, "/service/list?ignoreEmptyService=true"),
      data(R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[)" + counts("s2", 1) + "]}"));
  EXPECT_EQ(console(Method::kGet, "/service/list?namespaceId=none"),
            data(R"({"totalCount":0,"pageNumber":1,"pagesAvailable":0,"pageItems":[]})"));
  EXPECT_EQ(admin(Method::kGet, "/service/list?withInstances=true&serviceNameParam=s1"),
            data(R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"namespaceId":null,)"
                 R"("serviceName":"s1","groupName":"G","clusterMap":{},"metadata":{},"protectThreshold":0.0,)"
                 R"("selector":null,"ephemeral":null}]})"));
}

TEST_F(NamingAdminHttpTest, InstancesArePagedInTheConsole) {
  for (const std::string ip : {"10.0.0.1", "10.0.0.2", "10.0.0.3"})
    admin(Method::kPost, "/instance", s1 + "&port=80&ip=" + ip);
  EXPECT_EQ(console(Method::kGet, "/instance/list?" + s1 + "&pageNo=2&pageSize=2"),
            data(R"({"totalCount":3,"pageNumber":2,"pagesAvailable":2,"pageItems":[)" +
                 host("10.0.0.3", "1.0", "true", "{}") + "]}"));
  EXPECT_EQ(console(Method::kPost, "/instance/list", s1 + "&pageNo=5&pageSize=2"),
            data(R"({"totalCount":3,"pageNumber":5,"pagesAvailable":2,"pageItems":[]})"));
  EXPECT_EQ(console(Method::kPut, "/instance", s1 + "&ip=10.0.0.3&port=80&weight=4"), ok);
}

TEST_F(NamingAdminHttpTest, AClusterIsSetAndHealthWithIt) {
  const std::string p1 = "groupName=G&serviceName=p1";
  admin(Method::kPost, "/instance", p1 + "&ip=10.0.0.7&port=1&ephemeral=false");
  const std::string cluster = "&clusterName=DEFAULT&checkPort=80&useInstancePort4Check=true&healthChecker=";
  const std::string health = p1 + "&ip=10.0.0.7&port=1&healthy=false";
  EXPECT_EQ(
      admin(Method::kPut, "/health/instance", health),
      failed(400, 30000, "server error", "health check is still working, service: G@@p1, cluster: DEFAULT"));
  EXPECT_EQ(admin(Method::kPut, "/cluster", p1 + cluster + "%7B%22type%22%3A%22NONE%22%7D&metadata=m%3D1"),
            ok);
  EXPECT_NE(
      admin(Method::kGet, "/service?" + p1)
          .body.find(
              R"("clusterMap":{"DEFAULT":{"clusterName":"DEFAULT","healthChecker":{"type":"NONE"},)"
              R"("healthyCheckPort":80,"useInstancePortForCheck":true,"metadata":{"m":"1"},"hosts":null}})"),
      std::string::npos);
  EXPECT_EQ(admin(Method::kPut, "/health/instance", health), ok)
      << "upstream's snapshot refuses this by mistake";
  EXPECT_NE(admin(Method::kGet, "/instance?" + p1 + "&ip=10.0.0.7&port=1").body.find(R"("healthy":false)"),
            std::string::npos);
  EXPECT_EQ(
      admin(Method::kPut, "/cluster", p1 + "&clusterName=DEFAULT&checkPort=80&useInstancePort4Check=true"),
      missing("'healthChecker' type String"));
  EXPECT_EQ(admin(Method::kPut, "/cluster", p1 + "&checkPort=80"), missing("'clusterName' type String"));
  EXPECT_EQ(admin(Method::kPut, "/cluster", "groupName=G&serviceName=none" + cluster + "%7B%7D"),
            failed(400, 30000, "server error", "service not found groupName: G,serviceName: none"));
  EXPECT_EQ(admin(Method::kPut, "/cluster", p1 + cluster + "x").status, 400);
}

TEST_F(NamingAdminHttpTest, ClientsAreShown) {
  admin(Method::kPost, "/instance", one);
  Client client(house);
  client.set_up(
      R"({"clientVersion":"Nacos-Java-Client:v3.1.0","labels":{"AppName":"golden","module":"naming"}})");
  client.call("SubscribeServiceRequest",
              R"({"serviceName":"s1","groupName":"G","subscribe":true,"clusters":""})");
  EXPECT_EQ(
      admin(Method::kGet, "/client?clientId=10.0.0.1:80%23true"),
      data(R"({"clientId":"10.0.0.1:80#true","ephemeral":true,"lastUpdatedTime":0,"clientType":"ipPort",)"
           R"("connectType":null,"appName":null,"version":null,"clientIp":null,"clientPort":0})"));
  EXPECT_EQ(
      admin(Method::kGet, "/client/publish/list?clientId=10.0.0.1:80%23true"),
      data(R"([{"namespaceId":"public","groupName":"G","serviceName":"s1","publisherInfo":{"clientId":null,)"
           R"("ip":"10.0.0.1","port":80,"clusterName":"DEFAULT"},"subscriberInfo":null}])"));
  EXPECT_EQ(admin(Method::kGet, "/client/service/publisher/list?" + s1 + "&port=80"),
            data(R"([{"clientId":"10.0.0.1:80#true","ip":"10.0.0.1","port":80,"clusterName":"DEFAULT"}])"));
  const Seen subscribers = admin(Method::kGet, "/client/service/subscriber/list?" + s1 + "&ip=10.0.0.9");
  EXPECT_NE(
      subscribers.body.find(R"("appName":"golden","agent":"Nacos-Java-Client:v3.1.0","address":"10.0.0.9")"),
      std::string::npos)
      << subscribers.body;
  EXPECT_EQ(admin(Method::kGet, "/client/service/subscriber/list?" + s1 + "&ip=10.9.9.9"), data("[]"));
  EXPECT_EQ(
      admin(Method::kGet, "/service/subscribers?" + s1),
      data(
          R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"namespaceId":"public",)"
          R"("groupName":"G","serviceName":"s1","ip":"10.0.0.9","port":0,"agent":"Nacos-Java-Client:v3.1.0",)"
          R"("appName":"golden","address":"10.0.0.9:0"}]})"));
  EXPECT_EQ(admin(Method::kGet, "/client/publish/list?clientId=none"),
            failed(404, 20004, "resource not found", "clientId [ none ] not exist"));
}

TEST_F(NamingAdminHttpTest, WhilePushingIsSwitchedOffPushesOverGrpcWait) {
  using namespace std::chrono_literals;
  Client client(house);
  client.set_up();
  client.call("SubscribeServiceRequest",
              R"({"serviceName":"s1","groupName":"G","subscribe":true,"clusters":""})");
  house.runtime.run_for(1s);
  ASSERT_EQ(client.pushes(), 2u) << "the abilities and the first push";
  client.acknowledge(1);
  admin(Method::kPut, "/ops/switches", "entry=pushEnabled&value=false");
  admin(Method::kPost, "/instance", one);
  house.runtime.run_for(5s);
  EXPECT_EQ(client.pushes(), 2u);
  admin(Method::kPut, "/ops/switches", "entry=pushEnabled&value=true");
  house.runtime.run_for(2s);
  ASSERT_EQ(client.pushes(), 3u);
  EXPECT_NE(client.pushed(2).json.find("10.0.0.1"), std::string::npos);
}

TEST_F(NamingAdminHttpTest, OperationsAnswerAsResults) {
  EXPECT_NE(admin(Method::kGet, "/ops/switches").body.find(R"("pushVersionOfCsharp":"0.9.0")"),
            std::string::npos);
  EXPECT_EQ(admin(Method::kPut, "/ops/switches", "value=1"), missing("'entry' type String"));
  EXPECT_EQ(admin(Method::kPut, "/ops/switches", "entry=nosuch&value=1"), ok);
  EXPECT_EQ(admin(Method::kGet, "/ops/metrics"), data(R"({"status":"UP"})"));
  EXPECT_EQ(admin(Method::kGet, "/client/distro?ip=10.5.0.1&port=80"),
            data(R"({"responsibleServer":"10.0.0.1:8848"})"));
  EXPECT_EQ(admin(Method::kPut, "/ops/log", "logName=nosuch&logLevel=INFO"), ok);
  EXPECT_EQ(admin(Method::kPut, "/ops/log", "logName=naming-main"),
            failed(400, 10000, "parameter missing",
                   "Required request parameter 'logLevel' for method parameter type String is not present"));
}

TEST_F(NamingAdminHttpTest, AGroupBesideANameWithAGroupIsCheckedToo) {
  const std::string both = "serviceName=G%40%40s1&ip=10.0.0.1&port=80&groupName=";
  const std::string illegal = "illegal characters should not appear in the param.";
  for (const char* group : {"%FF", "a%00b", "a/b"}) {
    for (const Seen& seen :
         {admin(Method::kPost, "/instance", both + group), admin(Method::kPost, "/service", both + group),
          ask_seen(house, Method::kPost, "/nacos/v2/ns/instance", both + group)}) {
      EXPECT_EQ(seen.status, 400) << group;
      EXPECT_NE(seen.body.find(illegal), std::string::npos) << seen;
    }
  }
  EXPECT_EQ(admin(Method::kPost, "/instance", both + std::string(129, 'g')).status, 400);
  EXPECT_EQ(house.discovery.service_count(), 0u);
}

TEST_F(NamingAdminHttpTest, BothPortsAreChecked) {
  admin(Method::kPost, "/service", s1);
  const std::string cluster = s1 + "&clusterName=c&useInstancePort4Check=true&healthChecker=%7B%7D&port=80";
  const Seen refused = admin(Method::kPut, "/cluster", cluster + "&checkPort=99999");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("Param 'port' is illegal"), std::string::npos);
  EXPECT_EQ(admin(Method::kPut, "/cluster", cluster + "&checkPort=81"), ok);
  EXPECT_EQ(house.discovery.snapshot({"public", "G", "s1"})->meta->clusters.at("c").check_port, 81);
}

TEST_F(NamingAdminHttpTest, AHealthCheckerHasABound) {
  admin(Method::kPost, "/service", s1);
  const Seen refused =
      admin(Method::kPut, "/cluster",
            s1 + "&clusterName=c&checkPort=80&useInstancePort4Check=true&healthChecker=%7B%22path%22%3A%22" +
                std::string(kCheckerMax, 'p') + "%22%7D");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("Param 'healthChecker' is illegal"), std::string::npos);
}

TEST_F(NamingAdminHttpTest, PagesHaveABoundWhateverIsAskedFor) {
  Client client(house);
  client.set_up();
  for (std::int64_t i = 0; i < kPageMax + 10; ++i) {
    client.call("InstanceRequest",
                R"({"serviceName":"s)" + std::to_string(i) +
                    R"(","groupName":"G","type":"registerInstance","instance":{"ip":"10.1.0.1","port":1}})",
                Duration::zero());
  }
  const auto count = [](const Seen& seen, const std::string& part) {
    std::int64_t found = 0;
    for (auto at = seen.body.find(part); at != seen.body.npos; at = seen.body.find(part, at + 1)) ++found;
    return found;
  };
  const Seen page = admin(Method::kGet, "/service/list?pageNo=1&pageSize=100000");
  EXPECT_NE(page.body.find(R"("totalCount":510)"), std::string::npos);
  EXPECT_EQ(count(page, "\"ipCount\""), kPageMax);
  EXPECT_EQ(count(admin(Method::kGet, "/service/list?pageNo=2&pageSize=100000"), "\"ipCount\""), 10);
  const Seen catalog =
      ask_seen(house, Method::kGet, "/nacos/v1/ns/catalog/services?pageNo=1&pageSize=2147483647");
  EXPECT_EQ(count(catalog, "\"ipCount\""), kPageMax);
}

}  // namespace
}  // namespace batata::nacos
