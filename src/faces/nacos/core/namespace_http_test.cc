#include "faces/nacos/core/namespace_http.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

struct Seen {
  int status;
  std::string body;
  bool operator==(const Seen&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.status << " " << seen.body;
}

Seen done(std::string_view data) {
  return {200, R"({"code":0,"message":"success","data":)" + std::string(data) + "}"};
}
Seen missing(std::string_view text) {
  return {400, R"({"code":10000,"message":"parameter missing","data":")" + std::string(text) + "\"}"};
}
Seen illegal(std::string_view text) {
  return {400, R"({"code":22000,"message":"illegal namespace","data":")" + std::string(text) + "\"}"};
}

class NamespacesOverHttp : public testing::Test {
 protected:
  Seen ask(Method method, std::string target, std::string form = {}) {
    const auto answer = house.ask(method, std::move(target), std::move(form));
    if (!*answer) return {0, "no answer"};
    return {(*answer)->status, std::string((*answer)->content())};
  }
  Seen get(std::string target) { return ask(Method::kGet, std::move(target)); }
  House house;
  const std::string v1 = "/nacos/v1/console/namespaces", v2 = "/nacos/v2/console/namespace",
                    admin = "/nacos/v3/admin/core/namespace", console = "/v3/console/core/namespace";
};

constexpr std::string_view kPublicV2 =
    R"({"namespace":"","namespaceShowName":"public","namespaceDesc":"Default Namespace","quota":200,)"
    R"("configCount":0,"type":0})";
constexpr std::string_view kPublicV3 =
    R"({"namespace":"public","namespaceShowName":"public","namespaceDesc":"Default Namespace","quota":200,)"
    R"("configCount":0,"type":0})";

TEST_F(NamespacesOverHttp, ThereIsAlwaysThePublicOne) {
  EXPECT_EQ(get(v1), (Seen{200, R"({"code":200,"message":null,"data":[)" + std::string(kPublicV2) + "]}"}));
  EXPECT_EQ(get(v2 + "/list"), done("[" + std::string(kPublicV2) + "]"));
  EXPECT_EQ(get(admin + "/list"), done("[" + std::string(kPublicV3) + "]"));
  EXPECT_EQ(get(console + "/list"), done("[" + std::string(kPublicV3) + "]"));
  EXPECT_EQ(get(v1 + "?show=all&namespaceId="), (Seen{200, std::string(kPublicV2)}));
  EXPECT_EQ(get(admin + "?namespaceId=public"), done(kPublicV3));
  EXPECT_EQ(get(admin + "?namespaceId="), done(kPublicV2));
}

TEST_F(NamespacesOverHttp, AreMadeOverV1AndAnsweredWithTruthOrNot) {
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=dev&namespaceName=Dev+1&namespaceDesc=first"),
            (Seen{200, "true"}));
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=dev&namespaceName=again"), (Seen{200, "false"}));
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=x&namespaceName="), (Seen{200, "false"}));
  EXPECT_EQ(
      get(v1 + "?show=all&namespaceId=dev"),
      (Seen{200, R"({"namespace":"dev","namespaceShowName":"Dev 1","namespaceDesc":"first","quota":200,)"
                 R"("configCount":0,"type":2})"}));
  EXPECT_EQ(get(v1 + "?checkNamespaceIdExist=true&customNamespaceId=dev"), (Seen{200, "true"}));
  EXPECT_EQ(get(v1 + "?checkNamespaceIdExist=true&customNamespaceId=zz"), (Seen{200, "false"}));
  EXPECT_EQ(get(v1 + "?show=all&namespaceId=zz"), (Seen{500, "caused: namespaceId [ zz ] not exist;"}));
  EXPECT_EQ(ask(Method::kPut, v1, "namespace=dev&namespaceShowName=Two"), (Seen{200, "true"}));
  EXPECT_EQ(ask(Method::kPut, v1, "namespace=dev&namespaceShowName=a%23b"), (Seen{200, "false"}));
  EXPECT_EQ(ask(Method::kPut, v1, "namespace=zz&namespaceShowName=x"), (Seen{200, "true"}));
  EXPECT_EQ(house.namespaces.find("dev")->name, "Two");
  EXPECT_EQ(ask(Method::kDelete, v1 + "?namespaceId=dev"), (Seen{200, "true"}));
  EXPECT_EQ(ask(Method::kDelete, v1 + "?namespaceId=dev"), (Seen{200, "true"}));
  EXPECT_FALSE(house.namespaces.exists("dev"));
}

