// Lists of configs as recorded from upstream: v2 from 2.5.1, v3 from 3.1. Those of v1 are in
// config_http_test.cc.
#include "faces/nacos/config/config_list_http.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

class ConfigLists : public testing::Test {
 protected:
  wire::Response get(std::string target) {
    const auto answer = house.ask(Method::kGet, std::move(target));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  void publish(std::string form) {
    const auto answer = house.ask(Method::kPost, "/nacos/v1/cs/configs", std::move(form));
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->body, "true");
  }
  void publish_some() {
    publish("tenant=l&dataId=app-db.yaml&group=G1&content=url%3A+db1&type=yaml&appName=shop&config_tags=red");
    publish(
        "tenant=l&dataId=app-web.yaml&group=G1&content=port%3A+80&type=yaml&appName=shop&config_tags=red,"
        "blue");
    publish(
        "tenant=l&dataId=app-db.json&group=G2&content=%7B%22url%22%3A%22db2%22%7D&type=json&config_tags=");
    publish("tenant=l&dataId=other&group=G2&content=100%25+sure_thing&type=text&config_tags=blue");
  }
  // What a list of v3 finds, as "total/pages: names".
  std::string found(const std::string& query, const std::string& path = "/nacos/v3/admin/cs/config/list") {
    const auto response = get(path + "?namespaceId=l&" + query);
    if (response.status != 200) return std::to_string(response.status) + " " + response.body;
    const auto body = json::parse(response.body);
    if (!body) return "no JSON";
    const json::Value page = (*body)["data"].present() ? (*body)["data"] : *body;
    std::string text = std::to_string(page["totalCount"].as_int().value_or(-1)) + "/" +
                       std::to_string(page["pagesAvailable"].as_int().value_or(-1)) + ":";
    page["pageItems"].each([&](json::Value item) { text += " " + *item["dataId"].as_text(); });
    return text;
  }
  House house;
};

TEST_F(ConfigLists, OfV3FindByEverything) {
  publish_some();
  const std::pair<std::string, std::string> cases[] = {
      {"", "4/1: app-db.yaml app-web.yaml app-db.json other"},
      {"dataId=&groupName=&search=accurate", "4/1: app-db.yaml app-web.yaml app-db.json other"},
      {"search=blur&dataId=app*", "3/1: app-db.json app-db.yaml app-web.yaml"},
      {"search=blur&dataId=*.yaml&groupName=G1", "2/1: app-db.yaml app-web.yaml"},
      {"search=blur&dataId=app", "0/0:"},
      {"search=blur&groupName=*2", "2/1: app-db.json other"},
      {"search=blur&dataId=app_*", "3/1: app-db.json app-db.yaml app-web.yaml"},
      {"search=accurate&dataId=other&groupName=G2", "1/1: other"},
      {"search=fuzzy&dataId=other", "1/1: other"},
      {"type=yaml,json", "3/1: app-db.yaml app-web.yaml app-db.json"},
      {"appName=shop", "2/1: app-db.yaml app-web.yaml"},
      {"configTags=red,blue", "4/1: app-db.yaml app-web.yaml app-web.yaml other"},
      {"configTags=r*", "2/1: app-db.yaml app-web.yaml"},
      {"configDetail=*db*", "2/1: app-db.yaml app-db.json"},
      {"configDetail=db1", "0/0:"},
      {"configDetail=*0%25%20sure_*", "1/1: other"},
      {"search=accurate&configDetail=port:%2080", "1/1: app-web.yaml"},
      {"pageNo=2&pageSize=3", "4/2: other"},
      {"pageNo=9&pageSize=3", "4/2:"},
  };
  for (const auto& [query, wanted] : cases) EXPECT_EQ(found(query), wanted) << query;
  EXPECT_EQ(found("pageNo=2&pageSize=3", "/v3/console/cs/config/list"), "4/2: other");
  EXPECT_EQ(found("configDetail=*db*", "/v3/console/cs/config/searchDetail"), "2/1: app-db.yaml app-db.json");
}

