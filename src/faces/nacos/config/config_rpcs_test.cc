// Configs over gRPC as recorded from upstream, 2.5.1 and 3.1.
#include <gtest/gtest.h>

#include "base/hash.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kOk = R"({"resultCode":200,"errorCode":0,"success":true})";
constexpr std::string_view kMissing =
    R"({"resultCode":500,"errorCode":300,"message":"config data not exist","lastModified":0,"beta":false,"success":false})";

class ConfigRequests : public testing::Test {
 protected:
  ConfigRequests() { client.set_up(); }
  std::string publish(std::string_view data_id, std::string_view content, std::string_view more = "") {
    std::string body = R"({"dataId":")";
    body.append(data_id).append(R"(","group":"g","tenant":"","content":")").append(content).append("\"");
    return client.call("ConfigPublishRequest", body.append(more).append("}")).json;
  }
  std::string query(std::string_view names) {
    return client.call("ConfigQueryRequest", "{" + std::string(names) + "}").json;
  }
  House house;
  Client client{house};
};

TEST_F(ConfigRequests, QueryFindsWhatWasPublished) {
  EXPECT_EQ(query(R"("dataId":"a","group":"g","tenant":"")"), kMissing);
  EXPECT_EQ(
      publish("a", "k=1", R"(,"additionMap":{"type":"properties","appName":null,"encryptedDataKey":""})"),
      kOk);
  const std::string found =
      R"({"resultCode":200,"errorCode":0,"content":"k=1","encryptedDataKey":"","contentType":"properties",)"
      R"("md5":"ceef78b61bf01306cc7e80344c92c19d","lastModified":)";
  for (const std::string_view tenant :
       {R"(,"tenant":"")", R"(,"tenant":null)", R"(,"tenant":"public")", ""}) {
    const std::string answer = query(R"("dataId":"a","group":"g")" + std::string(tenant));
    EXPECT_TRUE(answer.starts_with(found)) << answer;
    EXPECT_TRUE(answer.ends_with(R"(,"beta":false,"success":true})")) << answer;
  }
  EXPECT_EQ(query(R"("dataId":"a","group":"g","tenant":"dev")"), kMissing);
}

TEST_F(ConfigRequests, QueryForATagThatHasNoValueNamesTheTag) {
  publish("a", "k=1");
  EXPECT_EQ(
      query(R"("dataId":"a","group":"g","tag":"blue")"),
      R"({"resultCode":500,"errorCode":300,"message":"config data not exist","lastModified":0,"tag":"blue",)"
      R"("beta":false,"success":false})");
}

TEST_F(ConfigRequests, BadNamesAreRefusedInTheTypeOfTheAnswer) {
  const auto answer = client.call("ConfigQueryRequest", R"({"dataId":"a b?","group":"g"})");
  EXPECT_EQ(answer.type, "ConfigQueryResponse");
  EXPECT_EQ(
      answer.json,
      R"({"resultCode":500,"errorCode":400,"message":"Param check invalid:Param 'dataId' is illegal, illegal )"
      R"(characters should not appear in the param.","lastModified":0,"beta":false,"success":false})");
  EXPECT_EQ(
      client.call("ConfigBatchListenRequest", R"({"configListenContexts":[{"dataId":"a b","group":"g"}]})")
          .json,
      R"({"resultCode":500,"errorCode":400,"message":"Param check invalid:Param 'dataId' is illegal, illegal )"
      R"(characters should not appear in the param.","changedConfigs":[],"success":false})");
}

TEST_F(ConfigRequests, NamesThatWereNotSentAreTypedFailures) {
  EXPECT_EQ(
      query(R"("group":"g")"),
      R"({"resultCode":500,"errorCode":500,"message":"Cannot invoke \"String.length()\" because \"str\" is null",)"
      R"("lastModified":0,"beta":false,"success":false})");
  EXPECT_EQ(client.call("ConfigRemoveRequest", R"({"group":"g"})").json,
            R"({"resultCode":500,"errorCode":0,"message":"invalid dataId : null","success":false})");
}