TEST_F(NamespacesOverHttp, AreRefusedOverV1InItsOwnWords) {
  const auto absent = [](std::string_view name) {
    return Seen{500, "caused: Required request parameter &#39;" + std::string(name) +
                         "&#39; for method parameter type String is not present;"};
  };
  EXPECT_EQ(ask(Method::kPost, v1, "namespaceName=x"), absent("customNamespaceId"));
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=x"), absent("namespaceName"));
  EXPECT_EQ(ask(Method::kPut, v1, "namespace=x"), absent("namespaceShowName"));
  EXPECT_EQ(ask(Method::kDelete, v1), absent("namespaceId"));
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=a+b&namespaceName=x"),
            (Seen{400,
                  "Param 'namespaceId/tenant' is illegal, illegal characters should not appear in the "
                  "param.\r\n"}));
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=" + std::string(65, 'n') + "&namespaceName=x"),
            (Seen{400, "Param 'namespaceId/tenant' is illegal, the param length should not exceed 64.\r\n"}));
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=x&namespaceName=a%40b"),
            (Seen{400,
                  "Param 'namespaceShowName' is illegal, illegal characters should not appear in the "
                  "param.\r\n"}));
  EXPECT_TRUE(house.namespaces.list().empty());
}

TEST_F(NamespacesOverHttp, AreMadeOverV2) {
  EXPECT_EQ(ask(Method::kPost, v2, "namespaceId=dev&namespaceName=Dev&namespaceDesc=d"), done("true"));
  EXPECT_EQ(ask(Method::kPost, v2, "namespaceId=dev&namespaceName=x"),
            illegal("the namespaceId is existed, namespaceId: dev"));
  EXPECT_EQ(ask(Method::kPost, v2, "namespaceId=x"),
            missing("required parameter 'namespaceName' is missing"));
  EXPECT_EQ(get(v2 + "?namespaceId=dev"),
            done(R"({"namespace":"dev","namespaceShowName":"Dev","namespaceDesc":"d","quota":200,)"
                 R"("configCount":0,"type":2})"));
  EXPECT_EQ(
      get(v2 + "?namespaceId=zz"),
      (Seen{404, R"({"code":22001,"message":"namespace not exist","data":"namespaceId [ zz ] not exist"})"}));
  EXPECT_EQ(
      get(v2),
      missing("Required request parameter 'namespaceId' for method parameter type String is not present"));
  EXPECT_EQ(ask(Method::kPut, v2, "namespaceId=dev&namespaceName=Two"), done("true"));
  EXPECT_FALSE(house.namespaces.find("dev")->description);
  EXPECT_EQ(ask(Method::kPut, v2, "namespaceName=x"), missing("required parameter 'namespaceId' is missing"));
  EXPECT_EQ(ask(Method::kDelete, v2 + "?namespaceId=dev"), done("true"));
}

TEST_F(NamespacesOverHttp, AreMadeByAdministrators) {
  EXPECT_EQ(get(admin + "/check?namespaceId=dev"), done("0"));
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=dev&namespaceName=Dev"), done("true"));
  EXPECT_EQ(get(admin + "/check?namespaceId=dev"), done("1"));
  EXPECT_EQ(get(admin + "/check?namespaceId=public"), done("0"));
  EXPECT_EQ(get(admin + "/check?namespaceId="), done("0"));
  const auto taken = [](std::string_view text) {
    return Seen{400,
                R"({"code":22002,"message":"namespace already exist","data":")" + std::string(text) + "\"}"};
  };
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=dev&namespaceName=x"),
            taken("namespaceId [dev] already exist."));
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=public&namespaceName=x"),
            taken("namespaceId [public] is default namespace id and already exist."));
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceName=x"),
            missing("required parameter 'namespaceId' is missing"));
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=a.b&namespaceName=n"),
            illegal("namespaceId [a.b] mismatch the pattern"));
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=x&namespaceName="),
            illegal("namespaceName [] contains illegal char"));
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=" + std::string(65, 'n') + "&namespaceName=n"),
            done("true"));
  EXPECT_EQ(
      ask(Method::kPost, admin, "namespaceId=x&namespaceName=n&namespaceDesc=" + std::string(257, 'd')),
      (Seen{500, R"({"code":30000,"message":"server error","data":"errCode: 500, errMsg: Namespace creation )"
                 R"(failed "})"}));
  EXPECT_EQ(ask(Method::kPut, admin, "namespaceId=dev&namespaceName=a%23b"),
            illegal("namespaceName [a#b] contains illegal char"));
  EXPECT_EQ(ask(Method::kDelete, admin, "namespaceId=dev"), done("true"));
  EXPECT_EQ(ask(Method::kDelete, admin + "?namespaceId=public"), done("true"));
}

