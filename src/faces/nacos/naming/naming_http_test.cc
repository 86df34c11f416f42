// Answers are compared with recordings of real servers; only times are replaced.
#include <gtest/gtest.h>

#include <regex>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using wire::Method;

struct NamingHttpTest : testing::Test {
  struct Seen {
    int status;
    std::string body;
    bool operator==(const Seen&) const = default;
  };
  Seen ask(Method method, const std::string& target, const std::string& form = {}) {
    const auto answer = house.ask(method, target, form);
    if (!answer->has_value()) return {0, "no answer"};
    const std::string body((*answer)->content());
    static const std::regex kTimes(R"re("(lastRefTime|timestamp)":("[^"]*"|\d+))re");
    return {(*answer)->status, std::regex_replace(body, kTimes, R"("$1":0)")};
  }
  Seen get(const std::string& target) { return ask(Method::kGet, "/nacos/v1/ns/instance" + target); }
  Seen post(const std::string& query) { return ask(Method::kPost, "/nacos/v1/ns/instance?" + query); }
  Seen beat(const std::string& query, const std::string& form = {}) {
    return ask(Method::kPut, "/nacos/v1/ns/instance/beat?" + query, form);
  }
  static Seen beaten(int code) {
    return {200,
            R"({"clientBeatInterval":5000,"code":)" + std::to_string(code) + R"(,"lightBeatEnabled":true})"};
  }
  static std::string host(const std::string& id, const std::string& ip, const std::string& port,
                          const std::string& service, bool healthy = true) {
    return "{" + (id.empty() ? "" : R"("instanceId":")" + id + "\",") + R"("ip":")" + ip + R"(","port":)" +
           port + R"(,"weight":1.0,"healthy":)" + (healthy ? "true" : "false") +
           R"(,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT","serviceName":")" + service +
           R"(","metadata":{},"instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,)"
           R"("ipDeleteTimeout":30000,"instanceIdGenerator":"simple"})";
  }
  static Seen info(const std::string& name, const std::string& group, const std::string& hosts) {
    return {
        200,
        R"({"name":")" + name + R"(","groupName":")" + group +
            R"(","clusters":"","cacheMillis":10000,"hosts":[)" + hosts +
            R"(],"lastRefTime":0,"checksum":"","allIPs":false,"reachProtectionThreshold":false,"valid":true})"};
  }

  House house;
  const Seen ok{200, "ok"};
  const std::string a1 = "serviceName=a&ip=10.1.0.1&port=8080";
  const std::string a1_id = "10.1.0.1#8080#DEFAULT#DEFAULT_GROUP@@a";
};

