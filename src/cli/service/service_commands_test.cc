#include "cli/service/service_commands.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/service/instances.h"
#include "tests/support/program_runs.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

constexpr const char* kRegister = "POST /nacos/v1/ns/instance";
constexpr const char* kBeat = "PUT /nacos/v1/ns/instance/beat";
constexpr const char* kService =
    "GET /nacos/v1/ns/catalog/service?serviceName=web&groupName=DEFAULT_GROUP&namespaceId=public";
constexpr const char* kCluster =
    "GET /nacos/v1/ns/catalog/instances?serviceName=web&groupName=DEFAULT_GROUP&namespaceId=public"
    "&clusterName=DEFAULT&pageNo=1&pageSize=500";
constexpr const char* kList =
    "GET /nacos/v1/ns/instance/list?serviceName=web&groupName=DEFAULT_GROUP&namespaceId=public";

std::string remove_of(const std::string& port, const std::string& is_ephemeral) {
  return "DELETE /nacos/v1/ns/instance?serviceName=web&groupName=DEFAULT_GROUP&namespaceId=public&ip=10.0.0.1"
         "&port=" +
         port + "&clusterName=DEFAULT&ephemeral=" + is_ephemeral;
}

const std::string kFound = http(
    200,
    R"({"service":{"name":"web","protectThreshold":0.5,"metadata":{"team":"shop"}},"clusters":[{"name":"DEFAULT"}]})");
std::string instance(const std::string& port, const std::string& rest) {
  return R"({"ip":"10.0.0.1","port":)" + port + R"(,"weight":2.0,"clusterName":"DEFAULT","enabled":true,)" +
         rest + "}";
}
const std::string kTwo =
    http(200, R"({"count":2,"list":[)" +
                  instance("80", R"("healthy":true,"ephemeral":false,"metadata":{"a":"b","c":"d"})") + "," +
                  instance("81", R"("healthy":false,"ephemeral":true,"metadata":{})") + "]}");