TEST_F(ConfigRequests, ContentAndDetailsAreCheckedWithTheirOwnCodes) {
  EXPECT_EQ(publish("a", ""),
            R"({"resultCode":500,"errorCode":400,"message":"content is blank : ","success":false})");
  EXPECT_EQ(client.call("ConfigPublishRequest", R"({"dataId":"a","group":"g"})").json,
            R"({"resultCode":500,"errorCode":400,"message":"content is blank : null","success":false})");
  EXPECT_EQ(client.call("ConfigPublishRequest", R"({"dataId":"a","group":"","content":"x"})").json,
            R"({"resultCode":500,"errorCode":400,"message":"invalid group : ","success":false})");
  EXPECT_EQ(publish("a", "x", R"(,"additionMap":{"tag":"ttttttttttttttttt"})"),
            R"({"resultCode":500,"errorCode":500,"message":"too long tag, over 16","success":false})");
  EXPECT_EQ(publish("a", "x", R"(,"additionMap":{"config_tags":"a,b,c,d,e,f"})"),
            R"({"resultCode":500,"errorCode":500,"message":"too much config_tags, over 5","success":false})");
}

// What stands between the md5 and the end, of a found config.
std::string tail(const std::string& json) {
  const auto from = json.find(",\"lastModified\":");
  const auto comma = from == json.npos ? from : json.find(',', from + 1);
  return comma == json.npos ? json : json.substr(comma);
}

TEST_F(ConfigRequests, ABetaIsForTheAddressesThatItNames) {
  publish("a", "formal");
  ASSERT_EQ(publish("a", "other", R"(,"additionMap":{"betaIps":"10.0.0.1"})"), kOk);
  EXPECT_NE(query(R"("dataId":"a","group":"g")").find(R"("content":"formal","encryptedDataKey":"")"),
            std::string::npos);
  ASSERT_EQ(publish("a", "beta", R"(,"additionMap":{"betaIps":"10.0.0.1,10.0.0.9"})"), kOk);
  const std::string beta = query(R"("dataId":"a","group":"g")");
  EXPECT_TRUE(
      beta.starts_with(R"({"resultCode":200,"errorCode":0,"content":"beta","contentType":"text","md5":)"))
      << beta;
  EXPECT_EQ(tail(beta), R"(,"beta":true,"success":true})");
}

TEST_F(ConfigRequests, ATagIsForThoseWhoAskForItByName) {
  publish("a", "formal");
  ASSERT_EQ(publish("a", "blue", R"(,"additionMap":{"tag":"blue"})"), kOk);
  EXPECT_EQ(tail(query(R"("dataId":"a","group":"g")")), R"(,"beta":false,"success":true})");
  const std::string blue = query(R"("dataId":"a","group":"g","tag":"blue")");
  EXPECT_NE(blue.find(R"("content":"blue","contentType")"), std::string::npos) << blue;
  EXPECT_EQ(tail(blue), R"(,"tag":"blue","beta":false,"success":true})");
  EXPECT_NE(query(R"("dataId":"a","group":"g","tag":"green")").find(R"("errorCode":300)"), std::string::npos);
}

TEST_F(ConfigRequests, RemovingTakesTheTagAsTheNameOfARelease) {
  publish("a", "blue", R"(,"additionMap":{"tag":"blue"})");
  EXPECT_EQ(
      client.call("ConfigRemoveRequest", R"({"dataId":"a","group":"g","tag":"blue"})").json,
      R"({"resultCode":500,"errorCode":0,"message":"Cannot invoke \"com.alibaba.nacos.config.server.model.)"
      R"(ConfigInfoGrayWrapper.getId()\" because \"oldConfigAllInfo4Gray\" is null","success":false})");
  EXPECT_NE(query(R"("dataId":"a","group":"g","tag":"blue")").find(R"("content":"blue")"), std::string::npos);
  EXPECT_EQ(client.call("ConfigRemoveRequest", R"({"dataId":"a","group":"g","tag":"tag_blue"})").json, kOk);
  EXPECT_NE(query(R"("dataId":"a","group":"g","tag":"blue")").find(R"("errorCode":300)"), std::string::npos);
}

TEST_F(ConfigRequests, ListeningComparesWithWhatTheClientGets) {
  publish("a", "formal");
  publish("a", "beta", R"(,"additionMap":{"betaIps":"10.0.0.9"})");
  const auto changes = [this](std::string_view content) {
    const std::string body = R"({"listen":true,"configListenContexts":[{"dataId":"a","group":"g","md5":")" +
                             md5_hex(content) + "\"}]}";
    return client.call("ConfigBatchListenRequest", body).json.find(R"("dataId":"a")") != std::string::npos;
  };
  EXPECT_TRUE(changes("formal"));
  EXPECT_FALSE(changes("beta"));
}

