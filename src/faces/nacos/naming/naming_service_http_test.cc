// Answers are compared with recordings of 2.5.1; only times are replaced.
#include <gtest/gtest.h>

#include "tests/support/nacos_ask.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using wire::Method;

struct NamingServiceHttpTest : testing::Test {
  Seen ask(Method method, const std::string& target) {
    return ask_seen(house, method, "/nacos/v1/ns" + target);
  }
  Seen service(Method method, const std::string& query) { return ask(method, "/service?" + query); }
  static Seen text(int status, const std::string& body) { return {status, body}; }

  House house;
  const Seen ok{200, "ok"};
};

TEST_F(NamingServiceHttpTest, AServiceIsCreatedReadChangedAndRemoved) {
  EXPECT_EQ(service(Method::kPost, "serviceName=s1&protectThreshold=0.5&metadata=k%3Dv"), ok);
  EXPECT_EQ(
      service(Method::kGet, "serviceName=s1"),
      text(200, R"({"namespaceId":"public","groupName":"DEFAULT_GROUP","name":"s1","protectThreshold":0.5,)"
                R"("metadata":{"k":"v"},"selector":{"type":"none","contextType":"NONE"},"clusters":[]})"));
  EXPECT_EQ(service(Method::kPost, "serviceName=s1"),
            text(400, "specified service DEFAULT_GROUP@@s1 already exists!"));
  EXPECT_EQ(service(Method::kPut, "serviceName=s1&protectThreshold=0.8&metadata=%7B%22k%22%3A%22w%22%7D"),
            ok);
  EXPECT_EQ(
      service(Method::kGet, "serviceName=s1"),
      text(200, R"({"namespaceId":"public","groupName":"DEFAULT_GROUP","name":"s1","protectThreshold":0.8,)"
                R"("metadata":{"k":"w"},"selector":{"type":"none","contextType":"NONE"},"clusters":[]})"));
  EXPECT_EQ(service(Method::kDelete, "serviceName=s1"), ok);
  EXPECT_EQ(service(Method::kDelete, "serviceName=s1"), text(400, "service DEFAULT_GROUP@@s1 not found!"));
  EXPECT_EQ(service(Method::kGet, "serviceName=none"),
            text(400, "service not found, namespace: public, serviceName: DEFAULT_GROUP@@none"));
  EXPECT_EQ(service(Method::kPut, "serviceName=none&protectThreshold=0.1"),
            text(400, "service DEFAULT_GROUP@@none not found!"));
}

TEST_F(NamingServiceHttpTest, SelectorsAreReadAndShown) {
  EXPECT_EQ(
      service(Method::kPost,
              "serviceName=s2&groupName=g1&selector=%7B%22type%22%3A%22label%22%2C%22expression%22%3A%22"
              "CONSUMER.label.zone+%3D+PROVIDER.label.zone%22%7D"),
      ok);
  EXPECT_EQ(
      service(Method::kGet, "serviceName=s2&groupName=g1"),
      text(200,
           R"({"namespaceId":"public","groupName":"g1","name":"s2","protectThreshold":0.0,"metadata":{},)"
           R"("selector":{"type":"label","expression":"CONSUMER.label.zone = PROVIDER.label.zone",)"
           R"("labels":["zone"],"contextType":"CMDB"},"clusters":[]})"));
  EXPECT_EQ(service(Method::kPost, "serviceName=s3&selector=%7B%22type%22%3A%22nope%22%7D"),
            text(400, "not match any type of selector!"));
  EXPECT_EQ(service(Method::kPost, "serviceName=s3&selector=%7Bx").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/service/selector/types"),
            text(200, R"({"code":200,"message":null,"data":["label","none"]})"));
}

TEST_F(NamingServiceHttpTest, BadRequestsAreRefusedAsRecorded) {
  EXPECT_EQ(service(Method::kPost, ""), text(400, "Parameter 'serviceName' is missing"));
  EXPECT_EQ(
      service(Method::kPost, "serviceName=s3&protectThreshold=abc"),
      text(500,
           "caused: Failed to convert value of type 'java.lang.String' to required type 'float'; nested "
           "exception is java.lang.NumberFormatException: For input string: \"abc\";caused: For input "
           "string: \"abc\";"));
  EXPECT_EQ(service(Method::kPut, "serviceName=s1"), text(400, "Param 'protectThreshold' is required."));
  EXPECT_EQ(service(Method::kPut, "protectThreshold=1"), text(400, "Param 'serviceName' is required."));
  EXPECT_EQ(ask(Method::kGet, "/service/subscribers"), text(400, "Param 'serviceName' is required."));
  EXPECT_EQ(service(Method::kPatch, "serviceName=s1").status, 501);
  EXPECT_EQ(service(Method::kPost, "serviceName=s3&protectThreshold=Infinity").status, 500);
}

