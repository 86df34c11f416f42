// Single configs as operators see them, as recorded from upstream: v1 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/config_admin_http.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

const std::string kV1 = "/nacos/v1/cs/configs";
const std::string kAdmin = "/nacos/v3/admin/cs/config", kConsole = "/v3/console/cs/config";

class ConfigAdmin : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target, std::string form = {},
                     std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    const auto answer = house.ask(method, std::move(target), std::move(form), std::move(headers));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  void publish(std::string form, std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    EXPECT_EQ(ask(Method::kPost, kAdmin, std::move(form), std::move(headers)).body,
              R"({"code":0,"message":"success","data":true})");
  }
  static std::string id_of(std::string_view data_id, std::string_view space = "public") {
    return std::to_string(domain::numeric_id({std::string(space), "g", std::string(data_id)}));
  }
  House house;
};

TEST_F(ConfigAdmin, V1ShowsEverythingAboutAConfig) {
  ask(Method::kPost, kV1,
      "dataId=a&group=g&content=a:+1&type=yaml&appName=app1&config_tags=t1,t2&desc=first&use=u&effect=e&"
      "schema=sch&src_user=joe");
  const auto shown = ask(Method::kGet, kV1 + "?show=all&dataId=a&group=g");
  EXPECT_EQ(shown.body, R"({"id":")" + id_of("a") +
                            R"(","dataId":"a","group":"g","content":"a: 1",)"
                            R"("md5":"270f9e65a80226eccd82c99cdd0dd2fb","encryptedDataKey":"","tenant":"",)"
                            R"("appName":"app1","type":"yaml","createTime":1700000000000,)"
                            R"("modifyTime":1700000000000,"createUser":"joe","createIp":"10.0.0.9",)"
                            R"("desc":"first","use":"u","effect":"e","schema":"sch","configTags":"t1,t2"})");
  EXPECT_EQ(shown.content_type, "application/json;charset=UTF-8");
  const auto catalog = ask(Method::kGet, kV1 + "/catalog?dataId=a&group=g");
  EXPECT_EQ(catalog.body,
            R"({"code":200,"message":null,"data":{"createTime":1700000000000,"modifyTime":1700000000000,)"
            R"("createUser":"joe","createIp":"10.0.0.9","desc":"first","use":"u","effect":"e","type":"yaml",)"
            R"("schema":"sch","configTags":"t1,t2"}})");
}

TEST_F(ConfigAdmin, V1ShowsNothingOfAMissingConfig) {
  const auto none = ask(Method::kGet, kV1 + "?show=all&dataId=a&group=g");
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.body, "");
  EXPECT_EQ(ask(Method::kGet, kV1 + "/catalog?dataId=a&group=g").body,
            R"({"code":200,"message":null,"data":null})");
  EXPECT_EQ(
      ask(Method::kGet, kV1 + "/catalog?group=g").body,
      "caused: Required request parameter &#39;dataId&#39; for method parameter type String is not present;");
}

TEST_F(ConfigAdmin, V1ShowsAndStopsABeta) {
  const std::string beta = kV1 + "?beta=true&dataId=a&group=g";
  EXPECT_EQ(ask(Method::kGet, beta).body, R"({"code":200,"message":"query beta ok","data":null})");
  ask(Method::kPost, kV1, "dataId=a&group=g&content=x", {{"betaips", "10.0.0.1"}});
  const auto shown = ask(Method::kGet, beta).body;
  EXPECT_NE(
      shown.find(R"("dataId":"a","group":"g","content":"x","md5":"9dd4e461268c8034f5c8564e155c67a6",)"
                 R"("encryptedDataKey":null,"tenant":"","appName":"","type":null,"betaIps":"10.0.0.1"})"),
      std::string::npos)
      << shown;
  EXPECT_EQ(ask(Method::kDelete, beta).body, R"({"code":200,"message":"stop beta ok","data":true})");
  const auto again = ask(Method::kDelete, beta);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, R"({"code":500,"message":"remove beta data error","data":false})");
}

