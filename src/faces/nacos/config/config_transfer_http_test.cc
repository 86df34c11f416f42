// Exports, imports and copies of configs as recorded from upstream: v1 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/config_transfer_http.h"

#include <gtest/gtest.h>

#include "domain/config/archive.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using domain::ArchiveEntry;
using wire::Method;

constexpr std::string_view kMultipart = "multipart/form-data; boundary=b";
constexpr std::string_view kListOfTwo =
    "metadata:\n- dataId: i1\n  group: G\n  type: text\n  desc: first\n  appName: app\n"
    "- dataId: i2.json\n  group: G\n  type: json\n";

class TransfersOverHttp : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target, std::string body = {}, std::string_view type = {}) {
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    if (!type.empty()) headers.emplace_back("content-type", type);
    const auto answer = house.ask(method, std::move(target), std::move(body), std::move(headers),
                                  std::chrono::milliseconds(100));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  std::string get(std::string target) { return std::string(ask(Method::kGet, std::move(target)).content()); }
  // Imports an archive of these files.
  std::string import(const std::string& target, const std::vector<ArchiveEntry>& entries) {
    return import_bytes(target, domain::write_archive(entries).value_or(std::string()));
  }
  std::string import_bytes(const std::string& target, const std::string& bytes) {
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.zip\"\r\nContent-Type: "
        "application/zip\r\n\r\n" +
        bytes + "\r\n--b--\r\n";
    const auto response = ask(Method::kPost, target, body, kMultipart);
    return (response.status == 200 ? "" : std::to_string(response.status) + " ") + response.body;
  }
  std::string copy(const std::string& target, const std::string& json) {
    const auto response = ask(Method::kPost, target, json, "application/json");
    return (response.status == 200 ? "" : std::to_string(response.status) + " ") + response.body;
  }
  void make_namespace(const std::string& id) {
    const auto made = ask(Method::kPost, "/nacos/v3/admin/core/namespace?namespaceName=x&namespaceId=" + id);
    ASSERT_EQ(made.status, 200);
  }
  std::string content(const std::string& space, const std::string& group, const std::string& data_id) {
    const auto found = house.configs.get({space, group, data_id});
    return found ? std::string((*found)->content) : "none";
  }
  static std::string number(const std::string& space, const std::string& data_id) {
    return std::to_string(domain::numeric_id({space, "G", data_id}));
  }
  House house;
};

constexpr std::string_view kSuccess = R"({"code":0,"message":"success","data":)";

TEST_F(TransfersOverHttp, AnArchiveIsImportedAndItsConfigsAreThere) {
  make_namespace("imp");
  const std::string path = "/nacos/v3/admin/cs/config/import?namespaceId=imp";
  EXPECT_EQ(import(path, {{"G/i1", "one"}, {"G/i2.json", "{}"}, {".metadata.yml", std::string(kListOfTwo)}}),
            std::string(kSuccess) + R"({"succCount":2,"skipCount":0}})");
  const auto one = house.configs.get({"imp", "G", "i1"});
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ((*one)->content, "one");
  EXPECT_EQ((*one)->description, "first");
  EXPECT_EQ((*one)->app, "app");
  EXPECT_EQ((*one)->created_from, "10.0.0.9");
}

TEST_F(TransfersOverHttp, PoliciesSayWhatBecomesOfWhatIsThere) {
  make_namespace("imp");
  const std::string list =
      "metadata:\n- dataId: i1\n  group: G\n  type: text\n- dataId: i3\n  group: G\n  type: text\n";
  for (const std::string path :
       {"/nacos/v3/admin/cs/config/import?namespaceId=imp", "/v3/console/cs/config/import?namespaceId=imp"}) {
    EXPECT_EQ(
        import(path + "&policy=OVERWRITE",
               {{"G/i1", "one"}, {".metadata.yml", "metadata:\n- {dataId: i1, group: G, type: text}\n"}}),
        std::string(kSuccess) + R"({"succCount":1,"skipCount":0}})");
    const std::vector<ArchiveEntry> files = {{"G/i1", "one-b"}, {"G/i3", "three"}, {".metadata.yml", list}};
    EXPECT_EQ(import(path, files), std::string(kSuccess) +
                                       R"({"skipData":[{"dataId":"i3","group":"G"}],"succCount":0,)"
                                       R"("failData":[{"dataId":"i1","group":"G"}],"skipCount":1}})");
    EXPECT_EQ(content("imp", "G", "i1"), "one");
    EXPECT_EQ(
        import(path + "&policy=SKIP", files),
        std::string(kSuccess) + R"({"skipData":[{"dataId":"i1","group":"G"}],"succCount":1,"skipCount":1}})");
    EXPECT_EQ(import(path + "&policy=OVERWRITE", files),
              std::string(kSuccess) + R"({"succCount":2,"skipCount":0}})");
    EXPECT_EQ(content("imp", "G", "i1"), "one-b");
    EXPECT_EQ(house.ask(Method::kDelete, "/nacos/v1/cs/configs?dataId=i3&group=G&tenant=imp")->value().body,
              "true");
  }
  EXPECT_EQ(
      import("/nacos/v3/admin/cs/config/import?namespaceId=imp&policy=skip", {}),
      R"(400 {"code":30000,"message":"Method parameter 'policy': Failed to convert value of type )"
      R"('java.lang.String' to required type 'com.alibaba.nacos.api.config.model.SameConfigPolicy'; )"
      R"(Failed to convert from type [java.lang.String] to type [@org.springframework.web.bind.annotation.)"
      R"(RequestParam com.alibaba.nacos.api.config.model.SameConfigPolicy] for value [skip]","data":null})");
}

