// Configs over HTTP as recorded from upstream: v1 and v2 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/config_http.h"

#include <gtest/gtest.h>

#include <tuple>

#include "base/json.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

class ConfigsOverHttp : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target, std::string form = {},
                     std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    const auto answer = house.ask(method, std::move(target), std::move(form), std::move(headers));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  void publish(std::string form) {
    EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/configs", std::move(form)).body, "true");
  }
  House house;
};

TEST_F(ConfigsOverHttp, AreReadWithTheirHeaders) {
  publish("dataId=a&group=g&content=k%3D1&type=json");
  for (const std::string_view tenant : {"", "&tenant=", "&tenant=public"}) {
    const auto found = ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g" + std::string(tenant));
    EXPECT_EQ(found.status, 200);
    EXPECT_EQ(found.content(), "k=1");
    EXPECT_EQ(found.content_type, "text/plain;charset=UTF-8");
    for (const std::string_view line :
         {"Config-Type: json\r\n", "Content-MD5: ceef78b61bf01306cc7e80344c92c19d\r\n",
          "Encrypted-Data-Key: \r\n", "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
          "Cache-Control: no-cache,no-store\r\n"})
      EXPECT_NE(found.headers.find(line), std::string::npos) << line;
  }
}

TEST_F(ConfigsOverHttp, AreNotCopiedToBeRead) {
  publish("dataId=a&group=g&content=x");
  const auto found = ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g");
  EXPECT_EQ(found.owner.get(), &house.configs.get({"public", "g", "a"})->stored()->value);
}

TEST_F(ConfigsOverHttp, ThatAreMissingAreNotFound) {
  const auto missing = ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.content(), "config data not exist\n");
  publish("dataId=a&group=g&content=x");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g&tenant=dev").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g&namespaceId=dev").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g&tag=blue").status, 404);
}

TEST_F(ConfigsOverHttp, AreComparedByHeaderOnly) {
  publish("dataId=a&group=g&content=v1");
  const auto refused =
      ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=a&group=g&content=v2", {{"casmd5", "0"}});
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(refused.body, "caused: Cas publish fail, server md5 may have changed.;");
  publish("dataId=a&group=g&content=v3&casMd5=0");
}

TEST_F(ConfigsOverHttp, AreErasedByQueryOrForm) {
  publish("dataId=a&group=g&content=x");
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/cs/configs?dataId=a&group=g").body, "true");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g").status, 404);
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/cs/configs", "dataId=a&group=g").body, "true");
}

TEST_F(ConfigsOverHttp, V1RefusesInItsOwnWords) {
  const std::string path = "/nacos/v1/cs/configs";
  struct Case {
    Method method;
    std::string target, form;
    int status;
    std::string body;
  };
  const std::vector<Case> cases = {
      {Method::kGet, path + "?group=g", "", 500,
       "caused: Required request parameter &#39;dataId&#39; for method parameter type String is not "
       "present;"},
      {Method::kPost, path, "dataId=a&group=g", 500,
       "caused: Required request parameter &#39;content&#39; for method parameter type String is not "
       "present;"},
      {Method::kGet, path + "?dataId=a+b&group=g", "", 400,
       "Param 'dataId' is illegal, illegal characters should not appear in the param.\r\n"},
      {Method::kPost, path, "dataId=a&group=g&content=", 400, "caused: content is blank : ;"},
      {Method::kPost, path, "dataId=&group=g&content=1", 400, "caused: invalid dataId : ;"},
      {Method::kPost, path, "dataId=a&group=g&content=1&tag=a+b", 400, "caused: invalid tag : a b;"},
      {Method::kPost, path, "dataId=a&group=g&content=1&config_tags=a,b,c,d,e,f", 400,
       "caused: too much config_tags, over 5;"},
      {Method::kPut, path, "dataId=a&group=g&content=1", 500,
       "caused: Request method &#39;PUT&#39; not supported;"},
  };
  for (const Case& c : cases) {
    const auto response = ask(c.method, c.target, c.form);
    EXPECT_EQ(response.status, c.status) << c.target << c.form;
    EXPECT_EQ(response.body, c.body);
  }
}

