// The loader as recorded from upstream: /nacos/v2 from 2.5.1, /nacos/v3 from 3.1.
#include "faces/nacos/core/loader_http.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

class LoaderOverHttp : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target) {
    return std::move(**house.ask(method, std::move(target)));
  }
  static void connect(Client& client) {
    client.set_up(
        R"({"clientVersion":"Nacos-Java-Client:v3.1.0","tenant":"","labels":{"source":"sdk","AppName":"golden",)"
        R"("module":"config,naming","app_zone":"z"},"abilityTable":{"lock":true}})");
  }
  static std::string id_of(const Client& client) {
    return std::to_string(client.transport->accepted_at.ms) + "_10.0.0.9_" +
           std::to_string(client.transport->remote_port);
  }
  static std::string reset(const Client& client, std::size_t n) {
    EXPECT_EQ(client.pushed(n).type, "ConnectResetRequest");
    return client.pushed(n).json;
  }
  House house;
  Client client{house, 40000};
};

TEST_F(LoaderOverHttp, LeavesOutWhatAClientSaysOfItselfAtTooGreatALength) {
  std::string labels = R"({"module":"config","big":")" + std::string(2000, 'x') + "\"";
  for (int i = 0; i < 300; ++i) labels += ",\"label" + std::to_string(i) + "\":\"1\"";
  client.set_up(R"({"clientVersion":")" + std::string(2000, 'v') + R"(","labels":)" + labels + "}}");
  const auto response = ask(Method::kGet, "/nacos/v3/admin/core/loader/current");
  EXPECT_NE(response.body.find(R"("module":"config")"), std::string::npos);
  EXPECT_NE(response.body.find(R"("label1":"1")"), std::string::npos);
  for (const std::string_view much : {"vvvv", "xxxx", "\"big\"", "\"label200\""})
    EXPECT_EQ(response.body.find(much), std::string::npos) << much;
}

TEST_F(LoaderOverHttp, ShowsWhoIsConnected) {
  connect(client);
  const auto response = ask(Method::kGet, "/nacos/v3/admin/core/loader/current");
  const std::string expected =
      R"({"code":0,"message":"success","data":{"ID":{"metaInfo":{"connectionId":"ID","clientIp":"10.0.0.9",)"
      R"("remoteIp":"10.0.0.9","remotePort":40000,"localPort":9848,"connectType":"GRPC",)"
      R"("version":"Nacos-Java-Client:v3.1.0","appName":"golden","labels":{"AppName":"golden","app_zone":"z",)"
      R"("module":"config,naming","source":"sdk"},"createTime":"TIME","lastActiveTime":ACTIVE,"namespaceId":"",)"
      R"("tlsProtected":false,"tag":null,"appLabels":{"ClientVersion":"Nacos-Java-Client:v3.1.0",)"
      R"("AppName":"golden","zone":"z"},"clusterSource":false,"sdkSource":true},"traced":false,)"
      R"("abilityTable":{"lock":true},"connected":true,"labels":{"AppName":"golden","app_zone":"z",)"
      R"("module":"config,naming","source":"sdk"},"appLabels":{"ClientVersion":"Nacos-Java-Client:v3.1.0",)"
      R"("AppName":"golden","zone":"z"}}}})";
  const auto meta = (*json::parse(response.body))["data"][id_of(client)]["metaInfo"];
  const std::string created = meta["createTime"].as_text().value_or("");
  const std::string active = meta["lastActiveTime"].as_text().value_or("");
  EXPECT_EQ(active, std::to_string(client.transport->accepted_at.ms));
  std::string wanted = expected;
  const auto put = [&wanted](const std::string& mark, const std::string& text) {
    for (auto at = wanted.find(mark); at != wanted.npos; at = wanted.find(mark, at + text.size()))
      wanted.replace(at, mark.size(), text);
  };
  put("\"ID\"", "\"" + id_of(client) + "\"");
  put("TIME", created);
  put("ACTIVE", active);
  EXPECT_EQ(response.body, wanted);
}

TEST_F(LoaderOverHttp, ShowsNobodyWhenNobodyIsConnected) {
  EXPECT_EQ(ask(Method::kGet, "/nacos/v2/core/loader/current").body, "{}");
  client.call("ServerCheckRequest", "{}");  // known, but not set up
  EXPECT_EQ(ask(Method::kGet, "/nacos/v3/admin/core/loader/current").body,
            R"({"code":0,"message":"success","data":{}})");
}

TEST_F(LoaderOverHttp, AClientWithoutAbilitiesHasNone) {
  client.set_up("{}");
  const auto body = json::parse(ask(Method::kGet, "/nacos/v2/core/loader/current").body);
  ASSERT_TRUE(body);
  const auto connection = (*body)[id_of(client)];
  EXPECT_TRUE(connection["abilityTable"].is_null());
  EXPECT_EQ(connection["metaInfo"]["appName"].as_string(), "-");
}

