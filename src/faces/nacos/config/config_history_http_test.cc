// The history of configs, as recorded from upstream: v1 and v2 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/config_history_http.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

const std::string kV1 = "/nacos/v1/cs/history", kV2 = "/nacos/v2/cs/history";
const std::string kAdmin = "/nacos/v3/admin/cs/history", kConsole = "/v3/console/cs/history";
const std::string kNames = "dataId=a&group=g&tenant=dev", kNamesV2 = "dataId=a&group=g&namespaceId=dev",
                  kNamesV3 = "dataId=a&groupName=g&namespaceId=dev";

class ConfigHistoryPages : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target, std::string form = {},
                     std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    const auto answer = house.ask(method, std::move(target), std::move(form), std::move(headers));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  std::string get(std::string target) { return ask(Method::kGet, std::move(target)).body; }
  void publish(std::string form, std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    ask(Method::kPost, "/nacos/v3/admin/cs/config", kNamesV3 + "&" + std::move(form), std::move(headers));
  }
  // Three changes: numbers 1 to 3.
  void publish_three() {
    publish("content=one&type=text&desc=d1&configTags=x&srcUser=nacos");
    publish("content=two&type=json&appName=app&srcUser=nacos");
    publish("content=three&type=json&srcUser=nacos");
  }
  static std::string number() { return std::to_string(domain::numeric_id({"dev", "g", "a"})); }
  House house;
};

// The numbers on a page, as "total/pages: numbers".
std::string page(const std::string& body) {
  const auto parsed = json::parse(body);
  if (!parsed) return body;
  const json::Value page = (*parsed)["data"].present() ? (*parsed)["data"] : *parsed;
  std::string text = std::to_string(page["totalCount"].as_int().value_or(-1)) + "/" +
                     std::to_string(page["pagesAvailable"].as_int().value_or(-1)) + ":";
  page["pageItems"].each([&](json::Value item) { text += " " + *item["id"].as_text(); });
  return text;
}

TEST_F(ConfigHistoryPages, AreTheNewestFirst) {
  publish_three();
  EXPECT_EQ(page(get(kV1 + "?search=accurate&" + kNames)), "3/1: 3 2 1");
  for (const auto& [list, names] : {std::pair(kV2 + "/list?", kNamesV2),
                                    {kAdmin + "/list?", kNamesV3},
                                    {kConsole + "/list?", kNamesV3}}) {
    EXPECT_EQ(page(get(list + names + "&pageNo=1&pageSize=2")), "3/2: 3 2");
    EXPECT_EQ(page(get(list + names + "&pageNo=2&pageSize=2")), "3/2: 1");
    EXPECT_EQ(page(get(list + names + "&pageNo=9&pageSize=501")), "3/1:");
    EXPECT_EQ(page(get(list + names + "&pageNo=9223372036854775807&pageSize=9223372036854775807")), "3/1:");
  }
  EXPECT_EQ(page(get(kV2 + "/list?dataId=b&group=g")), "0/0:");
}

TEST_F(ConfigHistoryPages, LeaveOutTheText) {
  publish_three();
  EXPECT_NE(
      get(kV1 + "?search=accurate&" + kNames)
          .find(R"({"id":"3","lastId":-1,"dataId":"a","group":"g","tenant":"dev","appName":"app",)"
                R"("md5":null,"content":null,"srcIp":"10.0.0.9","srcUser":"nacos","opType":"U         ",)"
                R"("publishType":"formal","grayName":"","extInfo":)"),
      std::string::npos);
  EXPECT_NE(
      get(kAdmin + "/list?" + kNamesV3)
          .find(R"({"id":"3","namespaceId":"dev","groupName":"g","dataId":"a","md5":null,"type":null,)"
                R"("appName":"app","createTime":1700000000040,"modifyTime":1700000000040,)"
                R"("srcIp":"10.0.0.9","srcUser":"nacos","opType":"U         ","publishType":"formal"})"),
      std::string::npos);
}

TEST_F(ConfigHistoryPages, AnUpdateHoldsWhatWasThereBefore) {
  publish_three();
  EXPECT_EQ(
      get(kV1 + "?nid=3&" + kNames),
      R"({"id":"3","lastId":-1,"dataId":"a","group":"g","tenant":"dev","appName":"app",)"
      R"("md5":"b8a9f715dbb64fd5c56e7783c6820a61","content":"two","srcIp":"10.0.0.9","srcUser":"nacos",)"
      R"("opType":"U         ","publishType":"formal","grayName":"",)"
      R"("extInfo":"{\"type\":\"json\",\"config_tags\":\"x\",\"src_user\":\"nacos\"}",)"
      R"("createdTime":"2023-11-14T22:13:20.040+00:00",)"
      R"("lastModifiedTime":"2023-11-14T22:13:20.040+00:00","encryptedDataKey":""})");
  EXPECT_NE(get(kAdmin + "?nid=3&" + kNamesV3)
                .find(R"("publishType":"formal","content":"two","encryptedDataKey":"","grayName":"",)"
                      R"("extInfo":"{\"type\":\"json\",\"config_tags\":\"x\",\"src_user\":\"nacos\"}"}})"),
            std::string::npos);
}

