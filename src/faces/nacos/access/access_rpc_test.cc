// Access over gRPC: what each request type answers without proof, with bad proof, and to whom.
#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kNobody =
    "Code: 401, Message: User not found! Please check user exist or password is right!.";
constexpr std::string_view kQuery = R"({"dataId":"d","group":"g","tenant":""})";

class AccessOverGrpc : public testing::Test {
 protected:
  AccessOverGrpc() { client.set_up(); }
  // "300 config data not exist": the error code and the message.
  std::string ask(std::string_view type, std::string_view body) {
    const auto answer = client.call(type, body);
    const auto json = json::parse(answer.json);
    if (!json) return "nothing";
    return std::to_string((*json)["errorCode"].as_int().value_or(-1)) + " " +
           (*json)["message"].as_text().value_or("");
  }
  GuardedHouse house;
  Client client{house};
};

TEST_F(AccessOverGrpc, RefusesInTheRowsOwnType) {
  const auto query = client.call("ConfigQueryRequest", kQuery);
  EXPECT_EQ(query.type, "ConfigQueryResponse");
  EXPECT_EQ(query.json, R"({"resultCode":500,"errorCode":403,"message":")" + std::string(kNobody) +
                            R"(","lastModified":0,"beta":false,"success":false})");
  const auto listen =
      client.call("ConfigBatchListenRequest",
                  R"({"listen":true,"configListenContexts":[{"dataId":"d","group":"g","md5":""}]})");
  EXPECT_EQ(listen.json, R"({"resultCode":500,"errorCode":403,"message":")" + std::string(kNobody) +
                             R"(","changedConfigs":[],"success":false})");
}

TEST_F(AccessOverGrpc, ACertificateIsAnAccountWhereTheOptionsSaySo) {
  for (const bool counts : {true, false}) {
    AccessOptions rules = guarded();
    if (counts) rules.certificate_name = CertificateName::kCommon;
    GuardedHouse other(std::move(rules));
    Client joe(other);
    joe.transport->certificate =
        std::make_shared<const wire::PeerCertificate>(wire::PeerCertificate{"joe", {}});
    joe.set_up();
    const auto error = [&joe] {
      const auto answer = joe.call("ConfigQueryRequest", kQuery);
      const auto json = json::parse(answer.json);
      return json ? (*json)["errorCode"].as_int().value_or(-1) : -1;
    };
    EXPECT_EQ(error(), 403);
    other.let_joe("*:*:config/*", "r");
    EXPECT_EQ(error(), counts ? 300 : 403);
  }
}