TEST_F(ConfigRequests, ComparingPublishesWriteOnlyOverTheMd5TheyExpect) {
  publish("cas", "v1");
  EXPECT_EQ(publish("cas", "v2", R"(,"casMd5":"6654c734ccab8f440ff0825eb443dc7f")"), kOk);
  EXPECT_EQ(
      publish("cas", "v3", R"(,"casMd5":"6654c734ccab8f440ff0825eb443dc7f")"),
      R"({"resultCode":500,"errorCode":500,"message":"Cas publish fail, server md5 may have changed.","success":false})");
  EXPECT_EQ(publish("cas", "v4", R"(,"casMd5":"")"), kOk);
}

TEST_F(ConfigRequests, WritesThatFailAreNotSaidToHaveSucceeded) {
  house.proposer.refuse = true;
  EXPECT_NE(publish("a", "x").find(R"("errorCode":503)"), std::string::npos);
  EXPECT_EQ(query(R"("dataId":"a","group":"g")"), kMissing);
}

TEST_F(ConfigRequests, RemovingSucceedsAlsoWhereThereIsNothing) {
  publish("a", "x");
  EXPECT_EQ(client.call("ConfigRemoveRequest", R"({"dataId":"a","group":"g","tenant":"public"})").json, kOk);
  EXPECT_EQ(query(R"("dataId":"a","group":"g")"), kMissing);
  EXPECT_EQ(client.call("ConfigRemoveRequest", R"({"dataId":"a","group":"g"})").json, kOk);
}

TEST_F(ConfigRequests, ListeningTellsWhatTheClientDoesNotHaveInItsOwnSpelling) {
  publish("a", "v1");
  const auto listen = [this](std::string_view context) {
    return client
        .call("ConfigBatchListenRequest",
              R"({"listen":true,"configListenContexts":[)" + std::string(context) + "]}")
        .json;
  };
  const auto changed = [](std::string_view list) {
    return R"({"resultCode":200,"errorCode":0,"changedConfigs":[)" + std::string(list) +
           R"(],"success":true})";
  };
  EXPECT_EQ(listen(R"({"dataId":"a","group":"g","tenant":"","md5":"6654c734ccab8f440ff0825eb443dc7f"})"),
            changed(""));
  EXPECT_EQ(
      listen(R"({"dataId":"a","group":"g","tenant":"public","md5":"6654c734ccab8f440ff0825eb443dc7f"})"),
      changed(""));
  EXPECT_EQ(listen(R"({"dataId":"a","group":"g","tenant":"public","md5":"0"})"),
            changed(R"({"group":"g","dataId":"a","tenant":"public"})"));
  EXPECT_EQ(listen(R"({"dataId":"a","group":"g","tenant":"","md5":"0"})"),
            changed(R"({"group":"g","dataId":"a","tenant":""})"));
  EXPECT_EQ(listen(R"({"dataId":"a","group":"g","tenant":null,"md5":"0"})"),
            changed(R"({"group":"g","dataId":"a"})"));
  EXPECT_EQ(listen(R"({"dataId":"none","group":"g","md5":""})"), changed(""));
  EXPECT_EQ(listen(R"({"dataId":"none","group":"g"})"), changed(R"({"group":"g","dataId":"none"})"));
  EXPECT_EQ(listen(""), changed(""));
  EXPECT_EQ(
      client.call("ConfigBatchListenRequest", R"({"configListenContexts":[{"md5":"","tenant":""}]})").type,
      "ErrorResponse");
}

TEST_F(ConfigRequests, OneRequestListensToSoManyConfigsAndNotMore) {
  std::string contexts;
  for (int i = 0; i < 10'001; ++i) contexts += R"({"dataId":"a","group":"g","md5":""},)";
  contexts.pop_back();
  EXPECT_EQ(
      client.call("ConfigBatchListenRequest", R"({"configListenContexts":[)" + contexts + "]}").json,
      R"({"resultCode":500,"errorCode":400,"message":"Param check invalid:Param 'configListenContexts' is )"
      R"(illegal, the param length should not exceed 10000.","changedConfigs":[],"success":false})");
}

TEST_F(ConfigRequests, ABlankNamespaceIsNoLongerThanOneThatIsNone) {
  EXPECT_NE(client
                .call("ConfigBatchListenRequest",
                      R"({"configListenContexts":[{"dataId":"a","group":"g","tenant":")" +
                          std::string(65, ' ') + R"("}]})")
                .json.find("Param 'namespaceId/tenant' is illegal"),
            std::string::npos);
}

}  // namespace
}  // namespace batata::nacos