TEST_F(NamingHttpTest, RegistersListsAndTakesOut) {
  EXPECT_EQ(get("/list?serviceName=a"), info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", ""));
  EXPECT_EQ(post(a1), ok);
  const Seen there =
      info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", host(a1_id, "10.1.0.1", "8080", "DEFAULT_GROUP@@a"));
  EXPECT_EQ(get("/list?serviceName=a"), there);
  EXPECT_EQ(
      get("/list?serviceName=DEFAULT_GROUP%40%40a&namespaceId=public&clusters=&udpPort=55&healthyOnly=true"),
      there);
  EXPECT_EQ(get("/list?serviceName=a&namespaceId=dev"), info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", ""));
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/ns/instance?" + a1), ok);
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/ns/instance?" + a1), ok);
  EXPECT_EQ(get("/list?serviceName=a"), info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", ""));
}

TEST_F(NamingHttpTest, TheBlankNamespaceIsPublicForHttpAndGrpcAlike) {
  post(a1 + "&namespaceId=");
  Client client(house);
  client.set_up();
  const auto answer = client.call("ServiceQueryRequest",
                                  R"({"namespace":"public","serviceName":"a","groupName":"DEFAULT_GROUP"})");
  EXPECT_NE(answer.json.find(a1_id), std::string::npos);
}

TEST_F(NamingHttpTest, ReadsOneInstanceAsV1Does) {
  post(a1);
  EXPECT_EQ(get("?" + a1),
            (Seen{200, R"({"service":"DEFAULT_GROUP@@a","ip":"10.1.0.1","port":8080,)"
                       R"("clusterName":"DEFAULT","weight":1.0,"healthy":true,"instanceId":")" +
                           a1_id + R"(","metadata":{}})"}));
  EXPECT_EQ(get("?serviceName=a&ip=10.1.0.1"), (Seen{400, "Param 'port' is required."}));
  EXPECT_EQ(get("?serviceName=a&ip=10.1.0.1&port=1"), (Seen{404, "no matched ip found!"}));
  EXPECT_EQ(get("?" + a1 + "&clusterName=zz"), (Seen{404, "no matched ip found!"}));
  EXPECT_EQ(get("?serviceName=none&ip=10.1.0.1&port=1"),
            (Seen{404, "no ips found for cluster DEFAULT in service DEFAULT_GROUP@@none"}));
  EXPECT_EQ(get("/statuses?key=public%23%23DEFAULT_GROUP%40%40a"),
            (Seen{200, R"({"ips":["10.1.0.1:8080_true"]})"}));
  EXPECT_EQ(get("/statuses"), (Seen{400, "Parameter 'key' is missing"}));
}

TEST_F(NamingHttpTest, BadRegistrationsAreRefusedAsRecorded) {
  const std::string good = "serviceName=bad&ip=10.1.0.1&port=1";
  const Seen port{400, "Param 'port' is illegal, the value should be between 0 and 65535.\r\n"};
  const Seen weight{400, "instance format invalid: The weights range from 0.0 to 10000.0"};
  const std::vector<std::pair<std::string, Seen>> table = {
      {"ip=10.1.0.1&port=1", {400, "Param 'serviceName' is required."}},
      {"serviceName=bad&port=1", {400, "Param 'ip' is required."}},
      {"serviceName=bad&ip=10.1.0.1", {400, "Param 'port' is required."}},
      {"serviceName=bad&ip=10.1.0.1&port=abc", port},
      {"serviceName=bad&ip=10.1.0.1&port=70000", port},
      {good + "&weight=-1", weight},
      {good + "&weight=10001", weight},
      {good + "&weight=abc", {400, "For input string: \"abc\""}},
      {good + "&metadata=%7Bx",
       {500,
        R"({"timestamp":0,"status":500,"error":"Internal Server Error","message":"Server failed, caused: )"
        R"(ErrCode:400, ErrMsg:metadata format incorrect:{x;caused: metadata format incorrect:{x;",)"
        R"("path":"/nacos/v1/ns/instance"})"}},
      {good + "&metadata=k%3D" + std::string(1100, 'v'),
       {400, "Param 'Metadata' is illegal, the param length should not exceed 1024.\r\n"}},
      {good + "&clusterName=a+b",
       {400, "Param 'cluster' is illegal, illegal characters should not appear in the param.\r\n"}},
      {"serviceName=a+b&ip=10.1.0.1&port=1",
       {400, "Param 'serviceName' is illegal, illegal characters should not appear in the param.\r\n"}},
      {"serviceName=%40%40x&ip=10.1.0.1&port=1",
       {400,
        R"({"timestamp":0,"status":400,"error":"Bad Request","message":"Service name filter error,caused: Param )"
        R"('serviceName' is illegal, groupName can't be empty;","path":"/nacos/v1/ns/instance"})"}},
      {"serviceName=x%40%40&ip=10.1.0.1&port=1",
       {400,
        R"({"timestamp":0,"status":400,"error":"Bad Request","message":"Service name filter error,caused: Param )"
        R"('serviceName' is illegal, it should be format as 'groupName@@serviceName';",)"
        R"("path":"/nacos/v1/ns/instance"})"}},
      {good + "&metadata=preserved.heart.beat.timeout%3D1000",
       {400, "Instance 'heart beat interval' must less than 'heart beat timeout' and 'ip delete timeout'."}},
      {good + "&namespaceId=a+b",
       {400,
        "Param 'namespaceId/tenant' is illegal, illegal characters should not appear in the param.\r\n"}},
  };
  for (const auto& [query, answer] : table) {
    const Seen seen = post(query);
    EXPECT_EQ(seen.status, answer.status) << query;
    EXPECT_EQ(seen.body, answer.body) << query;
  }
  EXPECT_EQ(house.discovery.instance_count(), 0u);
}

TEST_F(NamingHttpTest, PersistentInstancesStayWithoutBeatsUntilTheyAreTakenOut) {
  EXPECT_EQ(post(a1 + "&ephemeral=false"), ok);
  house.runtime.run_for(40s);
  EXPECT_NE(get("/list?serviceName=a").body.find(R"("ephemeral":false)"), std::string::npos);
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/ns/instance?" + a1), ok);
  EXPECT_EQ(house.discovery.instance_count(), 1u) << "it was no ephemeral one";
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/ns/instance?" + a1 + "&ephemeral=false"), ok);
  EXPECT_EQ(house.discovery.instance_count(), 0u);
}