TEST_F(AccessOverGrpc, S12NothingIsReadOrWrittenWithoutProof) {
  const std::string service = R"("namespace":"public","serviceName":"s","groupName":"g")";
  const std::string instance = R"({"ip":"10.1.0.1","port":1,"clusterName":"DEFAULT"})";
  const std::pair<std::string_view, std::string> calls[] = {
      {"ConfigQueryRequest", std::string(kQuery)},
      {"ConfigPublishRequest", R"({"dataId":"d","group":"g","content":"x","additionMap":{}})"},
      {"ConfigRemoveRequest", std::string(kQuery)},
      {"ConfigBatchListenRequest",
       R"({"listen":true,"configListenContexts":[{"dataId":"d","group":"g","md5":""}]})"},
      {"InstanceRequest", "{" + service + R"(,"type":"registerInstance","instance":)" + instance + "}"},
      {"PersistentInstanceRequest",
       R"({"namespace":"public","serviceName":"p","groupName":"g","type":"registerInstance","instance":)"
       R"({"ip":"10.1.0.1","port":1,"clusterName":"DEFAULT","ephemeral":false}})"},
      {"BatchInstanceRequest",
       "{" + service + R"(,"type":"batchRegisterInstance","instances":[)" + instance + "]}"},
      {"PersistentInstanceRequest",
       "{" + service + R"(,"type":"registerInstance","instance":)" + instance + "}"},
      {"ConfigFuzzyWatchRequest", R"({"groupKeyPattern":"public>>g>>*","watchType":"WATCH"})"},
      {"NamingFuzzyWatchRequest", R"({"groupKeyPattern":"public>>g>>*","watchType":"WATCH"})"},
      {"ServiceQueryRequest", "{" + service + "}"},
      {"ServiceListRequest", "{" + service + R"(,"pageNo":1,"pageSize":10})"},
      {"SubscribeServiceRequest", "{" + service + R"(,"subscribe":true,"clusters":""})"},
      {"ConfigFuzzyWatchRequest", R"({"groupKeyPattern":"public>>g>>*","watchType":"WATCH"})"},
      {"ConfigFuzzyWatchRequest", R"({"groupKeyPattern":"public>>g>>*","watchType":"CANCEL_WATCH"})"},
      {"NamingFuzzyWatchRequest", R"({"groupKeyPattern":"public>>g>>*","watchType":"WATCH"})"}};
  for (const auto& [type, body] : calls) {
    client.headers.clear();
    EXPECT_EQ(ask(type, body), "403 " + std::string(kNobody)) << type;
    client.headers = {{"accessToken", house.token("joe")}};
    EXPECT_EQ(ask(type, body), "403 Code: 403, Message: authorization failed!.") << type;
    client.headers = {{"accessToken", house.token("nacos")}};
    EXPECT_NE(ask(type, body).substr(0, 4), "403 ") << type;
  }
  client.headers.clear();
  EXPECT_EQ(ask("HealthCheckRequest", "{}"), "0 ");
}

TEST(AccessToNamespaces, WhichOnesExistIsToldToNobodyWhoMayNotEnter) {
  AccessOptions rules = guarded();
  House house([&rules](Services& services) {
    services.access_options = std::move(rules);
    services.namespaces_must_exist = true;
  });
  house.ask(wire::Method::kPost, "/nacos/v3/auth/user/admin", "password=pw");
  Client client(house);
  client.set_up();
  const auto ask = [&client](std::string_view tenant) {
    const auto answer = client.call(
        "ConfigQueryRequest", R"({"dataId":"d","group":"g","tenant":")" + std::string(tenant) + R"("})");
    const auto json = json::parse(answer.json);
    return json ? (*json)["errorCode"].as_int().value_or(-1) : -1;
  };
  EXPECT_EQ(ask("public"), 403);
  EXPECT_EQ(ask("absent"), 403);
  const WallTime later{house.runtime.wall_now().ms + 3'600'000};
  client.headers = {{"accessToken", sign_token(kTestKey, "nobody", later)}};
  EXPECT_EQ(ask("absent"), 403);
  client.headers = {{"accessToken", sign_token(kTestKey, "nacos", later)}};
  EXPECT_EQ(ask("public"), 300);
  EXPECT_EQ(ask("absent"), 22001);
  client.headers = {{"username", "nacos"}, {"password", "pw"}};  // compared on the loop
  EXPECT_EQ(ask("absent"), 22001);
}

TEST_F(AccessOverGrpc, LocksAreForWhoeverHasSignedIn) {
  const std::string acquire =
      R"({"lockInstance":{"key":"k","expiredTime":-1,"lockType":"NACOS_LOCK"},"lockOperationEnum":"ACQUIRE"})";
  EXPECT_EQ(ask("LockOperationRequest", acquire), "403 " + std::string(kNobody));
  client.headers = {{"accessToken", house.token("ghost")}};
  EXPECT_EQ(ask("LockOperationRequest", acquire), "403 Code: 403, Message: authorization failed!.");
  client.headers = {{"accessToken", house.token("joe")}};
  EXPECT_EQ(ask("LockOperationRequest", acquire), "0 ");
}