TEST_F(LoaderOverHttp, CountsTheConnectionsOfTheCluster) {
  connect(client);
  EXPECT_EQ(
      ask(Method::kGet, "/nacos/v3/admin/core/loader/cluster").body,
      R"({"code":0,"message":"success","data":{"detail":[{"address":"10.0.0.1:8848","sdkConCount":1,"conCount":1,)"
      R"("load":"1.5","cpu":"0.25"}],"memberCount":1,"metricsCount":1,"completed":true,"max":1,"min":1,"avg":1,)"
      R"("threshold":"1.1","total":1}})");
  EXPECT_EQ(
      ask(Method::kGet, "/nacos/v2/core/loader/cluster").body,
      R"({"total":1,"min":1,"avg":1,"max":1,"memberCount":1,"metricsCount":1,"threshold":1.1,"detail":[{"address":)"
      R"("10.0.0.1:8848","metric":{"load":"1.5","sdkConCount":"1","cpu":"0.25","conCount":"1"}}],"completed":true})");
}

TEST_F(LoaderOverHttp, MovesOneClient) {
  connect(client);
  const std::string id = id_of(client);
  EXPECT_EQ(ask(Method::kPost, "/nacos/v3/admin/core/loader/reloadClient?connectionId=none").body,
            R"({"code":0,"message":"success","data":null})");
  EXPECT_EQ(client.pushes(), 1u);
  ask(Method::kPost,
      "/nacos/v3/admin/core/loader/reloadClient?connectionId=" + id + "&redirectAddress=10.9.9.9:8848");
  ASSERT_EQ(client.pushes(), 2u);
  EXPECT_EQ(reset(client, 1), R"({"headers":{},"requestId":")" + client.request_id(1) +
                                  R"(","serverIp":"10.9.9.9","serverPort":"8848","connectionId":")" + id +
                                  R"(","module":"internal"})");
  client.acknowledge(1, "ConnectResetResponse");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v2/core/loader/reloadClient?connectionId=" + id).body, "success");
  ASSERT_EQ(client.pushes(), 3u);
  EXPECT_EQ(reset(client, 2), R"({"headers":{},"requestId":")" + client.request_id(2) +
                                  R"(","serverIp":"","serverPort":"","module":"internal"})");
  house.runtime.run_for(std::chrono::seconds(10));  // no answer: nothing comes of it
  EXPECT_FALSE(client.transport->closed);
}

TEST_F(LoaderOverHttp, MovesThoseAboveACount) {
  Client second(house, 40001), third(house, 40002);
  for (Client* one : {&client, &second, &third}) connect(*one);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v2/core/loader/reloadCurrent?count=100").body, "success");
  ask(Method::kPost, "/nacos/v3/admin/core/loader/reloadCurrent?count=0");
  EXPECT_EQ(client.pushes() + second.pushes() + third.pushes(), 3u);
  EXPECT_EQ(ask(Method::kPost, "/nacos/v3/admin/core/loader/reloadCurrent?count=1").body,
            R"({"code":0,"message":"success","data":null})");
  EXPECT_EQ(client.pushes(), 2u);
  EXPECT_EQ(second.pushes(), 2u);
  EXPECT_EQ(third.pushes(), 1u);
}

TEST_F(LoaderOverHttp, SmartReloadLeavesAClusterOfOneAsItIs) {
  connect(client);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v2/core/loader/smartReloadCluster").body, "Ok");
  for (const std::string factor : {"", "?loaderFactor=0.5", "?loaderFactor=0.1f", "?loaderFactor="})
    EXPECT_EQ(ask(Method::kPost, "/nacos/v3/admin/core/loader/smartReloadCluster" + factor).body,
              R"({"code":0,"message":"success","data":null})");
  EXPECT_EQ(client.pushes(), 1u);
}

TEST_F(LoaderOverHttp, BadParametersAreRefused) {
  const auto expect = [this](Method method, const std::string& path, int status, const std::string& body) {
    const auto response = ask(method, path);
    EXPECT_EQ(response.status, status) << path;
    EXPECT_EQ(response.body, body) << path;
  };
  const std::string v2 = "/nacos/v2/core/loader/", v3 = "/nacos/v3/admin/core/loader/";
  expect(
      Method::kGet, v2 + "reloadCurrent", 500,
      R"({"code":500,"message":"caused: Required request parameter &#39;count&#39; for method parameter type )"
      R"(Integer is not present;","data":null})");
  expect(
      Method::kPost, v3 + "reloadCurrent", 400,
      R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'count' for method )"
      R"(parameter type Integer is not present"})");
  expect(Method::kPost, v3 + "reloadCurrent?count=x", 400,
         R"({"code":30000,"message":"Method parameter 'count': Failed to convert value of type )"
         R"('java.lang.String' to required type 'java.lang.Integer'; For input string: \"x\"","data":null})");
  expect(
      Method::kPost, v3 + "reloadClient", 400,
      R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'connectionId' for )"
      R"(method parameter type String is not present"})");
  expect(Method::kPost, v3 + "smartReloadCluster?loaderFactor=x", 400,
         R"({"code":20002,"message":"parameter validate error","data":"For input string: \"x\""})");
  EXPECT_EQ(ask(Method::kGet, v3 + "reloadCurrent?count=1").status, 405);
  EXPECT_EQ(ask(Method::kGet, v2 + "reloadCurrent?count=9999999999").status, 400);
}

}  // namespace
}  // namespace batata::nacos