TEST_F(NamingServiceHttpTest, AServiceWithInstancesStays) {
  ask(Method::kPost, "/instance?serviceName=b&groupName=g1&ip=10.1.0.1&port=1");
  EXPECT_EQ(service(Method::kDelete, "serviceName=b&groupName=g1"),
            text(400, "Service g1@@b is not empty, can't be delete. Please unregister instance first"));
}

TEST_F(NamingServiceHttpTest, NamesAreListedByNamespace) {
  ask(Method::kPost, "/instance?serviceName=b&groupName=g1&ip=10.1.0.1&port=1");
  ask(Method::kPost, "/instance?serviceName=a&namespaceId=dev&ip=10.1.0.1&port=1");
  EXPECT_EQ(ask(Method::kGet, "/service/names"),
            text(200, R"({"META-INF/services":{"dev":["DEFAULT_GROUP@@a"],"public":["g1@@b"]},"count":2})"));
  EXPECT_EQ(ask(Method::kPost, "/service/names?namespaceId=dev&expr=zz"),
            text(200, R"({"META-INF/services":{"dev":[]},"count":0})"));
}

TEST_F(NamingServiceHttpTest, ASubscriberOverGrpcIsListed) {
  Client client(house);
  client.set_up(
      R"({"clientVersion":"Nacos-Java-Client:v2.5.1","labels":{"AppName":"shop","module":"naming"}})");
  client.call(
      "SubscribeServiceRequest",
      R"({"namespace":"public","serviceName":"orders","groupName":"g","subscribe":true,"clusters":""})");
  EXPECT_EQ(
      ask(Method::kGet, "/service/subscribers?serviceName=g%40%40orders"),
      text(200, R"({"subscribers":[{"addrStr":"10.0.0.9","agent":"Nacos-Java-Client:v2.5.1","app":"shop",)"
                R"("ip":"10.0.0.9","port":0,"namespaceId":"public","serviceName":"g@@orders","cluster":""}],)"
                R"("count":1})"));
  EXPECT_EQ(ask(Method::kGet, "/service/subscribers?serviceName=orders"),
            text(200, R"({"subscribers":[],"count":0})"))
      << "of another group";
}

TEST_F(NamingServiceHttpTest, TheCatalogShowsServicesAndTheirClusters) {
  ask(Method::kPost, "/instance?serviceName=cat&ip=10.1.0.1&port=8080&clusterName=c1&metadata=k%3Dv");
  ask(Method::kPost, "/instance?serviceName=cat&ip=10.1.0.2&port=8080&clusterName=c2&healthy=false");
  service(Method::kPost, "serviceName=cat2&groupName=g1&protectThreshold=0.3&metadata=a%3Db");
  const std::string cat = R"({"name":"cat","groupName":"DEFAULT_GROUP","clusterCount":2,"ipCount":2,)"
                          R"("healthyInstanceCount":1,"triggerFlag":"false"})";
  const std::string cat2 = R"({"name":"cat2","groupName":"g1","clusterCount":0,"ipCount":0,)"
                           R"("healthyInstanceCount":0,"triggerFlag":"false"})";
  const auto services = [&](const std::string& query) {
    return ask(Method::kGet, "/catalog/services?pageNo=1&pageSize=10" + query);
  };
  EXPECT_EQ(services(""), text(200, R"({"count":2,"serviceList":[)" + cat + "," + cat2 + "]}"));
  EXPECT_EQ(services("&serviceNameParam=cat2"), text(200, R"({"count":1,"serviceList":[)" + cat2 + "]}"));
  EXPECT_EQ(services("&hasIpCount=true"), text(200, R"({"count":1,"serviceList":[)" + cat + "]}"));
  EXPECT_EQ(ask(Method::kGet, "/catalog/services?pageNo=2&pageSize=1"),
            text(200, R"({"count":2,"serviceList":[)" + cat2 + "]}"));
  EXPECT_EQ(ask(Method::kGet, "/catalog/services?pageNo=7&pageSize=10").body, services("").body);
  EXPECT_EQ(
      services("&withInstances=true&serviceNameParam=cat2"),
      text(200,
           R"([{"namespace":null,"serviceName":"cat2","groupName":"g1","clusterMap":{},"metadata":{"a":"b"},)"
           R"("protectThreshold":0.0,"selector":null,"ephemeral":null}])"));
  EXPECT_NE(services("&withInstances=true")
                .body.find(
                    R"("c1":{"clusterName":null,"healthChecker":null,"metadata":null,"hosts":[{"valid":true,)"
                    R"("metadata":{"k":"v"},"port":8080,"ip":"10.1.0.1","weight":1.0,"enabled":true}]})"),
            std::string::npos);
  EXPECT_EQ(ask(Method::kGet, "/catalog/services").status, 500);
  EXPECT_EQ(ask(Method::kGet, "/catalog/service?serviceName=none"),
            text(404, "service DEFAULT_GROUP@@none is not found!"));
  EXPECT_EQ(ask(Method::kGet, "/catalog/service"), text(404, "service @@ is not found!"));
}