TEST_F(ConfigAdmin, V1ErasesByNumbers) {
  publish("dataId=a&groupName=g&content=x");
  publish("dataId=b&groupName=g&content=x");
  EXPECT_EQ(ask(Method::kDelete, kV1 + "?delType=ids&ids=1," + id_of("a")).body,
            R"({"code":200,"message":null,"data":true})");
  EXPECT_FALSE(house.configs.get({"public", "g", "a"}));
  EXPECT_TRUE(house.configs.get({"public", "g", "b"}));
  EXPECT_EQ(ask(Method::kDelete, kV1 + "?delType=ids&ids=").status, 200);
  const auto word = ask(Method::kDelete, kV1 + "?delType=ids&ids=abc");
  EXPECT_EQ(word.status, 400);
  EXPECT_EQ(
      word.body,
      "caused: Failed to convert value of type 'java.lang.String' to required type 'java.util.List'; nested "
      "exception is java.lang.NumberFormatException: For input string: \"abc\";caused: For input string: "
      "\"abc\";");
}

TEST_F(ConfigAdmin, V3ShowsADetail) {
  for (const std::string& path : {kAdmin, kConsole}) {
    publish(
        "dataId=a&groupName=g&content=v1&type=json&namespaceId=dev&appName=app1&desc=first&"
        "configTags=red,blue&srcUser=someone");
    EXPECT_EQ(ask(Method::kGet, path + "?dataId=a&groupName=g&namespaceId=dev").body,
              R"({"code":0,"message":"success","data":{"id":")" + id_of("a", "dev") +
                  R"(","namespaceId":"dev","groupName":"g","dataId":"a",)"
                  R"("md5":"6654c734ccab8f440ff0825eb443dc7f","type":"json","appName":"app1",)"
                  R"("createTime":1700000000000,"modifyTime":1700000000)" +
                  (path == kAdmin ? "000" : "040") +
                  R"(,"content":"v1","desc":"first","encryptedDataKey":"","createUser":"someone",)"
                  R"("createIp":"10.0.0.9","configTags":"red,blue"}})")
        << path;
  }
}

TEST_F(ConfigAdmin, V3TellsThatAConfigIsMissing) {
  const auto admin = ask(Method::kGet, kAdmin + "?dataId=a&groupName=g");
  EXPECT_EQ(admin.status, 404);
  EXPECT_EQ(
      admin.body,
      R"({"code":20004,"message":"resource not found","data":"Config not exist, please publish Config first."})");
  const auto console = ask(Method::kGet, kConsole + "?dataId=a&groupName=g");
  EXPECT_EQ(console.status, 200);
  EXPECT_EQ(console.body, R"({"code":0,"message":"success","data":null})");
}

TEST_F(ConfigAdmin, V3RefusesInItsOwnWords) {
  struct Case {
    Method method;
    std::string target, form, body;
  };
  const auto missing = [](std::string_view name) {
    return R"({"code":10000,"message":"parameter missing","data":"Required parameter ')" + std::string(name) +
           R"(' type String is not present"})";
  };
  const auto invalid = [](std::string_view text) {
    return R"({"code":20002,"message":"parameter validate error","data":")" + std::string(text) + "\"}";
  };
  const std::vector<Case> cases = {
      {Method::kPost, kAdmin, "dataId=a&groupName=g", missing("content")},
      {Method::kPost, kAdmin, "dataId=a&groupName=g&content=+", missing("content")},
      {Method::kPost, kAdmin, "dataId=a&group=g&content=x", missing("groupName")},
      {Method::kPost, kAdmin, "groupName=g&content=x", missing("dataId")},
      {Method::kPost, kAdmin, "dataId=a&groupName=g&content=x&tag=a+b", invalid("invalid tag : a b")},
      {Method::kPost, kAdmin, "dataId=a&groupName=g&content=x&configTags=1,2,3,4,5,6",
       invalid("too much config_tags, over 5")},
      {Method::kPost, kAdmin, "dataId=a+b&groupName=g&content=x",
       "Param 'dataId' is illegal, illegal characters should not appear in the param.\r\n"},
      {Method::kGet, kAdmin + "?groupName=g", "", missing("dataId")},
      {Method::kDelete, kAdmin + "?dataId=a", "", missing("groupName")},
      {Method::kGet, kAdmin + "/beta?dataId=a", "", missing("groupName")},
      {Method::kDelete, kAdmin + "/batch", "",
       R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'ids' for method )"
       R"(parameter type List is not present"})"},
      {Method::kDelete, kAdmin + "/batch?ids=abc", "",
       R"({"code":30000,"message":"Method parameter 'ids': Failed to convert value of type 'java.lang.String' to )"
       R"(required type 'java.util.List'; For input string: \"abc\"","data":null})"},
  };
  for (const Case& c : cases) {
    const auto response = ask(c.method, c.target, c.form);
    EXPECT_EQ(response.status, 400) << c.target << c.form;
    EXPECT_EQ(response.body, c.body);
  }
}