TEST_F(ConfigHistoryPages, AnInsertHoldsTheNewValue) {
  publish_three();
  EXPECT_NE(
      get(kAdmin + "?nid=1&" + kNamesV3)
          .find(R"("opType":"I         ","publishType":"formal","content":"one","encryptedDataKey":"",)"
                R"("grayName":"","extInfo":"{\"src_user\":\"nacos\",\"type\":\"text\",\"config_tags\":\"x\",)"
                R"(\"c_desc\":\"d1\"}"}})"),
      std::string::npos);
}

TEST_F(ConfigHistoryPages, ARemovalHoldsTheLastValue) {
  publish_three();
  ask(Method::kDelete, "/nacos/v3/admin/cs/config?" + kNamesV3);
  const std::string removed = get(kAdmin + "?nid=4&" + kNamesV3);
  EXPECT_NE(removed.find(R"("opType":"D         ")"), std::string::npos);
  EXPECT_NE(removed.find(R"("content":"three")"), std::string::npos);
}

TEST_F(ConfigHistoryPages, TellOfGrayReleasesWithTheirRules) {
  publish("content=beta&srcUser=nacos", {{"betaips", "10.0.0.1"}});
  EXPECT_NE(
      get(kAdmin + "?nid=1&" + kNamesV3)
          .find(R"("publishType":"gray","content":"beta","encryptedDataKey":"","grayName":"beta",)"
                R"("extInfo":"{\"gray_name\":\"beta\",\"src_user\":\"nacos\",\"gray_rule\":)"
                R"(\"{\\\"type\\\":\\\"beta\\\",\\\"expr\\\":\\\"10.0.0.1\\\",\\\"version\\\":\\\"1.0.0\\\",)"
                R"(\\\"priority\\\":\\\"2147483647\\\"}\"}"}})"),
      std::string::npos);
}

TEST_F(ConfigHistoryPages, TellWhatAConfigWasBefore) {
  publish("content=one");
  const std::string by_number = "/previous?id=" + number() + "&";
  EXPECT_EQ(get(kV2 + by_number + kNamesV2), R"({"code":0,"message":"success","data":null})");
  publish("content=two");
  EXPECT_NE(get(kV1 + by_number + kNames).find(R"("id":"2")"), std::string::npos);
  EXPECT_NE(get(kV2 + by_number + kNamesV2).find(R"("content":"one")"), std::string::npos);
  EXPECT_NE(get(kConsole + by_number + kNamesV3).find(R"("content":"one")"), std::string::npos);
}

TEST_F(ConfigHistoryPages, TellNothingOfOtherConfigs) {
  publish_three();
  const std::string denied =
      R"({"code":10001,"message":"access denied","data":"Please check dataId, group or namespaceId."})";
  const std::string source =
      R"({"code":20002,"message":"parameter validate error","data":"Source must not be null"})";
  const auto other = ask(Method::kGet, kAdmin + "?dataId=other&groupName=g&namespaceId=dev&nid=3");
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(other.body, denied);
  EXPECT_EQ(get(kAdmin + "?dataId=a&groupName=g&nid=3"), denied) << "of another namespace";
  EXPECT_EQ(get(kV2 + "?dataId=b&group=g&namespaceId=dev&nid=3"), denied);
  EXPECT_EQ(get(kV2 + "/previous?dataId=b&group=g&namespaceId=dev&id=" + number()), denied);
  const auto v1 = ask(Method::kGet, kV1 + "?dataId=b&group=g&nid=3");
  EXPECT_EQ(v1.status, 403);
  EXPECT_EQ(v1.body, "Please check dataId, group or namespaceId.");

  const auto unknown = ask(Method::kGet, kAdmin + "?nid=999999&" + kNamesV3);
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.body, source);
  EXPECT_EQ(get(kAdmin + "/previous?id=0&" + kNamesV3), source);
  EXPECT_EQ(get(kV2 + "?nid=999999&" + kNamesV2), R"({"code":0,"message":"success","data":null})");
  const auto v1_unknown = ask(Method::kGet, kV1 + "?nid=999999&" + kNames);
  EXPECT_EQ(v1_unknown.status, 200);
  EXPECT_EQ(v1_unknown.body, "");
}