TEST_F(AccessOverGrpc, AFuzzyWatchNeedsARightToAllThatItMayTell) {
  house.let_joe("public:g:*", "r");
  client.headers = {{"accessToken", house.token("joe")}};
  for (const std::string type : {"ConfigFuzzyWatchRequest", "NamingFuzzyWatchRequest"}) {
    const auto watch = [&](const std::string& pattern) {
      return ask(type, R"({"groupKeyPattern":")" + pattern + R"(","watchType":"WATCH"})");
    };
    EXPECT_EQ(watch("public>>g>>*"), "0 ") << type;
    EXPECT_EQ(watch(">>g>>a*"), "0 ") << type;
    for (const std::string around :
         {"public>>*>>*", "public>>g*>>a", "other>>g>>*", "public", "public>>h>>a"})
      EXPECT_EQ(watch(around), "403 Code: 403, Message: authorization failed!.") << type << " " << around;
  }
}

TEST_F(AccessOverGrpc, ANameDoesNotMakeAListOfServicesSmaller) {
  house.let_joe("public:g:naming/mine", "r");
  client.headers = {{"accessToken", house.token("joe")}};
  const std::string service = R"({"namespace":"public","groupName":"g","serviceName":"mine")";
  EXPECT_EQ(ask("ServiceQueryRequest", service + "}"), "0 ");
  EXPECT_EQ(ask("ServiceListRequest", service + R"(,"pageNo":1,"pageSize":10})"),
            "403 Code: 403, Message: authorization failed!.");
}

TEST_F(AccessOverGrpc, S12EveryRequestTypeNeedsARightButHealthChecks) {
  std::vector<std::string_view> open;
  for (const Rpc* row : house.face.rpcs()) {
    if (row->cluster_only) continue;
    if (row->permission.empty()) open.push_back(row->request);
    const bool names_things =
        row->permission.starts_with("config:") || row->permission.starts_with("naming:");
    EXPECT_EQ(row->resources != nullptr, names_things) << row->request;
  }
  EXPECT_EQ(open, (std::vector<std::string_view>{"HealthCheckRequest"}));
}

TEST_F(AccessOverGrpc, TakesProofFromHeadersByTheirExactNamesAndFromTheJson) {
  const std::string found = "300 config data not exist", nobody = "403 " + std::string(kNobody);
  const std::string token = house.token("nacos");
  const std::pair<std::vector<std::pair<std::string, std::string>>, std::string> cases[] = {
      {{{"accessToken", token}}, found},
      {{{"Authorization", "Bearer " + token}}, found},
      {{{"username", "nacos"}, {"password", "pw"}}, found},
      {{{"accesstoken", token}}, nobody},
      {{{"authorization", "Bearer " + token}}, nobody},
      {{{"Authorization", token}}, nobody},
      {{{"accessToken", ""}}, nobody},
      {{{"username", "nacos"}, {"password", "no"}}, nobody},
      {{{"golden-identity", "golden-value"}}, nobody},
      {{{"User-Agent", "Nacos-Server"}}, nobody},
      {{{"accessToken", "garbage"}}, "403 Code: 401, Message: token invalid!."}};
  for (const auto& [headers, expected] : cases) {
    client.headers = headers;
    EXPECT_EQ(ask("ConfigQueryRequest", kQuery), expected) << headers.front().first;
  }
  client.headers.clear();
  const std::string in_json = R"({"headers":{"accessToken":")" + token + R"("},"dataId":"d","group":"g"})";
  EXPECT_EQ(ask("ConfigQueryRequest", in_json), found);
  client.headers = {{"accessToken", "garbage"}};
  EXPECT_EQ(ask("ConfigQueryRequest", in_json), "403 Code: 401, Message: token invalid!.");
}

TEST_F(AccessOverGrpc, APasswordOpensWhatIsHandledOnTheLoop) {
  client.headers = {{"username", "nacos"}, {"password", "pw"}};
  EXPECT_EQ(ask("ConfigPublishRequest", R"({"dataId":"d","group":"g","content":"x","additionMap":{}})"),
            "0 ");
  EXPECT_EQ(ask("ConfigQueryRequest", kQuery), "0 ");
  client.headers = {{"username", "joe"}, {"password", "secret1"}};
  EXPECT_EQ(ask("ConfigQueryRequest", kQuery), "403 Code: 403, Message: authorization failed!.");
}