TEST_F(ConfigAdmin, V3ErasesConfigsOneByOneAndByNumbers) {
  publish("dataId=a&groupName=g&content=x");
  publish("dataId=b&groupName=g&content=x");
  EXPECT_EQ(ask(Method::kDelete, kAdmin + "?dataId=a&groupName=g").body,
            R"({"code":0,"message":"success","data":true})");
  EXPECT_EQ(ask(Method::kDelete, kConsole + "/batchDelete?ids=" + id_of("b")).body,
            R"({"code":0,"message":"success","data":true})");
  EXPECT_FALSE(house.configs.get({"public", "g", "a"}));
  EXPECT_FALSE(house.configs.get({"public", "g", "b"}));
  const auto too_many = [](std::size_t n) {
    std::string ids = "1";
    for (std::size_t i = 1; i < n; ++i) ids += ",1";
    return ids;
  };
  EXPECT_EQ(ask(Method::kDelete, kAdmin + "/batch", "ids=" + too_many(kNumbersMax)).status, 200);
  EXPECT_EQ(ask(Method::kDelete, kAdmin + "/batch", "ids=" + too_many(kNumbersMax + 1)).status, 400);
}

TEST_F(ConfigAdmin, V3ShowsAndStopsABeta) {
  const std::string names = "/beta?dataId=a&groupName=g";
  EXPECT_EQ(ask(Method::kGet, kAdmin + names).body,
            R"({"code":20004,"message":"resource not found","data":"Config is not in beta."})");
  EXPECT_EQ(ask(Method::kGet, kConsole + names).body, R"({"code":0,"message":"success","data":null})");
  publish("dataId=a&groupName=g&content=x&srcUser=nacos", {{"betaips", "10.0.0.1,10.0.0.2"}});
  const auto shown = ask(Method::kGet, kAdmin + names).body;
  EXPECT_NE(shown.find(R"("type":null,"appName":"")"), std::string::npos) << shown;
  EXPECT_NE(shown.find(R"("content":"x","desc":null,"encryptedDataKey":null,"createUser":"nacos",)"
                       R"("createIp":null,"configTags":null,"grayName":"beta","grayRule":)"
                       R"("{\"type\":\"beta\",\"version\":\"1.0.0\",\"expr\":\"10.0.0.1,10.0.0.2\",)"
                       R"(\"priority\":2147483647}"})"),
            std::string::npos)
      << shown;
  publish("dataId=a&groupName=g&content=formal&type=yaml");
  EXPECT_NE(ask(Method::kGet, kConsole + names).body.find(R"("type":"yaml")"), std::string::npos);
  EXPECT_EQ(ask(Method::kDelete, kAdmin + names).body, R"({"code":0,"message":"success","data":true})");
  EXPECT_EQ(ask(Method::kDelete, kAdmin + names).body,
            R"({"code":30000,"message":"remove beta data error","data":false})");
  EXPECT_EQ(ask(Method::kDelete, kConsole + names).body,
            R"({"code":500,"message":"Internal Server Error","data":false})");
}

TEST_F(ConfigAdmin, V3ComparesAndCountsGrayReleases) {
  publish("dataId=a&groupName=g&content=v1");
  const auto conflict = ask(Method::kPost, kAdmin, "dataId=a&groupName=g&content=v2", {{"casmd5", "0"}});
  EXPECT_EQ(conflict.status, 500);
  EXPECT_EQ(conflict.body, R"({"code":20005,"message":"resource conflict",)"
                           R"("data":"Cas publish fail, server md5 may have changed."})");
  for (int i = 0; i < 10; ++i) publish("dataId=a&groupName=g&content=x&tag=t" + std::to_string(i));
  const auto refused = ask(Method::kPost, kAdmin, "dataId=a&groupName=g&content=x&tag=t10");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, R"({"code":20010,"message":"config gray version version over max count",)"
                          R"("data":"gray config version is over max count :10"})");
  publish("dataId=a&groupName=g&content=y&tag=t1");
  const auto unnamed = ask(Method::kDelete, kAdmin + "?dataId=a&groupName=g&tag=t1");
  EXPECT_EQ(unnamed.status, 500);
  EXPECT_EQ(
      unnamed.body,
      R"({"code":30000,"message":"Cannot invoke \"com.alibaba.nacos.config.server.model.ConfigInfoGrayWrapper.)"
      R"(getId()\" because \"oldConfigAllInfo4Gray\" is null","data":null})");
}

}  // namespace
}  // namespace batata::nacos