TEST_F(TransfersOverHttp, V3ImportsFailInTheirWords) {
  make_namespace("imp");
  const std::string path = "/nacos/v3/admin/cs/config/import?namespaceId=imp";
  const ArchiveEntry file{"G/i6", "six"};
  EXPECT_EQ(import("/nacos/v3/admin/cs/config/import?namespaceId=none", {file}),
            R"({"code":22001,"message":"namespace not exist","data":{"succCount":0}})");
  const std::string no_metadata =
      R"(500 {"code":30000,"message":"Cannot invoke \"com.alibaba.nacos.config.server.utils.ZipUtils$ZipItem.)"
      R"(getItemData()\" because \"metaDataItem\" is null","data":null})";
  EXPECT_EQ(import(path, {file}), no_metadata);
  EXPECT_EQ(import(path, {}), no_metadata);
  EXPECT_EQ(import_bytes(path, "hello"), no_metadata);
  const std::string illegal =
      R"({"code":100002,"message":"Imported metadata is invalid","data":{"succCount":0}})";
  EXPECT_EQ(import(path, {file, {".metadata.yml", "metadata:\n- dataId: i6\n  group: G\n"}}), illegal);
  EXPECT_EQ(import(path, {{".metadata.yml", "metadata: []\n"}}), illegal);
  EXPECT_EQ(import(path, {file, {"../x", "x"}}),
            R"({"code":100004,"message":"Failed to parse data","data":{"succCount":0}})");
  const std::string nothing = R"({"code":100005,"message":"Imported file data is empty","data":{}})";
  EXPECT_EQ(ask(Method::kPost, path, "x=y").body, nothing);
  const std::string field = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--";
  EXPECT_EQ(ask(Method::kPost, path, field, kMultipart).body, nothing);
  EXPECT_EQ(ask(Method::kPost, path, field.substr(0, 20), kMultipart).body, nothing);
}

TEST_F(TransfersOverHttp, WhatIsNotRecognizedIsTold) {
  make_namespace("imp");
  const std::vector<ArchiveEntry> files = {
      {"G/i4", "four"},
      {"G/stray", "x"},
      {"deep/er/file", "x"},
      {".metadata.yml",
       "metadata:\n- dataId: i4\n  group: G\n  type: text\n- dataId: missing\n  group: G\n  type: text\n"}};
  EXPECT_EQ(import("/nacos/v3/admin/cs/config/import?namespaceId=imp", files),
            std::string(kSuccess) +
                R"({"succCount":1,"unrecognizedCount":3,"skipCount":0,"unrecognizedData":[)"
                R"({"itemName":"Item not found in metadata: G/stray"},{"itemName":"deep/er/file"},)"
                R"({"itemName":"Item not found in file: G/missing"}]}})");
  const std::string console = import("/v3/console/cs/config/import?namespaceId=imp&policy=SKIP", files);
  EXPECT_NE(console.find("未在元数据中找到: G/stray"), std::string::npos) << console;
}

TEST_F(TransfersOverHttp, WhatIsListedTwiceIsTakenOnceAndTold) {
  make_namespace("imp");
  EXPECT_EQ(
      import("/nacos/v3/admin/cs/config/import?namespaceId=imp",
             {{"G/i4", "four"},
              {".metadata.yml",
               "metadata:\n- {dataId: i4, group: G, type: text}\n- {dataId: i4, group: G, type: json}\n"}}),
      std::string(kSuccess) + R"({"succCount":1,"unrecognizedCount":1,"skipCount":0,)"
                              R"("unrecognizedData":[{"itemName":"G/i4"}]}})");
  EXPECT_EQ((*house.configs.get({"imp", "G", "i4"}))->type, "text");
}

TEST_F(TransfersOverHttp, ImportsOfAUserThatNoConfigMayHaveAreRefused) {
  make_namespace("imp");
  const std::string path = "/nacos/v1/cs/configs?import=true&namespace=imp&src_user=" + std::string(257, 'u');
  EXPECT_EQ(import(path, {{"G/i", "x"}}), "400 caused: too long srcUser, over 256;");
  EXPECT_EQ(content("imp", "G", "i"), "none");
}