TEST(ServiceShow, IsTheServiceAndItsInstances) {
  TinyServer server({{kService, kFound}, {kCluster, kTwo}});
  const Ran ran = run_against(server, {"service", "show", "web"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out,
            "service            web\n"
            "group              DEFAULT_GROUP\n"
            "namespace          public\n"
            "protect threshold  0.5\n"
            "metadata           team=shop\n"
            "\n"
            "INSTANCE     CLUSTER  HEALTHY  ENABLED  KIND        WEIGHT  METADATA\n"
            "10.0.0.1:80  DEFAULT  yes      yes      persistent  2       a=b,c=d\n"
            "10.0.0.1:81  DEFAULT  no       yes      ephemeral   2\n");
  TinyServer again({{kService, kFound}, {kCluster, kTwo}});
  EXPECT_EQ(
      run_against(again, {"service", "show", "web", "-o", "json"}).out,
      R"({"service":"web","group":"DEFAULT_GROUP","namespace":"public","protectThreshold":0.5,"metadata":{"team":"shop"},"instances":[)"
      R"({"ip":"10.0.0.1","port":80,"cluster":"DEFAULT","healthy":true,"enabled":true,"ephemeral":false,"weight":2.0,"metadata":{"a":"b","c":"d"}},)"
      R"({"ip":"10.0.0.1","port":81,"cluster":"DEFAULT","healthy":false,"enabled":true,"ephemeral":true,"weight":2.0,"metadata":{}}]})"
      "\n");
}

TEST(ServiceShow, OfOneThatIsNotThereExitsWithThree) {
  TinyServer server({{kService, http(404, "service DEFAULT_GROUP@@web is not found!")}});
  const Ran ran = run_against(server, {"service", "show", "web"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.error,
            "batata: there is no service web in group DEFAULT_GROUP of namespace public\n"
            "next: `batata service list` shows what is there; check --group and --namespace\n");
}

TEST(ServiceRegister, MakesAPersistentInstance) {
  TinyServer server({{kRegister, http(200, "ok")}});
  const Ran ran = run_against(server, {"service", "register", "web", "[::1]:80", "--metadata", "a=b=c",
                                       "--metadata", "d=", "--weight", "0.5", "--cluster", "c1"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out,
            "registered [::1]:80 of cluster c1 of service web in group DEFAULT_GROUP of namespace public\n");
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_TRUE(server.requests[0].ends_with(
      "serviceName=web&groupName=DEFAULT_GROUP&namespaceId=public&ip=%3A%3A1&port=80&clusterName=c1&"
      "ephemeral=false"
      "&weight=0.5&metadata=%7B%22a%22%3A%22b%3Dc%22%2C%22d%22%3A%22%22%7D&enabled=true&healthy=true"))
      << server.requests[0];
}

TEST(ServiceRegister, KeepsAnEphemeralOneByBeatsMakesItAgainWhereItWasForgottenAndTakesItAway) {
  TinyServer server(
      {{kRegister, http(200, "ok")},
       {kBeat, Answers{http(200, R"({"code":10200})"), http(200, R"({"code":20404})"), http(503, "")}},
       {remove_of("80", "true"), http(200, "ok")}});
  const Ran ran =
      run_against(server, {"service", "register", "web", "10.0.0.1:80", "--ephemeral", "-o", "json"},
                  {.stop_after = "asked again each second"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(
      ran.out,
      R"({"service":"web","group":"DEFAULT_GROUP","namespace":"public","ip":"10.0.0.1","port":80,"cluster":"DEFAULT","registered":true})"
      "\n"
      R"({"service":"web","group":"DEFAULT_GROUP","namespace":"public","ip":"10.0.0.1","port":80,"cluster":"DEFAULT","deregistered":true})"
      "\n");
  std::vector<std::string> lines;
  for (const std::string& request : server.requests) lines.push_back(request.substr(0, request.find(" /")));
  EXPECT_EQ(lines, (std::vector<std::string>{"POST", "PUT", "PUT", "POST", "PUT", "DELETE"}));
}

TEST(ServiceRegister, SaysWhatToDoWhereTheServiceIsOfTheOtherKind) {
  TinyServer server({{kRegister, http(400,
                                      "errCode: 400, errMsg: Current service web is ephemeral service, can't "
                                      "register persistent instance. ")}});
  const Ran ran = run_against(server, {"service", "register", "web", "10.0.0.1:80"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.error.find("next: where it says that the service is of the other kind"), std::string::npos)
      << ran.error;
}

TEST(ServiceRegister, RefusesWhatIsNoAddressAndNoMetadata) {
  for (const char* address : {"10.0.0.1", "10.0.0.1:", ":80", "10.0.0.1:0", "10.0.0.1:65536", "::1:80",
                              "[::1]80", "a b:1", "[10.0.0.1]:80", "10.0.0.1:8x"})
    EXPECT_EQ(run_words({"service", "register", "web", address}).code, 2) << address;
  for (const char* metadata : {"a", "=b", ""})
    EXPECT_EQ(run_words({"service", "register", "web", "10.0.0.1:80", "--metadata", metadata}).code, 2)
        << metadata;
}

TEST(ServiceDeregister, TakesAnInstanceOfEitherKindAway) {
  for (const auto& [port, is_ephemeral] : {std::pair{"80", "false"}, std::pair{"81", "true"}}) {
    TinyServer server(
        {{kService, kFound}, {kCluster, kTwo}, {remove_of(port, is_ephemeral), http(200, "ok")}});
    const Ran ran = run_against(server, {"service", "deregister", "web", std::string("10.0.0.1:") + port});
    EXPECT_EQ(ran.code, 0) << ran.error;
    EXPECT_TRUE(ran.out.starts_with(std::string("deregistered 10.0.0.1:") + port)) << ran.out;
  }
  TinyServer server({{kService, kFound}, {kCluster, kTwo}});
  const Ran ran = run_against(server, {"service", "deregister", "web", "10.0.0.1:82"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.error,
            "batata: the service web has no instance 10.0.0.1:82 in cluster DEFAULT\n"
            "next: `batata service show` lists the instances; check --cluster, --group and --namespace\n");
}

TEST(ServiceWatch, PrintsWhatComesChangesAndGoes) {
  const auto hosts = [](const std::string& text) { return http(200, R"({"hosts":[)" + text + "]}"); };
  const std::string well = instance("80", R"("healthy":true,"metadata":{"a":"b"})");
  const std::string ill = instance("80", R"("healthy":false,"metadata":{"a":"b"})");
  TinyServer server({{kList, Answers{hosts(""), hosts(well), hosts(well), hosts(ill), hosts("")}}});
  const Ran ran = run_against(server, {"service", "watch", "web"}, {.stop_after = "removed"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.error, "watching web in group DEFAULT_GROUP of namespace public: 0 instances\n");
  std::string events;
  std::string_view rest = ran.out;
  for (; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
    events += rest.substr(22, rest.find('\n') - 21);  // without the time
  EXPECT_EQ(events,
            "added  10.0.0.1:80  DEFAULT  healthy  weight 2  a=b\n"
            "changed  10.0.0.1:80  DEFAULT  unhealthy  weight 2  a=b\n"
            "removed  10.0.0.1:80  DEFAULT  unhealthy  weight 2  a=b\n");
}

}  // namespace
}  // namespace batata::cli
