#include "cli/config/config_commands.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/common/http_client.h"
#include "tests/support/program_runs.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

constexpr const char* kGet = "GET /nacos/v1/cs/configs?dataId=a&group=DEFAULT_GROUP";
constexpr const char* kShow = "GET /nacos/v1/cs/configs?show=all&dataId=a&group=DEFAULT_GROUP";
constexpr const char* kEntry = "GET /nacos/v1/cs/history?dataId=a&group=DEFAULT_GROUP&nid=7";
constexpr const char* kPublish = "POST /nacos/v1/cs/configs";

std::string entry(const std::string& content, const std::string& kind = "U         ",
                  const std::string& publish = "formal") {
  return http(200, R"({"id":"7","content":")" + content + R"(","opType":")" + kind + R"(","publishType":")" +
                       publish + R"(","appName":"shop","extInfo":"{\"type\":\"yaml\",\"c_desc\":\"old\"}"})");
}

TEST(ConfigHistory, IsATableOrJson) {
  const std::string target =
      "GET /nacos/v1/cs/history?search=accurate&dataId=a&group=DEFAULT_GROUP&pageNo=1&pageSize=2";
  const std::string answer = http(
      200,
      R"({"totalCount":3,"pageItems":[{"id":"9","opType":"D         ","publishType":"formal","grayName":"","srcUser":"ann","srcIp":"10.0.0.1","lastModifiedTime":"2026-11-27T20:52:10.681+00:00"},)"
      R"({"id":"8","opType":"U         ","publishType":"gray","grayName":"beta","srcUser":null,"srcIp":"10.0.0.2","lastModifiedTime":"2026-11-27T20:50:00.000+00:00"}]})");
  TinyServer server({{target, answer}});
  const Ran ran = run_against(server, {"config", "history", "a", "--size", "2"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out,
            "ID  AT                             CHANGE   USER  FROM      GRAY\n"
            "9   2026-11-27T20:52:10.681+00:00  deleted  ann   10.0.0.1\n"
            "8   2026-11-27T20:50:00.000+00:00  changed        10.0.0.2  beta\n");
  EXPECT_EQ(ran.error, "2 of 3 shown; the next ones: --page 2\n");
  TinyServer again({{target, answer}});
  EXPECT_EQ(
      run_against(again, {"config", "history", "a", "--size", "2", "-o", "json"}).out,
      R"({"dataId":"a","group":"DEFAULT_GROUP","namespace":"public","total":3,"page":1,"history":[)"
      R"({"id":"9","at":"2026-11-27T20:52:10.681+00:00","change":"deleted","user":"ann","address":"10.0.0.1","gray":""},)"
      R"({"id":"8","at":"2026-11-27T20:50:00.000+00:00","change":"changed","user":"","address":"10.0.0.2","gray":"beta"}]})"
      "\n");
}

TEST(ConfigHistory, OneEntryIsItsContent) {
  TinyServer server({{kEntry, entry("one")}});
  EXPECT_EQ(run_against(server, {"config", "history", "a", "--id", "7"}).out, "one");
  TinyServer missing({{kEntry, http(200, "")}});
  const Ran ran = run_against(missing, {"config", "history", "a", "--id", "7"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.error,
            "batata: the history of a in group DEFAULT_GROUP of namespace public has no entry 7\n"
            "next: `batata config history` lists the entries that are there\n");
}

TEST(ConfigDiff, ComparesTheHistoryWhatIsThereAndFiles) {
  TinyServer old({{kEntry, entry("one\\n")}, {kGet, http(200, "two\n")}});
  const Ran ran = run_against(old, {"config", "diff", "a", "7"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out, "--- a (history 7)\n+++ a (current)\n@@ -1 +1 @@\n-one\n+two\n");
  TinyServer file({{kGet, http(404, "config data not exist\n")}});
  EXPECT_EQ(run_against(file, {"config", "diff", "a", "current", "app.yml"}).out,
            "--- a (current: not there)\n+++ app.yml\n@@ -0,0 +1 @@\n+content of app.yml\n"
            "\\ No newline at end of file\n");
  TinyServer equal({{kGet, http(200, "content of -")}});
  EXPECT_EQ(run_against(equal, {"config", "diff", "a", "-", "-o", "json"}).out,
            R"({"dataId":"a","group":"DEFAULT_GROUP","namespace":"public","from":"standard input",)"
            R"~("to":"a (current)","equal":true,"diff":""})~"
            "\n");
  EXPECT_EQ(run_words({"config", "diff", "a", "-", "-"}).code, 2);
}

TEST(ConfigRollback, PublishesTheEntryOverWhatIsThereAndKeepsTheRest) {
  TinyServer server(
      {{kEntry, entry("one")},
       {kShow,
        http(200,
             R"({"content":"two","md5":"0123","type":"text","appName":"x","desc":null,"configTags":"t"})")},
       {kGet, http(200, "two", "content-md5: 0123\r\n")},
       {kPublish, http(200, "true")}});
  const Ran ran = run_against(server, {"config", "rollback", "a", "7"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out, "published entry 7 of the history as a in group DEFAULT_GROUP of namespace public\n");
  ASSERT_EQ(server.requests.size(), 4u);
  EXPECT_NE(server.requests[3].find("\r\ncasMd5: 0123\r\n"), std::string::npos) << server.requests[3];
  EXPECT_TRUE(server.requests[3].ends_with(
      "dataId=a&group=DEFAULT_GROUP&content=one&type=text&appName=x&config_tags=t"))
      << server.requests[3];
}

TEST(ConfigRollback, BringsBackWhatWasDeletedUnlessSomebodyElseDoes) {
  TinyServer server(
      {{kEntry, entry("one", "D         ")}, {kShow, http(200, "")}, {kPublish, http(200, "true")}});
  const Ran ran = run_against(server, {"config", "rollback", "a", "7", "-o", "json"});
  EXPECT_EQ(ran.out, R"({"dataId":"a","group":"DEFAULT_GROUP","namespace":"public","id":7,"published":true})"
                     "\n");
  ASSERT_EQ(server.requests.size(), 3u);
  EXPECT_NE(server.requests[2].find("\r\ncasMd5: d41d8cd98f00b204e9800998ecf8427e\r\n"), std::string::npos);
  EXPECT_TRUE(server.requests[2].ends_with(
      "dataId=a&group=DEFAULT_GROUP&content=one&appName=shop&type=yaml&desc=old"))
      << server.requests[2];
}

// The present key opens the present content alone.
TEST(ConfigRollback, AContentComesBackWithTheKeyOfItsOwn) {
  const std::string encrypted = R"({"content":"one","opType":"U","encryptedDataKey":"KEY1"})";
  TinyServer server({{kEntry, http(200, encrypted)},
                     {kShow, http(200, R"({"content":"two","md5":"0123","encryptedDataKey":"KEY2"})")},
                     {kGet, http(200, "two", "content-md5: 0123\r\n")},
                     {kPublish, http(200, "true")}});
  EXPECT_EQ(run_against(server, {"config", "rollback", "a", "7"}).code, 0);
  ASSERT_EQ(server.requests.size(), 4u);
  EXPECT_TRUE(server.requests[3].ends_with("&content=one&encryptedDataKey=KEY1")) << server.requests[3];
  TinyServer plain({{kEntry, entry("one")},
                    {kShow, http(200, R"({"content":"two","md5":"0123","encryptedDataKey":"KEY2"})")},
                    {kGet, http(200, "two", "content-md5: 0123\r\n")},
                    {kPublish, http(200, "true")}});
  EXPECT_EQ(run_against(plain, {"config", "rollback", "a", "7"}).code, 0);
  EXPECT_TRUE(plain.requests.at(3).ends_with("&encryptedDataKey=")) << plain.requests[3];
}

TEST(ConfigSet, AnMd5ThatIsEmptyPublishesNothing) {
  TinyServer server({});
  const Ran ran = run_against(server, {"config", "set", "a", "1", "--cas-md5", ""});
  EXPECT_EQ(ran.code, 2) << ran.error;
  EXPECT_TRUE(server.requests.empty());
}

TEST(ConfigRollback, LosesToWhoPublishesMeanwhile) {
  TinyServer server({{kEntry, entry("one")},
                     {kShow, http(200, R"({"content":"two","md5":"0123"})")},
                     {kGet, http(200, "two", "content-md5: 0123\r\n")},
                     {kPublish, http(500, "caused: Cas publish fail, server md5 may have changed.;")}});
  const Ran ran = run_against(server, {"config", "rollback", "a", "7"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_TRUE(ran.error.ends_with(
      "next: somebody has changed it meanwhile: look with `batata config history`, then try again\n"))
      << ran.error;
  TinyServer other({{kEntry, entry("one")}, {kShow, http(200, R"({"content":"two","md5":"0123"})")}});
  const Ran refused = run_against(other, {"config", "rollback", "a", "7", "--cas-md5", "4567"});
  EXPECT_EQ(refused.code, 4);
  EXPECT_EQ(other.requests.size(), 2u);  // nothing was published
}

TEST(ConfigRollback, PublishesNothingWhereThatIsThereAlreadyOrTheEntryIsAGrayReleases) {
  TinyServer same({{kEntry, entry("one")},
                   {kShow, http(200, R"({"content":"one","md5":"0123"})")},
                   {kGet, http(200, "one", "content-md5: 0123\r\n")}});
  EXPECT_EQ(run_against(same, {"config", "rollback", "a", "7"}).out,
            "a in group DEFAULT_GROUP of namespace public has that content already; nothing was changed\n");
  TinyServer gray({{kEntry, entry("one", "U", "gray")}});
  EXPECT_EQ(run_against(gray, {"config", "rollback", "a", "7"}).code, 2);
}

TEST(ConfigExport, WritesANewFileForItsOwnerOnly) {
  const TempDirectory directory;
  const std::string file = directory / "all.zip";
  const std::string target = "GET /nacos/v1/cs/configs?exportV2=true&dataId=app%2A&group=&ids=&tenant=dev";
  TinyServer server({{target, http(200, "PK archive")}});
  const Ran ran = run_against(server, {"config", "export", file, "app*", "--namespace", "dev"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out, "wrote the configurations of namespace dev to " + file + " (10 bytes)\n");
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "PK archive");
  struct stat about{};
  ASSERT_EQ(::stat(file.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  TinyServer again({{target, http(200, "PK archive")}});
  EXPECT_EQ(run_against(again, {"config", "export", file, "app*", "--namespace", "dev"}).code, 4);
  TinyServer other({{target, http(200, "<html>")}});
  EXPECT_EQ(run_against(other, {"config", "export", file + "2", "app*", "--namespace", "dev"}).code, 1);
}

TEST(ConfigImport, SendsTheArchiveAndTellsWhatBecameOfIt) {
  const std::string target = "POST /nacos/v1/cs/configs?import=true&namespace=dev&policy=SKIP";
  TinyServer server(
      {{target,
        http(200,
             R"({"code":200,"data":{"succCount":2,"skipCount":1,"skipData":[{"dataId":"a","group":"g"}],)"
             R"("unrecognizedData":[{"itemName":"odd"}]}})")}});
  const Ran ran =
      run_against(server, {"config", "import", "all.zip", "--policy", "skip", "--namespace", "dev"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out,
            "published 2 in namespace dev\n"
            "DATA ID  GROUP  OUTCOME\n"
            "a        g      skipped\n"
            "odd             not recognized\n");
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_NE(server.requests[0].find("multipart/form-data; boundary=batata-archive-0\r\n"), std::string::npos);
  EXPECT_TRUE(server.requests[0].ends_with("\r\n\r\ncontent of all.zip\r\n--batata-archive-0--\r\n"))
      << server.requests[0];
}

TEST(ConfigImport, EndsWithFourAtWhatIsThereAlreadyAndWithTwoForWhatIsNoArchive) {
  const std::string target = "POST /nacos/v1/cs/configs?import=true&namespace=&policy=ABORT";
  TinyServer met(
      {{target,
        http(200, R"({"code":200,"data":{"succCount":0,"failData":[{"dataId":"a","group":"g"}]}})")}});
  const Ran ran = run_against(met, {"config", "import", "all.zip", "-o", "json"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(ran.out,
            R"({"namespace":"public","published":0,"others":[{"dataId":"a","group":"g","outcome":"failed"}]})"
            "\n");
  EXPECT_NE(ran.error.find("next: say --policy skip"), std::string::npos) << ran.error;
  TinyServer none({{target, http(200, R"({"code":100005,"message":"导入的文件数据为空","data":{}})")}});
  const Ran refused = run_against(none, {"config", "import", "all.zip"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(refused.error,
            "batata: that is no archive of configurations, or one of none\n"
            "next: name a zip archive that `batata config export` or Nacos' console has made\n");
}

TEST(ConfigWatch, PrintsEachChangeUntilItIsToldToStop) {
  const std::string poll = "POST /nacos/v1/cs/configs/listener";
  const std::string news = http(200, "a%02DEFAULT_GROUP%01\n");
  const std::string there = http(200, "one", "content-md5: 01\r\n"),
                    gone = http(404, "config data not exist\n");
  TinyServer server({{kGet, Answers{gone, there, gone}}, {poll, Answers{news, news, http(200, "")}}});
  const Ran ran = run_against(server, {"config", "watch", "a", "--diff"}, {.stop_after = "deleted  a"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_TRUE(
      ran.error.starts_with("watching a in group DEFAULT_GROUP of namespace public: it is not there\n"))
      << ran.error;
  EXPECT_NE(ran.out.find("  created  a  md5 01  3 bytes\n--- a (before)\n+++ a (now)\n@@ -0,0 +1 @@\n+one\n"),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("  deleted  a\n"), std::string::npos) << ran.out;
}

TEST(ConfigWatch, FailsAtOnceWhereThereIsNoServerAndWhereOutputIsFull) {
  EXPECT_EQ(run_words({"config", "watch", "a", "--server", "127.0.0.1:1"}).code, 1);
  TinyServer server(
      {{kGet, Answers{http(404, "config data not exist\n"), http(200, "x", "content-md5: 1\r\n")}},
       {"POST /nacos/v1/cs/configs/listener", http(200, "a%02DEFAULT_GROUP%01\n")}});
  const Ran ran = run_against(server, {"config", "watch", "a"}, {.out_is_full = true, .stop_after = "never"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.error.find("batata: standard output: No space left on device\n"), std::string::npos)
      << ran.error;
}

TEST(ConfigWatch, GoesOnWhenTheServerHasBeenAway) {
  TinyServer server(
      {{kGet, Answers{http(404, "config data not exist\n"), http(200, "x", "content-md5: 1\r\n")}},
       {"POST /nacos/v1/cs/configs/listener", Answers{"", http(200, "")}}});
  const Ran ran = run_against(server, {"config", "watch", "a", "-o", "json"}, {.stop_after = "is back"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_NE(ran.error.find("next: nothing: it is asked again each second\nthe server is back\n"),
            std::string::npos)
      << ran.error;
  EXPECT_TRUE(ran.out.ends_with(
      R"("event":"created","dataId":"a","group":"DEFAULT_GROUP","namespace":"public","type":"","md5":"1","content":"x"})"
      "\n"))
      << ran.out;
}

}  // namespace
}  // namespace batata::cli