TEST_F(NamingHttpTest, AServiceTakesOneKindOfInstances) {
  post(a1);
  EXPECT_EQ(
      post("serviceName=a&ip=10.1.0.2&port=1&ephemeral=false"),
      (Seen{400,
            "errCode: 400, errMsg: Current service DEFAULT_GROUP@@a is ephemeral service, can't register "
            "persistent instance. "}));
  post("serviceName=per&ip=10.1.0.1&port=1&ephemeral=false");
  EXPECT_EQ(
      post("serviceName=per&ip=10.1.0.2&port=1"),
      (Seen{400,
            "errCode: 400, errMsg: Current service DEFAULT_GROUP@@per is persistent service, can't register "
            "ephemeral instance. "}));
}

TEST_F(NamingHttpTest, WhatIsSetOnAnInstanceLiesOverWhatItsOwnerSays) {
  const auto put = [&](const std::string& query) {
    return ask(Method::kPut, "/nacos/v1/ns/instance?" + query);
  };
  post(a1 + "&metadata=o%3D1");
  EXPECT_EQ(put(a1 + "&weight=3&metadata=%7B%22u%22%3A%221%22%7D"), ok);
  EXPECT_NE(get("?" + a1).body.find(R"("weight":3.0)"), std::string::npos);
  EXPECT_NE(get("?" + a1).body.find(R"("metadata":{"o":"1","u":"1"})"), std::string::npos);
  EXPECT_EQ(ask(Method::kPatch, "/nacos/v1/ns/instance?" + a1 + "&weight=4&metadata=p%3D1"), ok);
  EXPECT_NE(get("?" + a1).body.find(R"("metadata":{"o":"1","p":"1"})"), std::string::npos);
  EXPECT_EQ(put("serviceName=a&ip=10.1.0.99&port=1"), ok) << "an instance that is not there yet";
  EXPECT_EQ(put("serviceName=none&ip=10.1.0.1&port=1"),
            (Seen{400,
                  "service not found, namespace: public, service: Service{namespace='public', "
                  "group='DEFAULT_GROUP', name='none', ephemeral=true, revision=0}"}));
  EXPECT_EQ(ask(Method::kPatch, "/nacos/v1/ns/instance?serviceName=a&ip=10.1.0.99&port=1"),
            (Seen{404, "no matched ip found!"}));
  EXPECT_EQ(put(a1 + "&weight=10001").status, 400);
}

TEST_F(NamingHttpTest, MetadataIsAddedToAndRemovedFromSeveralInstances) {
  const std::string batch =
      "/nacos/v1/ns/instance/metadata/batch?serviceName=a&metadata=%7B%22m%22%3A%221%22%7D";
  const std::string one = "&instances=%5B%7B%22ip%22%3A%2210.1.0.1%22%2C%22port%22%3A8080%7D%5D";
  const Seen updated{200, R"({"updated":["10.1.0.1:8080:unknown:DEFAULT:ephemeral"]})"};
  post(a1);
  EXPECT_EQ(ask(Method::kPut, batch + one), updated);
  EXPECT_NE(get("?" + a1).body.find(R"("metadata":{"m":"1"})"), std::string::npos);
  EXPECT_EQ(ask(Method::kPut, batch), updated) << "all of the service";
  EXPECT_EQ(ask(Method::kDelete, batch + one), updated);
  EXPECT_NE(get("?" + a1).body.find(R"("metadata":{})"), std::string::npos);
  EXPECT_EQ(ask(Method::kPut, "/nacos/v1/ns/instance/metadata/batch?serviceName=none&metadata=m%3D1"),
            (Seen{200, R"({"updated":[]})"}));
  EXPECT_EQ(ask(Method::kPut, "/nacos/v1/ns/instance/metadata/batch?serviceName=a"),
            (Seen{400, "Param 'metadata' is required."}));
  EXPECT_EQ(ask(Method::kPut, batch + "&instances=x").status, 400);
}

TEST_F(NamingHttpTest, WithAnEncodingValuesAreEncodedOnceMore) {
  EXPECT_EQ(post("serviceName=a&ip=10.1.0.1&port=1&encoding=UTF-8&metadata=k%253Dv%252520"), ok);
  EXPECT_NE(get("?serviceName=a&ip=10.1.0.1&port=1").body.find(R"("metadata":{"k":"v%20"})"),
            std::string::npos);
}

TEST_F(NamingHttpTest, AServerThatIsTakenOutOfServiceSaysSo) {
  const std::string set = "/nacos/v1/ns/operator/switches?entry=overriddenServerStatus&value=";
  ask(Method::kPut, set + "READ_ONLY");
  EXPECT_EQ(post(a1), (Seen{503, "server is READ_ONLYnow, please try again later!"}));
  EXPECT_EQ(get("/list?serviceName=a").status, 200);
  ask(Method::kPut, set + "DOWN");
  EXPECT_EQ(get("/list?serviceName=a"), (Seen{503, "server is DOWNnow, please try again later!"}));
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/ns/operator/metrics"), (Seen{200, R"({"status":"DOWN"})"}));
  ask(Method::kPut, set + "null");
  EXPECT_EQ(post(a1), ok);
}