TEST_F(ConfigLists, OfV3ShowWhatUpstreamShows) {
  publish("tenant=l&dataId=a&group=G&content=k%3D1&type=properties&appName=shop&config_tags=red");
  const std::string number = std::to_string(domain::numeric_id({"l", "G", "a"}));
  const auto wanted = [&number](std::string_view md5) {
    return R"({"code":0,"message":"success","data":{"totalCount":1,"pageNumber":1,"pagesAvailable":1,)"
           R"("pageItems":[{"id":")" +
           number + R"(","namespaceId":"l","groupName":"G","dataId":"a","md5":)" + std::string(md5) +
           R"(,"type":"properties","appName":"shop","createTime":0,"modifyTime":0}]}})";
  };
  const std::string path = "/nacos/v3/admin/cs/config/list?namespaceId=l";
  EXPECT_EQ(get(path).body, wanted("\"ceef78b61bf01306cc7e80344c92c19d\""));
  EXPECT_EQ(get(path + "&configTags=red").body, wanted("null"));
}

TEST_F(ConfigLists, OfV3RefuseInTheirWords) {
  const std::string characters =
      "Param 'dataId' is illegal, illegal characters should not appear in the param.\r\n";
  const auto positive = [](const std::string& text) {
    return R"(400 {"code":20002,"message":"parameter validate error","data":"Required parameter ')" + text +
           "\"}";
  };
  EXPECT_EQ(found("dataId=app*"), "400 " + characters);
  EXPECT_EQ(found("dataId=app*&search=accurate"), "400 " + characters);
  EXPECT_EQ(found("dataId=a%20b"), "400 " + characters);
  EXPECT_EQ(found("pageNo=0"), positive("pageNo' should be positive integer, current is 0"));
  EXPECT_EQ(found("pageSize=-1"), positive("pageSize' should be positive integer, current is -1"));
  EXPECT_EQ(found("pageNo=x").substr(0, 4), "400 ");
}

TEST_F(ConfigLists, OfV2ArePagesWithoutAWrapper) {
  publish_some();
  const std::string path = "/nacos/v2/cs/config/searchDetail";
  const std::string all = "tenant=l&dataId=&group=&pageNo=1&pageSize=10&config_detail=";
  EXPECT_EQ(found(all, path), "4/1: app-db.yaml app-web.yaml app-db.json other");
  EXPECT_EQ(found(all + "*db*", path), "2/1: app-db.yaml app-db.json");
  EXPECT_EQ(found(all + "db", path), "0/0:");
  EXPECT_EQ(found("tenant=l&dataId=other&group=G2&pageNo=1&pageSize=10&config_detail=&search=accurate", path),
            "1/1: other");
  EXPECT_EQ(
      get(path + "?dataId=&group=&tenant=l&pageNo=1&pageSize=10").body,
      R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'config_detail' )"
      R"(for method parameter type String is not present"})");
  EXPECT_EQ(get(path + "?dataId=&group=&tenant=l&pageNo=0&pageSize=10&config_detail=").status, 400);
}

TEST_F(ConfigLists, OfV1DoNotLookAtContent) {
  publish_some();
  EXPECT_EQ(found("tenant=l&search=blur&dataId=&group=&pageNo=1&pageSize=10&config_detail=db",
                  "/nacos/v1/cs/configs"),
            "4/1: app-db.yaml app-web.yaml app-db.json other");
}

TEST_F(ConfigLists, ThatAreTooManyAtATimeAreRefused) {
  publish_some();
  std::vector<std::shared_ptr<std::optional<wire::Response>>> answers;
  for (int i = 0; i < 8; ++i)
    answers.push_back(
        house.ask(Method::kGet, "/nacos/v3/admin/cs/config/list?namespaceId=l", {}, {}, Duration(0)));
  house.runtime.run_for(std::chrono::seconds(1));
  int refused = 0;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer->has_value());
    if ((*answer)->status != 503) continue;
    ++refused;
    EXPECT_EQ((*answer)->body, R"({"code":30000,"message":"server error","data":"server limit match."})");
  }
  EXPECT_EQ(refused, 2);
}

}  // namespace
}  // namespace batata::nacos