TEST_F(ConfigsOverHttp, AreReadByTheAddressesOfABeta) {
  const std::string path = "/nacos/v1/cs/configs?dataId=a&group=g";
  publish("dataId=a&group=g&content=formal");
  EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/configs", "dataId=a&group=g&content=beta",
                {{"betaips", "10.0.0.9,10.0.0.8"}})
                .body,
            "true");
  const auto beta = ask(Method::kGet, path);
  EXPECT_EQ(beta.content(), "beta");
  EXPECT_NE(beta.headers.find("isBeta: true\r\n"), std::string::npos);
  EXPECT_EQ(beta.headers.find("Encrypted-Data-Key"), std::string::npos);
  for (const std::string_view header : {"x-forwarded-for", "x-real-ip"}) {
    const auto formal = ask(Method::kGet, path, {}, {{header, "10.0.0.7"}});
    EXPECT_EQ(formal.content(), "formal");
    EXPECT_EQ(formal.headers.find("isBeta"), std::string::npos);
  }
  EXPECT_EQ(ask(Method::kGet, "/nacos/v2/cs/config?dataId=a&group=g").body,
            R"({"code":0,"message":"success","data":"beta"})");
  const auto v3 = ask(Method::kGet, "/nacos/v3/client/cs/config?dataId=a&groupName=g");
  EXPECT_NE(v3.body.find(R"("content":"beta","encryptedDataKey":null)"), std::string::npos) << v3.body;
  EXPECT_NE(v3.body.find(R"("tag":null,"beta":true)"), std::string::npos);
}

TEST_F(ConfigsOverHttp, AreReadByTheTagOfAParameterOrAHeader) {
  const std::string path = "/nacos/v1/cs/configs?dataId=a&group=g";
  publish("dataId=a&group=g&content=formal");
  publish("dataId=a&group=g&content=blue&tag=blue");
  const auto blue = ask(Method::kGet, path + "&tag=blue");
  EXPECT_EQ(blue.content(), "blue");
  EXPECT_NE(blue.headers.find("tag: blue\r\n"), std::string::npos);
  EXPECT_EQ(ask(Method::kGet, path, {}, {{"vipserver-tag", "blue"}}).content(), "blue");
  EXPECT_EQ(ask(Method::kGet, path, {}, {{"vipserver-tag", "green"}}).content(), "formal");
  EXPECT_EQ(ask(Method::kGet, path + "&tag=green").status, 404);
  EXPECT_EQ(ask(Method::kGet, path).content(), "formal");
  const auto v3 = ask(Method::kGet, "/nacos/v3/client/cs/config?dataId=a&groupName=g&tag=blue");
  EXPECT_NE(v3.body.find(R"("content":"formal")"), std::string::npos) << "neither counts there";
}

TEST_F(ConfigsOverHttp, LoseAGrayReleaseByItsName) {
  publish("dataId=a&group=g&content=blue&tag=blue");
  const auto refused = ask(Method::kDelete, "/nacos/v1/cs/configs?dataId=a&group=g&tag=blue");
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(
      refused.body,
      "caused: Cannot invoke &quot;com.alibaba.nacos.config.server.model.ConfigInfoGrayWrapper.getId()&quot; "
      "because &quot;oldConfigAllInfo4Gray&quot; is null;");
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v2/cs/config?dataId=a&group=g&tag=blue").status, 500);
  EXPECT_EQ(ask(Method::kDelete, "/nacos/v1/cs/configs?dataId=a&group=g&tag=tag_blue").body, "true");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g&tag=blue").status, 404);
}

// What a search finds, as "total/pages: names".
std::string found(const wire::Response& response) {
  EXPECT_EQ(response.status, 200) << response.body;
  const auto page = json::parse(response.body);
  if (!page) return "no JSON";
  std::string text = std::to_string(*(*page)["totalCount"].as_int()) + "/" +
                     std::to_string(*(*page)["pagesAvailable"].as_int()) + ":";
  (*page)["pageItems"].each([&](json::Value item) { text += " " + *item["dataId"].as_text(); });
  return text;
}