TEST_F(TransfersOverHttp, V1ImportsBothLayouts) {
  make_namespace("imp");
  const std::string path = "/nacos/v1/cs/configs?import=true&namespace=imp";
  EXPECT_EQ(import(path + "&src_user=joe",
                   {{"gi/i3.properties", "a=1"}, {".meta.yml", "gi.i3~properties.app=app7\r\n"}}),
            R"({"code":200,"message":"import success","data":{"succCount":1,"skipCount":0}})");
  const auto found = house.configs.get({"imp", "gi", "i3.properties"});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)->app, "app7");
  EXPECT_EQ((*found)->type, "properties");
  EXPECT_EQ((*found)->created_by, "joe");
  EXPECT_EQ(
      import(path, {{"gi/i1", "one"},
                    {"gi/i2", "two"},
                    {".metadata.yml", "metadata:\n- dataId: i1\n  group: gi\n  type: text\n"}}),
      R"({"code":200,"message":"import success","data":{"succCount":1,"unrecognizedCount":1,"skipCount":0,)"
      R"("unrecognizedData":[{"itemName":"未在元数据中找到: gi/i2"}]}})");
}

TEST_F(TransfersOverHttp, V1ImportsFailInTheirWords) {
  make_namespace("imp");
  const std::string path = "/nacos/v1/cs/configs?import=true&namespace=imp";
  EXPECT_EQ(import("/nacos/v1/cs/configs?import=true&namespace=none", {{"g/i", "x"}}),
            R"({"code":100001,"message":"目标 namespace 不存在","data":{"succCount":0}})");
  EXPECT_EQ(import(path, {{"g/i", "x"}, {".meta.yml", ""}}),
            R"({"code":100002,"message":"导入的元数据非法","data":{"succCount":0}})");
  EXPECT_EQ(import(path, {}), R"({"code":100005,"message":"导入的文件数据为空","data":{"succCount":0}})");
  EXPECT_EQ(ask(Method::kPost, path).body, R"({"code":100005,"message":"导入的文件数据为空","data":{}})");
  const auto policy = import(path + "&policy=NOPE", {});
  EXPECT_TRUE(
      policy.starts_with("400 caused: Failed to convert value of type 'java.lang.String' to required type "
                         "'com.alibaba.nacos.config.server.model.SameConfigPolicy'; nested exception is "
                         "org.springframework.core.convert.ConversionFailedException: "))
      << policy;
  EXPECT_TRUE(policy.ends_with(
      ";caused: No enum constant com.alibaba.nacos.config.server.model.SameConfigPolicy.NOPE;"))
      << policy;
}

TEST_F(TransfersOverHttp, ExportsAreArchivesToKeep) {
  for (const std::string form : {"dataId=app.yaml&group=G&content=a%3A+2&tenant=dev&type=yaml&appName=app1",
                                 "dataId=other&group=G&content=x&tenant=dev"})
    EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/configs", form, "application/x-www-form-urlencoded").body,
              "true");
  const auto v1 = ask(Method::kGet, "/nacos/v1/cs/configs?export=true&dataId=&group=G&tenant=dev&ids=");
  EXPECT_EQ(v1.content_type, "application/octet-stream;charset=UTF-8");
  EXPECT_EQ(v1.headers,
            "Content-Disposition: attachment;filename=nacos_config_export_20231114221320.zip\r\n");
  const auto files = domain::read_archive(v1.body);
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(*files, (std::vector<ArchiveEntry>{
                        {"G/app.yaml", "a: 2"}, {"G/other", "x"}, {".meta.yml", "G.app~yaml.app=app1\r\n"}}));
  const std::string list = "metadata:\n- appName: app1\n  dataId: app.yaml\n  group: G\n  type: yaml\n";
  const std::vector<ArchiveEntry> one = {{"G/app.yaml", "a: 2"}, {".metadata.yml", list}};
  for (const std::string& target :
       {"/nacos/v1/cs/configs?exportV2=true&tenant=dev&ids=" + number("dev", "app.yaml"),
        std::string("/nacos/v3/admin/cs/config/export?namespaceId=dev&dataId=app*&ids="),
        std::string("/v3/console/cs/config/export2?namespaceId=dev&appName=app1&groupName=G&ids=")}) {
    const auto read = domain::read_archive(get(target));
    ASSERT_TRUE(read.has_value()) << target;
    EXPECT_EQ(*read, one) << target;
  }
  EXPECT_EQ(get("/nacos/v1/cs/configs?export=true&dataId=zz&group=zz&tenant=dev&ids="),
            std::string("PK\5\6", 4) + std::string(18, '\0'));
}