TEST_F(NamingServiceHttpTest, TheCatalogPagesTheInstancesOfACluster) {
  for (const std::string ip : {"10.1.0.1", "10.1.0.2", "10.1.0.3"})
    ask(Method::kPost, "/instance?serviceName=cat&port=1&clusterName=c1&ip=" + ip);
  const std::string page = "/catalog/instances?serviceName=cat&clusterName=c1";
  const Seen second = ask(Method::kPost, page + "&pageNo=2&pageSize=2");
  EXPECT_EQ(second.status, 200);
  EXPECT_TRUE(second.body.ends_with(R"(],"count":3})")) << second.body;
  EXPECT_EQ(second.body.find("10.1.0.1"), std::string::npos);
  EXPECT_NE(second.body.find("10.1.0.3"), std::string::npos);
  EXPECT_EQ(ask(Method::kGet, page + "&pageNo=9&pageSize=2"), text(200, R"({"list":[],"count":3})"));
  EXPECT_EQ(ask(Method::kGet, "/catalog/instances?serviceName=cat&clusterName=zz&pageNo=1&pageSize=1"),
            text(404, "cluster zz is not found!"));
  EXPECT_EQ(ask(Method::kGet, "/catalog/instances?serviceName=cat&pageNo=1&pageSize=1"),
            text(400, "Parameter 'clusterName' is missing"));
}

TEST_F(NamingServiceHttpTest, AClusterIsSetAndHealthOnlyWhereNothingChecks) {
  ask(Method::kPost, "/instance?serviceName=cat&ip=10.1.0.1&port=1&clusterName=c1&ephemeral=false");
  const std::string health = "/health/instance?serviceName=cat&ip=10.1.0.1&port=1&clusterName=c1";
  EXPECT_EQ(ask(Method::kPut, health + "&healthy=false"),
            text(400, "health check is still working, service: DEFAULT_GROUP@@cat, cluster: c1"));
  const std::string cluster = "/cluster?clusterName=c1&checkPort=80&useInstancePort4Check=true";
  EXPECT_EQ(ask(Method::kPut,
                cluster + "&serviceName=cat&healthChecker=%7B%22type%22%3A%22NONE%22%7D&metadata=x%3Dy"),
            ok);
  EXPECT_EQ(
      ask(Method::kGet, "/catalog/service?serviceName=cat"),
      text(200, R"({"service":{"name":"cat","groupName":"DEFAULT_GROUP","protectThreshold":0.0,)"
                R"("selector":{"type":"none","contextType":"NONE"},"metadata":{}},"clusters":[{)"
                R"("serviceName":"DEFAULT_GROUP@@cat","name":"c1","healthChecker":{"type":"NONE"},)"
                R"("defaultPort":80,"defaultCheckPort":80,"useIPPort4Check":true,"metadata":{"x":"y"}}]})"));
  EXPECT_EQ(ask(Method::kPut, health + "&valid=false"), ok);
  EXPECT_EQ(ask(Method::kGet, "/instance/statuses?key=DEFAULT_GROUP%40%40cat"),
            text(200, R"({"ips":["10.1.0.1:1_false"]})"));
  EXPECT_EQ(ask(Method::kPut, health), text(400, "Param 'healthy' is required."));
  EXPECT_EQ(ask(Method::kPut, cluster + "&serviceName=none&healthChecker=%7B%7D"),
            text(400, "service not found:DEFAULT_GROUP@@none"));
  EXPECT_EQ(ask(Method::kPut, "/cluster?clusterName=c1&serviceName=cat&useInstancePort4Check=true"),
            text(400, "Param 'checkPort' is required."));
  EXPECT_EQ(ask(Method::kPut, cluster + "&serviceName=cat&healthChecker=x").status, 400);
}