TEST_F(ConfigsOverHttp, AreListedByNamesAndDetailsInPages) {
  publish("dataId=app.yaml&group=g&content=1&type=yaml&appName=shop&config_tags=t1,t2");
  publish("dataId=app.json&group=g&content=%7B%7D&type=json");
  publish("dataId=other&group=h&content=1");
  publish("dataId=app.yaml&group=g&content=1&tenant=dev");
  const std::string path = "/nacos/v1/cs/configs?";
  const std::pair<std::string, std::string> cases[] = {
      {"search=accurate&dataId=&group=&pageNo=1&pageSize=10", "3/1: app.yaml app.json other"},
      {"search=accurate&dataId=app.yaml&group=g&pageNo=1&pageSize=10", "1/1: app.yaml"},
      {"search=accurate&dataId=app*&group=&pageNo=1&pageSize=10", "0/0:"},
      {"search=accurate&dataId=&group=&pageNo=2&pageSize=2", "3/2: other"},
      {"search=accurate&dataId=&group=&pageNo=2147483647&pageSize=2147483647", "3/1:"},
      {"search=accurate&dataId=&group=&appName=shop&config_tags=t2&pageNo=1&pageSize=10", "1/1: app.yaml"},
      {"search=blur&dataId=app*&group=&pageNo=1&pageSize=10", "2/1: app.json app.yaml"},
      {"search=blur&dataId=*p*.*n&group=g*&pageNo=1&pageSize=10", "1/1: app.json"},
      {"search=blur&dataId=app&group=&pageNo=1&pageSize=10", "0/0:"},
      {"search=blur&dataId=&group=&types=json,text&pageNo=1&pageSize=10", "2/1: app.json other"},
      {"search=blur&dataId=&group=&tenant=dev&pageNo=1&pageSize=10", "1/1: app.yaml"},
  };
  for (const auto& [query, wanted] : cases)
    EXPECT_EQ(found(ask(Method::kGet, path + query)), wanted) << query;
}

TEST_F(ConfigsOverHttp, ListsShowWhatUpstreamShows) {
  publish("dataId=a&group=g&content=k%3D1&type=properties&appName=shop&tenant=dev");
  const auto accurate =
      ask(Method::kGet, "/nacos/v1/cs/configs?search=accurate&dataId=&group=&tenant=dev&pageNo=1&pageSize=1");
  EXPECT_EQ(accurate.body,
            R"({"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"id":")" +
                std::to_string(domain::numeric_id({"dev", "g", "a"})) +
                R"(","dataId":"a","group":"g",)"
                R"("content":"k=1","md5":null,"encryptedDataKey":null,"tenant":"dev","appName":"shop",)"
                R"("type":"properties"}]})");
  EXPECT_EQ(accurate.content_type, "application/json;charset=UTF-8");
}

TEST_F(ConfigsOverHttp, ListsRefuseBadPages) {
  const std::string path = "/nacos/v1/cs/configs?search=accurate&";
  const std::tuple<std::string, int, std::string> cases[] = {
      {"dataId=&group=&pageSize=10", 500,
       "caused: Required request parameter &#39;pageNo&#39; for method parameter type int is not present;"},
      {"group=&pageNo=1&pageSize=10", 500,
       "caused: Required request parameter &#39;dataId&#39; for method parameter type String is not "
       "present;"},
      {"dataId=&group=&pageNo=0&pageSize=10", 400,
       "caused: serialize page error, dataId=, group=;caused: pageNo and pageSize must be greater than "
       "zero;"},
      {"dataId=&group=&pageNo=1&pageSize=abc", 400,
       "caused: Failed to convert value of type 'java.lang.String' to required type 'int'; nested exception "
       "is "
       "java.lang.NumberFormatException: For input string: \"abc\";caused: For input string: \"abc\";"},
  };
  for (const auto& [query, status, body] : cases) {
    const auto response = ask(Method::kGet, path + query);
    EXPECT_EQ(response.status, status) << query;
    EXPECT_EQ(response.body, body);
  }
}