TEST_F(AccessOverGrpc, APublishIsSignedByWhoItNamesElseByWhoHasSignedIn) {
  client.headers = {{"accessToken", house.token("nacos")}};
  const std::string publish = R"({"dataId":"d","group":"g","content":"x","additionMap":{)";
  EXPECT_EQ(ask("ConfigPublishRequest", publish + R"("src_user":"someone"}})"), "0 ");
  EXPECT_EQ((*house.configs.get({"public", "g", "d"}))->modified_by, "someone");
  EXPECT_EQ(ask("ConfigPublishRequest", publish + "}}"), "0 ");
  EXPECT_EQ((*house.configs.get({"public", "g", "d"}))->modified_by, "nacos");
}

TEST_F(AccessOverGrpc, TheParameterCheckStandsBeforeIt) {
  EXPECT_EQ(ask("ConfigQueryRequest", R"({"dataId":"a b","group":"g"})").substr(0, 24),
            "400 Param check invalid:");
}

TEST_F(AccessOverGrpc, APermissionReachesAsFarAsItsPattern) {
  house.let_joe("public:g:config/*", "r");
  client.headers = {{"accessToken", house.token("joe")}};
  EXPECT_EQ(ask("ConfigQueryRequest", kQuery), "300 config data not exist");
  EXPECT_EQ(ask("ConfigQueryRequest", R"({"dataId":"d","group":"g","tenant":"other"})"),
            "403 Code: 403, Message: authorization failed!.");
  EXPECT_EQ(ask("ConfigRemoveRequest", kQuery), "403 Code: 403, Message: authorization failed!.");
  // Listening asks for all names of a namespace, as upstream does.
  const std::string listen =
      R"({"listen":true,"configListenContexts":[{"dataId":"d","group":"g","md5":""}]})";
  EXPECT_EQ(ask("ConfigBatchListenRequest", listen), "403 Code: 403, Message: authorization failed!.");
  house.let_joe("public:*:*", "r");
  EXPECT_EQ(ask("ConfigBatchListenRequest", listen), "0 ");
  EXPECT_EQ(ask("ConfigBatchListenRequest",
                R"({"listen":true,"configListenContexts":[{"dataId":"d","group":"g","md5":""},)"
                R"({"dataId":"d","group":"g","md5":"","tenant":"other"}]})"),
            "403 Code: 403, Message: authorization failed!.");
}

TEST_F(AccessOverGrpc, AFuzzyWatchNeedsARightToAllThatItsPatternMatches) {
  house.let_joe("public:g:config/app*", "r");
  client.headers = {{"accessToken", house.token("joe")}};
  const auto watch = [this](std::string_view type, const std::string& pattern) {
    return ask(type, R"({"groupKeyPattern":")" + pattern + R"(","watchType":"WATCH"})");
  };
  const std::string refused = "403 Code: 403, Message: authorization failed!.";
  for (const char* pattern : {"public>>g>>app*", "public>>g>>app.yaml", "public>>g>>app*.yaml", ">>g>>app*"})
    EXPECT_EQ(watch("ConfigFuzzyWatchRequest", pattern), "0 ") << pattern;
  for (const char* pattern : {"public>>g>>*", "public>>g>>*app*", "public>>g*>>app*", "public>>*>>app*",
                              "other>>g>>app*", "public", "public>>g", "public>>g>>", ""})
    EXPECT_EQ(watch("ConfigFuzzyWatchRequest", pattern), refused) << pattern;
  EXPECT_EQ(watch("NamingFuzzyWatchRequest", "public>>g>>app*"), refused);
}

TEST_F(AccessOverGrpc, IsOpenWhileClientsNeedNotSignIn) {
  AccessOptions rules = guarded();
  rules.client = false;
  GuardedHouse open(std::move(rules));
  Client other(open);
  other.set_up();
  other.headers = {{"accessToken", "garbage"}};
  EXPECT_NE(other.call("ConfigQueryRequest", kQuery).json.find("\"errorCode\":300"), std::string::npos);
}

}  // namespace
}  // namespace batata::nacos