TEST_F(NamingServiceHttpTest, SaysWhatCheckersThereAreAndThatItIsThere) {
  EXPECT_EQ(ask(Method::kGet, "/health/checkers"),
            text(200, R"({"TCP":{},"HTTP":{"path":"","headers":"","expectedResponseCode":200},)"
                      R"("MYSQL":{"user":null,"pwd":null,"cmd":null},"NONE":{}})"));
  EXPECT_EQ(
      ask(Method::kDelete, "/health/server"),
      text(200, R"({"msg":"Hello! I am Nacos-Naming and healthy! total services: 0, local port:8848"})"));
}

TEST_F(NamingServiceHttpTest, SwitchesAreShownAndSet) {
  const Seen before = ask(Method::kGet, "/operator/switches");
  EXPECT_TRUE(before.body.starts_with(
      R"({"masters":null,"adWeightMap":{},"defaultPushCacheMillis":10000,"clientBeatInterval":5000,)"
      R"("defaultCacheMillis":3000,"distroThreshold":0.7,"healthCheckEnabled":true,)"))
      << before.body;
  EXPECT_NE(
      before.body.find(R"("pushGoVersion":"0.1.0","pushJavaVersion":"0.1.0","pushPythonVersion":"0.4.3",)"
                       R"("pushCVersion":"1.0.12","pushCSharpVersion":"0.9.0","enableAuthentication":false,)"
                       R"("overriddenServerStatus":null,"defaultInstanceEphemeral":true,)"),
      std::string::npos);
  EXPECT_EQ(ask(Method::kPut, "/operator/switches?entry=nope&value=1"), ok);
  EXPECT_EQ(ask(Method::kPut, "/ops/switches?entry=pushEnabled&value=maybe"), ok);
  EXPECT_NE(ask(Method::kGet, "/ops/switches").body.find(R"("pushEnabled":false)"), std::string::npos);
  EXPECT_EQ(ask(Method::kPut, "/operator/switches?entry=distroThreshold&value=abc"),
            text(400, "For input string: \"abc\""));
  EXPECT_EQ(ask(Method::kPut, "/operator/switches?entry=pushEnabled"),
            text(400, "Parameter 'value' is missing"));
}

TEST_F(NamingServiceHttpTest, CountersAreRealNumbers) {
  ask(Method::kPost, "/instance?serviceName=a&ip=10.1.0.1&port=1");
  ask(Method::kPost, "/instance?serviceName=p&ip=10.1.0.1&port=1&ephemeral=false");
  Client client(house);
  client.set_up(R"({"clientVersion":"x","labels":{"module":"naming"}})");
  client.call("SubscribeServiceRequest",
              R"({"serviceName":"a","groupName":"DEFAULT_GROUP","subscribe":true})");
  EXPECT_EQ(ask(Method::kGet, "/operator/metrics"), text(200, R"({"status":"UP"})"));
  EXPECT_EQ(ask(Method::kGet, "/operator/metrics?onlyStatus=false"),
            text(200, R"({"status":"UP","serviceCount":2,"instanceCount":2,"subscribeCount":1,)"
                      R"("responsibleInstanceCount":2,"clientCount":3,"connectionBasedClientCount":1,)"
                      R"("ephemeralIpPortClientCount":1,"persistentIpPortClientCount":1,)"
                      R"("responsibleClientCount":3,"cpu":0.25,"load":1.5,"mem":0.0})"));
}

TEST_F(NamingServiceHttpTest, TellsWhoAnswersForAClientAndSetsTheLog) {
  EXPECT_EQ(ask(Method::kGet, "/operator/distro/client?ip=10.1.0.1&port=8080"),
            text(200, R"({"responsibleServer":"10.0.0.1:8848"})"));
  EXPECT_EQ(ask(Method::kGet, "/operator/distro/client?port=8080"), text(400, "Parameter 'ip' is missing"));
  EXPECT_EQ(ask(Method::kPut, "/operator/log?logName=nosuch&logLevel=info"), ok);
  EXPECT_EQ(ask(Method::kPut, "/ops/log?logName=naming-main"), text(400, "Parameter 'logLevel' is missing"));
}

TEST_F(NamingServiceHttpTest, PathsOfOneXAreUnknown) {
  EXPECT_EQ(ask(Method::kGet, "/raft/leader"),
            text(501, R"({"timestamp":0,"status":501,"error":"Not Implemented","message":"no such )"
                      R"(api:GET:/nacos/v1/ns/raft/leader","path":"/nacos/v1/ns/raft/leader"})"));
}

}  // namespace
}  // namespace batata::nacos
