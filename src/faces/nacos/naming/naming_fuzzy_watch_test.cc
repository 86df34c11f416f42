// Watches of services by patterns, as recorded from upstream 3.1.
#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kNaming = R"({"labels":{"module":"naming"}})";
constexpr std::string_view kOk = R"({"resultCode":200,"errorCode":0,"success":true})";

class NamingFuzzyWatches : public testing::Test {
 protected:
  NamingFuzzyWatches() {
    writer.set_up(kNaming);
    watcher.set_up(kNaming);
  }
  void instance(const std::string& service, const std::string& type) {
    writer.call("InstanceRequest", R"({"namespace":"ns","groupName":"fg","serviceName":")" + service +
                                       R"(","type":")" + type +
                                       R"(","instance":{"ip":"10.1.0.1","port":1,"clusterName":"DEFAULT"}})");
  }
  void add(const std::string& service) { instance(service, "registerInstance"); }
  void take_out(const std::string& service) { instance(service, "deregisterInstance"); }
  Client::Answer ask(const std::string& pattern, const std::string& received = "", bool initializing = true,
                     const std::string& type = "\"WATCH\"") {
    return watcher.call("NamingFuzzyWatchRequest", R"({"namespace":"ns","groupKeyPattern":)" + pattern +
                                                       R"(,"receivedGroupKeys":[)" + received +
                                                       R"(],"watchType":)" + type + R"(,"initializing":)" +
                                                       (initializing ? "true}" : "false}"));
  }
  // The n-th push, without what is the same in all of them.
  std::string body(std::size_t n) const {
    const std::string json = watcher.pushed(n).json;
    const std::string begin = R"({"headers":{},"requestId":")" + watcher.request_id(n) + R"(",)";
    const std::string end = R"(,"module":"naming"})";
    if (!json.starts_with(begin) || !json.ends_with(end)) return "unexpected: " + json;
    return json.substr(begin.size(), json.size() - begin.size() - end.size());
  }
  static std::string sync(const std::string& kind, const std::string& pattern, const std::string& contexts) {
    return R"("syncType":")" + kind + R"(","groupKeyPattern":")" + pattern + R"(","contexts":[)" + contexts +
           R"(],"totalBatch":1,"currentBatch":1)";
  }
  static std::string context(const std::string& service, const std::string& type) {
    return R"({"serviceKey":"ns@@fg@@)" + service + R"(","changedType":")" + type + "\"}";
  }
  static std::string change(const std::string& service, const std::string& type) {
    return R"("syncType":"FUZZY_WATCH_RESOURCE_CHANGED","serviceKey":"ns@@fg@@)" + service +
           R"(","changedType":")" + type + "\"";
  }
  void acknowledge(std::size_t n) { watcher.acknowledge(n, "NamingFuzzyWatchSyncResponse"); }

  House house;
  Client writer{house, 40000}, watcher{house, 40001};
};

TEST_F(NamingFuzzyWatches, BeginWithTheServicesThatHaveInstances) {
  for (const std::string service : {"s1", "s2", "s0", "t1"}) add(service);
  take_out("s0");
  EXPECT_EQ(ask(R"("ns>>fg>>s*")"), (Client::Answer{"NamingFuzzyWatchResponse", std::string(kOk)}));
  ASSERT_EQ(watcher.pushes(), 1u);
  EXPECT_EQ(watcher.pushed(0).type, "NamingFuzzyWatchSyncRequest");
  EXPECT_EQ(body(0), sync("FUZZY_WATCH_INIT_NOTIFY", "ns>>fg>>s*",
                          context("s1", "ADD_SERVICE") + "," + context("s2", "ADD_SERVICE")));
  acknowledge(0);
  ASSERT_EQ(watcher.pushes(), 2u);
  EXPECT_EQ(body(1), sync("FINISH_FUZZY_WATCH_INIT_NOTIFY", "ns>>fg>>s*", ""));
  acknowledge(1);
  house.runtime.run_for(10s);
  EXPECT_EQ(watcher.pushes(), 2u);
}

TEST_F(NamingFuzzyWatches, TellAServiceThatGetsItsFirstInstanceAndOneThatLosesItsLast) {
  ask(R"("ns>>fg>>s*")");
  acknowledge(0);
  add("s3");
  add("s3");
  add("t3");
  ASSERT_EQ(watcher.pushes(), 2u);
  EXPECT_EQ(watcher.pushed(1).type, "NamingFuzzyWatchChangeNotifyRequest");
  EXPECT_EQ(body(1), change("s3", "ADD_SERVICE"));
  acknowledge(1);
  take_out("s3");
  ASSERT_EQ(watcher.pushes(), 3u);
  EXPECT_EQ(body(2), change("s3", "DELETE_SERVICE"));
}

TEST_F(NamingFuzzyWatches, TellOfTheEndOfAConnection) {
  ask(R"("ns>>fg>>s*")");
  acknowledge(0);
  add("s3");
  acknowledge(1);
  writer.transport->close();
  house.runtime.run_for(1ms);
  ASSERT_EQ(watcher.pushes(), 3u);
  EXPECT_EQ(body(2), change("s3", "DELETE_SERVICE"));
}

TEST_F(NamingFuzzyWatches, CompareWithWhatTheClientKnows) {
  add("s1");
  add("s2");
  ask(R"("ns>>fg>>s*")", R"("ns@@fg@@s1","ns@@fg@@s9")", false);
  ASSERT_EQ(watcher.pushes(), 1u);
  EXPECT_EQ(body(0), sync("FUZZY_WATCH_DIFF_SYNC_NOTIFY", "ns>>fg>>s*",
                          context("s2", "ADD_SERVICE") + "," + context("s9", "DELETE_SERVICE")));
}

TEST_F(NamingFuzzyWatches, GoOutInTens) {
  for (int i = 10; i < 31; ++i) add("s" + std::to_string(i));
  ask(R"("ns>>fg>>s*")");
  for (std::size_t n = 0; n < watcher.pushes(); ++n) acknowledge(n);
  ASSERT_EQ(watcher.pushes(), 4u);
  EXPECT_NE(body(2).find(R"("totalBatch":3,"currentBatch":3)"), std::string::npos);
}

TEST_F(NamingFuzzyWatches, EndWhenTheyAreCancelled) {
  ask(R"("ns>>fg>>s*")");
  acknowledge(0);
  EXPECT_EQ(ask(R"("ns>>fg>>s*")", "", false, "\"CANCEL_WATCH\"").json, kOk);
  add("s4");
  EXPECT_EQ(watcher.pushes(), 1u);
}

TEST_F(NamingFuzzyWatches, BadRequestsAreAnsweredAsRecorded) {
  EXPECT_EQ(ask(R"("abc")").json, kOk);
  EXPECT_EQ(
      ask(R"("ns>>fg>>s*")", "", true, "\"LOOK\""),
      (Client::Answer{
          "ErrorResponse",
          R"({"resultCode":400,"errorCode":400,"message":"Unsupported request type LOOK","success":false})"}));
  const Client::Answer silent{"ErrorResponse", R"({"resultCode":500,"errorCode":500,"success":false})"};
  EXPECT_EQ(ask("null"), silent);
  EXPECT_EQ(ask(R"("ns>>fg>>s*")", "", true, "null"), silent);
}

}  // namespace
}  // namespace batata::nacos