TEST_F(NamespacesOverHttp, GetAnIdFromTheConsoleWhenNoneIsGiven) {
  EXPECT_EQ(ask(Method::kPost, console, "namespaceName=generated"), done("true"));
  EXPECT_EQ(ask(Method::kPost, console, "customNamespaceId=named&namespaceName="), done("true"));
  ASSERT_EQ(house.namespaces.list().size(), 2u);
  EXPECT_EQ(get(console + "/exist?customNamespaceId=named"), done("true"));
  EXPECT_EQ(get(console + "/exist?customNamespaceId=public"), done("true"));
  EXPECT_EQ(get(console + "/exist?customNamespaceId="), done("false"));
  EXPECT_EQ(get(console + "?namespaceId=named"),
            done(R"({"namespace":"named","namespaceShowName":"","namespaceDesc":null,"quota":200,)"
                 R"("configCount":0,"type":1})"));
  EXPECT_EQ(ask(Method::kPost, console, "customNamespaceId=x"),
            missing("required parameter 'namespaceName' is missing"));
  EXPECT_EQ(ask(Method::kPost, console, "customNamespaceId=a.b&namespaceName=n").status, 400);
  EXPECT_EQ(ask(Method::kPut, console, "namespaceId=named&namespaceName=x"), done("true"));
  EXPECT_EQ(ask(Method::kDelete, console + "?namespaceId=named"), done("true"));
}

TEST_F(NamespacesOverHttp, TellHowManyConfigsTheyHaveAndLeaveThemWhenTheyGo) {
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=dev&namespaceName=Dev"), done("true"));
  const std::string config = "/nacos/v1/cs/configs";
  EXPECT_EQ(ask(Method::kPost, config, "dataId=d&group=g&tenant=dev&content=x").body, "true");
  const auto count = [this](const std::string& id) {
    const Seen seen = get(admin + "?namespaceId=" + id);
    const auto body = json::parse(seen.body);
    return (*body)["data"]["configCount"].as_int();
  };
  EXPECT_EQ(count("dev"), 1);
  EXPECT_EQ(count("public"), 0);
  EXPECT_EQ(ask(Method::kDelete, admin + "?namespaceId=dev"), done("true"));
  EXPECT_EQ(get(config + "?dataId=d&group=g&tenant=dev").body, "x");
}

TEST_F(NamespacesOverHttp, SayWhenTheyCannotBeWritten) {
  house.proposer.refuse = true;
  EXPECT_EQ(ask(Method::kPost, admin, "namespaceId=dev&namespaceName=Dev").status, 503);
  EXPECT_EQ(ask(Method::kPost, v1, "customNamespaceId=dev&namespaceName=Dev").status, 503);
}

TEST(NamespaceCheck, HoldsGrpcRequestsToNamespacesThatExist) {
  House house([](Services& services) { services.namespaces_must_exist = true; });
  Client client(house);
  client.set_up();
  const auto publish = [&client](std::string_view tenant) {
    return client
        .call("ConfigPublishRequest",
              R"({"dataId":"d","group":"g","tenant":")" + std::string(tenant) + R"(","content":"x"})")
        .json;
  };
  EXPECT_NE(publish("dev").find(R"("errorCode":22001)"), std::string::npos);
  EXPECT_NE(publish("dev").find("Namespace 'dev' does not exist. Please create the namespace first."),
            std::string::npos);
  EXPECT_NE(publish("").find(R"("success":true)"), std::string::npos);
  EXPECT_NE(publish("public").find(R"("success":true)"), std::string::npos);
  const auto made =
      house.ask(Method::kPost, "/nacos/v3/admin/core/namespace", "namespaceId=dev&namespaceName=n");
  ASSERT_TRUE(*made);
  EXPECT_NE(publish("dev").find(R"("success":true)"), std::string::npos);
  const auto listen = client.call(
      "ConfigBatchListenRequest",
      R"({"listen":true,"configListenContexts":[{"dataId":"d","group":"g","tenant":"no","md5":""}]})");
  EXPECT_NE(listen.json.find(R"("errorCode":22001)"), std::string::npos);
}

}  // namespace
}  // namespace batata::nacos