TEST_F(TransfersOverHttp, ExportsRefuseBadIds) {
  EXPECT_EQ(
      get("/nacos/v3/admin/cs/config/export?namespaceId=dev"),
      R"({"code":30000,"message":"Cannot invoke \"java.util.List.removeAll(java.util.Collection)\" because )"
      R"(\"ids\" is null","data":null})");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v3/admin/cs/config/export?namespaceId=dev&ids=x").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?export=true&tenant=dev&ids=x").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/configs?export=true&tenant=a%20b&ids=").status, 400);
}

TEST_F(TransfersOverHttp, CopiesGoIntoANamespaceThatExists) {
  make_namespace("to");
  for (const std::string name : {"i1", "i2"})
    EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/configs",
                  "dataId=" + name + "&group=G&content=" + name + "&tenant=dev",
                  "application/x-www-form-urlencoded")
                  .body,
              "true");
  const std::string path = "/nacos/v3/admin/cs/config/clone?namespaceId=to";
  const auto wish = [](const std::string& id, const std::string& more = "") {
    return R"({"configId":")" + id + R"(","targetDataId":null,"targetGroupName":null)" + more + "}";
  };
  const std::string a = number("dev", "i1"), b = number("dev", "i2");
  EXPECT_EQ(copy(path, "[" + wish(a) + "]"), std::string(kSuccess) + R"({"succCount":1,"skipCount":0}})");
  EXPECT_EQ(
      copy(path + "&policy=ABORT", "[" + wish(a) + "]"),
      std::string(kSuccess) + R"({"succCount":0,"failData":[{"dataId":"i1","group":"G"}],"skipCount":0}})");
  EXPECT_EQ(
      copy(path + "&policy=SKIP", "[" + wish(a) + "," + wish(b) + "]"),
      std::string(kSuccess) + R"({"skipData":[{"dataId":"i1","group":"G"}],"succCount":1,"skipCount":1}})");
  EXPECT_EQ(copy("/v3/console/cs/config/clone?targetNamespaceId=to&policy=OVERWRITE",
                 R"([{"cfgId":)" + a + R"(,"dataId":"copy","group":"G9"}])"),
            std::string(kSuccess) + R"({"succCount":1,"skipCount":0}})");
  EXPECT_EQ(content("to", "G9", "copy"), "i1");
  EXPECT_EQ(copy("/nacos/v1/cs/configs?clone=true&tenant=to&policy=ABORT",
                 R"([{"cfgId":")" + b + R"(","group":"gc"}])"),
            R"({"code":200,"message":"Clone Completed Successfully","data":{"succCount":1,"skipCount":0}})");
  EXPECT_EQ(content("to", "gc", "i2"), "i2");
}

TEST_F(TransfersOverHttp, CopiesFailInTheirWords) {
  make_namespace("to");
  const std::string path = "/nacos/v3/admin/cs/config/clone?namespaceId=to";
  EXPECT_EQ(copy("/nacos/v3/admin/cs/config/clone?namespaceId=none", R"([{"configId":"1"}])"),
            R"({"code":22001,"message":"namespace not exist","data":{"succCount":0}})");
  EXPECT_EQ(copy(path, "[]"),
            R"({"code":100006,"message":"No configuration selected","data":{"succCount":0}})");
  EXPECT_EQ(copy(path, R"([{"configId":"1"}])"),
            R"({"code":100005,"message":"Imported file data is empty","data":{"succCount":0}})");
  EXPECT_EQ(
      copy("/nacos/v3/admin/cs/config/clone", "[]"),
      R"(400 {"code":10000,"message":"parameter missing","data":"Required request parameter 'namespaceId' for )"
      R"(method parameter type String is not present"})");
  EXPECT_EQ(
      copy(path, "{"),
      R"~(400 {"code":10000,"message":"parameter missing","data":"JSON parse error: Cannot deserialize value )~"
      R"~(of type `java.util.ArrayList<com.alibaba.nacos.api.config.model.ConfigCloneInfo>` from Object )~"
      R"~(value (token `JsonToken.START_OBJECT`)"})~");
  EXPECT_EQ(
      ask(Method::kPost, path, "x=y").body,
      R"({"code":20003,"message":"MediaType Error","data":"Content-Type 'application/x-www-form-urlencoded;)"
      R"(charset=UTF-8' is not supported"})");
  EXPECT_EQ(copy("/v3/console/cs/config/clone?targetNamespaceId=to", "").substr(0, 4), "400 ");
  EXPECT_EQ(copy("/nacos/v1/cs/configs?clone=true&tenant=to", "[]"),
            R"({"code":100006,"message":"没有选择任何配置","data":{"succCount":0}})");
  EXPECT_EQ(copy("/nacos/v1/cs/configs?clone=true", "[]").substr(0, 4), "500 ");
}

}  // namespace
}  // namespace batata::nacos