TEST_F(NamingHttpTest, LightBeatsKeepAndFullBeatsRegister) {
  const std::string light = "serviceName=DEFAULT_GROUP%40%40a&ip=10.1.0.1&port=8080";
  EXPECT_EQ(beat(light), beaten(20404));
  const std::string full =
      "beat=%7B%22serviceName%22%3A%22DEFAULT_GROUP%40%40a%22%2C%22ip%22%3A%2210.1.0.1%22%2C%22port%22%"
      "3A8080%2C"
      "%22cluster%22%3A%22DEFAULT%22%2C%22weight%22%3A1.0%2C%22metadata%22%3A%7B%7D%2C%22scheduled%22%"
      "3Afalse%7D";
  EXPECT_EQ(beat("serviceName=DEFAULT_GROUP%40%40a", full), beaten(10200));
  EXPECT_EQ(get("/list?serviceName=a"),
            info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", host(a1_id, "10.1.0.1", "8080", "DEFAULT_GROUP@@a")));
  EXPECT_EQ(beat(light), beaten(10200));
  EXPECT_EQ(beat("serviceName=a&ip=10.1.0.1&port=8080"), beaten(10200));
  EXPECT_EQ(beat("ip=10.1.0.1&port=8080"), (Seen{400, "Param 'serviceName' is required."}));
  EXPECT_EQ(beat("serviceName=a", "beat=%7Bnope").status, 400);
}

TEST_F(NamingHttpTest, SilenceTurnsUnhealthyThenRemoves) {
  post(a1);
  house.runtime.run_for(15s);
  EXPECT_EQ(get("/list?serviceName=a"), info("DEFAULT_GROUP@@a", "DEFAULT_GROUP",
                                             host(a1_id, "10.1.0.1", "8080", "DEFAULT_GROUP@@a", false)));
  EXPECT_EQ(get("/list?serviceName=a&healthyOnly=true"), info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", ""));
  house.runtime.run_for(15s);
  EXPECT_EQ(get("/list?serviceName=a"), info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", ""));
  EXPECT_EQ(beat("serviceName=a&ip=10.1.0.1&port=8080"), beaten(20404));
}

TEST_F(NamingHttpTest, TheBeatAnswersTheIntervalOfTheInstance) {
  post(a1 + "&metadata=preserved.heart.beat.interval%3D1000");
  EXPECT_EQ(beat(a1), (Seen{200, R"({"clientBeatInterval":1000,"code":10200,"lightBeatEnabled":true})"}));
}

TEST_F(NamingHttpTest, ListsServices) {
  post(a1);
  post("serviceName=b&ip=10.1.0.1&port=1");
  post("serviceName=c&groupName=g1&ip=10.1.0.1&port=1");
  const auto list = [&](const std::string& query) {
    return ask(Method::kGet, "/nacos/v1/ns/service/list?" + query);
  };
  EXPECT_EQ(list("pageNo=1&pageSize=10"), (Seen{200, R"({"count":2,"doms":["a","b"]})"}));
  EXPECT_EQ(list("pageNo=2&pageSize=1"), (Seen{200, R"({"count":2,"doms":["b"]})"}));
  EXPECT_EQ(list("pageNo=abc&pageSize=10&groupName=g1"), (Seen{200, R"({"count":1,"doms":["c"]})"}));
  EXPECT_EQ(list("pageSize=10"), (Seen{400, "Param 'pageNo' is required."}));
}

TEST_F(NamingHttpTest, TellsItsStatus) {
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/ns/operator/metrics"), (Seen{200, R"({"status":"UP"})"}));
}

// v3.

TEST_F(NamingHttpTest, V3RegistersBeatsListsAndTakesOut) {
  const std::string path = "/nacos/v3/client/ns/instance";
  const std::string one = "namespaceId=n&groupName=G&serviceName=s1&ip=10.0.0.1&port=80";
  const Seen done{200, R"({"code":0,"message":"success","data":"ok"})"};
  const Seen unknown{200, R"({"code":21003,"message":"instance not found","data":null})"};
  const std::string list = path + "/list?namespaceId=n&groupName=G&serviceName=s1";
  EXPECT_EQ(ask(Method::kPost, path, one + "&heartBeat=true"), unknown);
  EXPECT_EQ(ask(Method::kPost, path, one), done);
  EXPECT_EQ(ask(Method::kPost, path, one + "&heartBeat=true"), done);
  EXPECT_EQ(ask(Method::kGet, list), (Seen{200, R"({"code":0,"message":"success","data":[)" +
                                                    host("", "10.0.0.1", "80", "G@@s1") + "]}"}));
  EXPECT_EQ(ask(Method::kGet, list + "&clusterName=none"),
            (Seen{200, R"({"code":0,"message":"success","data":[]})"}));
  EXPECT_EQ(ask(Method::kDelete, path + "?" + one), done);
  EXPECT_EQ(ask(Method::kGet, list), (Seen{200, R"({"code":0,"message":"success","data":[]})"}));
}

TEST_F(NamingHttpTest, V3RefusesAsRecordedAndWithOurOwnStatusWhereThatIsBroken) {
  const std::string path = "/nacos/v3/client/ns/instance";
  const std::string good = "serviceName=s1&ip=10.0.0.1&port=80";
  const auto missing = [](const std::string& text) {
    return Seen{400, R"({"code":10000,"message":"parameter missing","data":"Required parameter )" + text +
                         R"( is not present"})"};
  };
  const Seen weight{
      400, R"({"code":21001,"message":"weight error","data":"instance format invalid: The weights range )"
           R"(from 0.0 to 10000.0"})"};
  const std::vector<std::pair<std::string, Seen>> table = {
      {"ip=10.0.0.1&port=80", missing("'serviceName' type String")},
      {"serviceName=s1&port=80", missing("'ip' type String")},
      {"serviceName=s1&ip=10.0.0.1", missing("'port' type Integer")},
      {"serviceName=s1&ip=10.0.0.1&port=x",
       {400, "Param 'port' is illegal, the value should be between 0 and 65535.\r\n"}},
      {good + "&weight=-1", weight},
      {good + "&heartBeat=maybe",
       {400,
        R"({"code":30000,"message":"Method parameter 'heartBeat': Failed to convert value of type )"
        R"('java.lang.String' to required type 'boolean'; Invalid boolean value [maybe]","data":null})"}},
      {good + "&metadata=nonsense", {400, "caused: ErrCode:400, ErrMsg:metadata format incorrect:nonsense;"}},
      {"serviceName=a+b&ip=10.0.0.1&port=80",
       {400, "Param 'serviceName' is illegal, illegal characters should not appear in the param.\r\n"}},
  };
  for (const auto& [form, answer] : table) {
    const Seen seen = ask(Method::kPost, path, form);
    EXPECT_EQ(seen.status, answer.status) << form;
    EXPECT_EQ(seen.body, answer.body) << form;
  }
  EXPECT_EQ(house.discovery.instance_count(), 0u);
  EXPECT_EQ(ask(Method::kPost, path, good + "&weight=x").status, 400);
  EXPECT_EQ(ask(Method::kPost, path, "serviceName=%40%40b&ip=10.0.0.1&port=80").status, 200);
}