TEST_F(ConfigHistoryPages, ShowBothValuesOfAChange) {
  publish_three();
  const std::string second = get(kV2 + "/detail?nid=2&" + kNamesV2);
  EXPECT_NE(second.find(R"("opType":"U","publishType":"formal","grayName":"")"), std::string::npos) << second;
  EXPECT_NE(second.find(R"("originalContent":"one")"), std::string::npos);
  EXPECT_NE(second.find(R"("updatedContent":"two")"), std::string::npos);
  const std::string last = get(kV2 + "/detail?nid=3&" + kNamesV2);
  EXPECT_NE(last.find(R"("originalContent":"two")"), std::string::npos);
  EXPECT_NE(last.find(R"("updatedContent":"three","updatedEncryptedDataKey":"","updateExtInfo":null)"),
            std::string::npos)
      << last;
  const std::string first = get(kV2 + "/detail?nid=1&" + kNamesV2);
  EXPECT_NE(first.find(R"("originalMd5":"","originalContent":"")"), std::string::npos);
  EXPECT_NE(first.find(R"("updatedContent":"one")"), std::string::npos);
}

TEST_F(ConfigHistoryPages, ListTheConfigsOfANamespaceTheOldestFirst) {
  EXPECT_EQ(get(kV1 + "/configs?tenant=dev"), "[]");
  ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=z&group=g&tenant=dev&content=x&type=yaml&appName=app1");
  ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=b&group=g&tenant=dev&content=x");
  ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=c&group=g&content=x");
  const std::string list = get(kV1 + "/configs?tenant=dev");
  EXPECT_TRUE(list.starts_with(
      R"([{"id":")" + std::to_string(domain::numeric_id({"dev", "g", "z"})) +
      R"(","dataId":"z","group":"g","content":null,"md5":null,"encryptedDataKey":null,"tenant":"dev",)"
      R"("appName":"app1","type":"yaml","lastModified":1700000000020},{)"))
      << list;
  EXPECT_NE(list.find(R"("dataId":"b")"), std::string::npos);
  EXPECT_EQ(list.find(R"("dataId":"c")"), std::string::npos);
  EXPECT_NE(get(kV2 + "/configs?namespaceId=public").find(R"("dataId":"c","group":"g")"), std::string::npos);
  EXPECT_NE(
      get(kAdmin + "/configs?namespaceId=").find(R"("namespaceId":"public","groupName":"g","dataId":"c")"),
      std::string::npos);
}

TEST_F(ConfigHistoryPages, RefuseInTheWordsOfTheirFamilies) {
  const std::tuple<std::string, int, std::string> cases[] = {
      {kV1 + "?search=accurate&group=g", 500,
       "caused: Required request parameter &#39;dataId&#39; for method parameter type String is not "
       "present;"},
      {kV1 + "?" + kNames, 500,
       "caused: Required request parameter &#39;nid&#39; for method parameter type Long is not present;"},
      {kV1 + "?nid=abc&" + kNames, 400,
       "caused: Failed to convert value of type 'java.lang.String' to required type 'java.lang.Long'; nested "
       "exception is java.lang.NumberFormatException: For input string: \"abc\";caused: For input string: "
       "\"abc\";"},
      {kV1 + "?search=accurate&pageNo=0&" + kNames, 400,
       "caused: pageNo and pageSize must be greater than zero;"},
      {kV2 + "?nid=abc&" + kNamesV2, 400,
       R"({"code":30000,"message":"Failed to convert value of type 'java.lang.String' to required type )"
       R"('java.lang.Long'; nested exception is java.lang.NumberFormatException: For input string: \"abc\"",)"
       R"("data":null})"},
      {kV2 + "?" + kNamesV2, 400,
       R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'nid' for method )"
       R"(parameter type Long is not present"})"},
      {kAdmin + "/list?pageNo=0&" + kNamesV3, 400,
       R"({"code":20002,"message":"parameter validate error","data":"Required parameter 'pageNo' should be )"
       R"(positive integer, current is 0"})"},
      {kAdmin + "/list?groupName=g", 400,
       R"({"code":10000,"message":"parameter missing","data":"Required parameter 'dataId' type String is not )"
       R"(present"})"},
      {kAdmin + "?nid=x&" + kNamesV3, 400,
       R"({"code":30000,"message":"Method parameter 'nid': Failed to convert value of type 'java.lang.String' to )"
       R"(required type 'java.lang.Long'; For input string: \"x\"","data":null})"},
      {kAdmin + "/previous?" + kNamesV3, 400,
       R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'id' for method )"
       R"(parameter type Long is not present"})"},
      {kAdmin + "/configs", 400,
       R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'namespaceId' for )"
       R"(method parameter type String is not present"})"},
      {kConsole + "/configs?namespaceId=a.b", 400,
       "Param 'namespaceId/tenant' is illegal, illegal characters should not appear in the param.\r\n"},
  };
  for (const auto& [target, status, body] : cases) {
    const auto response = ask(Method::kGet, target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(response.body, body);
  }
}

}  // namespace
}  // namespace batata::nacos