TEST_F(ConfigsOverHttp, AreWrittenByMultipartForms) {
  std::string form;
  for (const auto& [name, value] : {std::pair("dataId", "a"), {"group", "g"}, {"content", "k=1 & 100%25"}})
    form +=
        std::string("--b\r\nContent-Disposition: form-data; name=\"") + name + "\"\r\n\r\n" + value + "\r\n";
  const std::pair<std::string_view, std::string_view> type = {"content-type",
                                                              "multipart/form-data; boundary=b"};
  EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/configs", form + "--b--\r\n", {type}).body, "true");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g").content(), "k=1 & 100%25");
  EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/configs", form, {type}).status, 500);  // cut off
}

TEST_F(ConfigsOverHttp, AnUnknownKindOfListIsAQuestionForOneConfig) {
  const auto unknown =
      ask(Method::kGet, "/nacos/v1/cs/configs?search=nope&dataId=&group=&tenant=dev&pageNo=1&pageSize=10");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.body, "caused: invalid dataId : ;");
}

TEST_F(ConfigsOverHttp, BytesThatAreNoUtf8AreReplacedAsJavaReadsThem) {
  publish("dataId=a&group=g&content=x%FFy&desc=%C3");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?dataId=a&group=g").content(), "x\xEF\xBF\xBDy");
}

TEST_F(ConfigsOverHttp, V2WrapsItsAnswers) {
  const std::string path = "/nacos/v2/cs/config";
  EXPECT_EQ(ask(Method::kPost, path, "dataId=a&group=g&content=%7B%7D&namespaceId=dev&type=json").body,
            R"({"code":0,"message":"success","data":true})");
  EXPECT_EQ(ask(Method::kGet, path + "?dataId=a&group=g&namespaceId=dev").body,
            R"({"code":0,"message":"success","data":"{}"})");
  EXPECT_EQ(ask(Method::kGet, path + "?dataId=a&group=g").body,
            "{\"code\":20004,\"message\":\"resource not found\",\"data\":\"config data not exist\"}\n");
  const auto conflict =
      ask(Method::kPost, path, "dataId=a&group=g&content=x&namespaceId=dev", {{"casmd5", "0"}});
  EXPECT_EQ(conflict.status, 500);
  EXPECT_EQ(
      conflict.body,
      R"({"code":20005,"message":"resource conflict","data":"Cas publish fail, server md5 may have changed."})");
  EXPECT_EQ(
      ask(Method::kPost, path, "dataId=a&group=g&content=").body,
      R"({"code":10000,"message":"parameter missing","data":"Required parameter 'content' type String is not present"})");
  EXPECT_EQ(ask(Method::kPatch, path + "?dataId=a&group=g").body,
            R"({"code":500,"message":"caused: Request method &#39;PATCH&#39; not supported;","data":null})");
  EXPECT_EQ(ask(Method::kDelete, path + "?dataId=a&group=g&namespaceId=dev").status, 200);
}

TEST_F(ConfigsOverHttp, V3ClientsReadWithNulls) {
  publish("dataId=a&group=g&content=k%3D1");
  const std::string path = "/nacos/v3/client/cs/config";
  EXPECT_EQ(
      ask(Method::kGet, path + "?dataId=a&groupName=g&namespaceId=").body,
      R"({"code":0,"message":"success","data":{"resultCode":200,"errorCode":0,"message":null,"requestId":null,)"
      R"("content":"k=1","encryptedDataKey":"","contentType":"text","md5":"ceef78b61bf01306cc7e80344c92c19d",)"
      R"("lastModified":1700000000000,"tag":null,"beta":false,"success":true}})");
  const auto missing = ask(Method::kGet, path + "?dataId=b&groupName=g");
  EXPECT_EQ(missing.status, 200);
  EXPECT_EQ(missing.body, R"({"code":20004,"message":"resource not found","data":null})");
  EXPECT_EQ(ask(Method::kGet, path + "?dataId=a&group=g").body,
            "caused: Required parameter 'groupName' type String is not present;");
  EXPECT_EQ(ask(Method::kGet, path + "?dataId=a&groupName=G%23").status, 400);
  const auto wrong = ask(Method::kPost, path, "dataId=a");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers, "Allow: GET\r\n");
}

}  // namespace
}  // namespace batata::nacos