TEST_F(NamingHttpTest, AnIdThatTheServerMadeUpIsShownOnNoDoor) {
  ask(Method::kPost, "/nacos/v3/client/ns/instance", a1);
  EXPECT_EQ(get("/list?serviceName=a"),
            info("DEFAULT_GROUP@@a", "DEFAULT_GROUP", host("", "10.1.0.1", "8080", "DEFAULT_GROUP@@a")));
  Client client(house);
  client.set_up();
  const auto answer =
      client.call("ServiceQueryRequest", R"({"serviceName":"a","groupName":"DEFAULT_GROUP"})");
  EXPECT_NE(answer.json.find(R"("hosts":[{"ip":"10.1.0.1",)"), std::string::npos);
}

TEST_F(NamingHttpTest, WhatIsEncodedTwiceIsCheckedAsItIsUsed) {
  const std::string twice = "encoding=UTF-8&ip=10.1.0.1&serviceName=";
  EXPECT_EQ(post(twice + "a%2520b&port=80").status, 400);
  EXPECT_EQ(post(twice + "a&groupName=g%252Fh&port=80").status, 400);
  EXPECT_EQ(post(twice + "a&namespaceId=%252Fn&port=80").status, 400);
  EXPECT_EQ(post(twice + "a&port=%2539").status, 400);  // the check sees "%39"
  EXPECT_EQ(house.discovery.service_count(), 0u);
  EXPECT_EQ(post(twice + "a%252Db&port=80"), ok);
  EXPECT_EQ(house.discovery.service_count(), 1u);
}

}  // namespace
}  // namespace batata::nacos
