// Watches of configs by patterns, as recorded from upstream 3.1.
#include "faces/nacos/config/config_fuzzy_watch.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kOk = R"({"resultCode":200,"errorCode":0,"success":true})";
constexpr std::string_view kSync = "ConfigFuzzyWatchSyncRequest",
                           kChange = "ConfigFuzzyWatchChangeNotifyRequest";

class ConfigFuzzyWatches : public testing::Test {
 protected:
  ConfigFuzzyWatches() {
    writer.set_up("{}");
    watcher.set_up("{}");  // without a table: no SetupAck among its pushes
  }
  void publish(const std::string& data_id, const std::string& content = "1",
               const std::string& group = "fg") {
    const std::string body = R"({"dataId":")" + data_id + R"(","group":")" + group +
                             R"(","tenant":"ns","content":")" + content + "\"}";
    ASSERT_EQ(writer.call("ConfigPublishRequest", body).json, kOk);
  }
  void remove(const std::string& data_id) {
    writer.call("ConfigRemoveRequest", R"({"dataId":")" + data_id + R"(","group":"fg","tenant":"ns"})");
  }
  Client::Answer ask(Client& client, const std::string& pattern, const std::string& received = "",
                     bool initializing = true, const std::string& type = "WATCH") {
    return client.call("ConfigFuzzyWatchRequest", R"({"groupKeyPattern":")" + pattern +
                                                      R"(","receivedGroupKeys":[)" + received +
                                                      R"(],"watchType":")" + type + R"(","initializing":)" +
                                                      (initializing ? "true}" : "false}"));
  }
  // The n-th push, without what is the same in all of them.
  std::string body(std::size_t n) const { return body(watcher, n); }
  static std::string body(const Client& client, std::size_t n) {
    const std::string json = client.pushed(n).json;
    const std::string begin = R"({"headers":{},"requestId":")" + client.request_id(n) + R"(",)";
    const std::string end = R"(,"module":"config"})";
    if (!json.starts_with(begin) || !json.ends_with(end)) return "unexpected: " + json;
    return json.substr(begin.size(), json.size() - begin.size() - end.size());
  }
  static std::string finished(const std::string& pattern) {
    return R"("groupKeyPattern":")" + pattern +
           R"(","syncType":"FINISH_FUZZY_WATCH_INIT_NOTIFY","totalBatch":0,"currentBatch":0)";
  }
  // Acknowledges everything from the n-th push on until nothing more comes.
  void acknowledge_from(std::size_t n) {
    for (; n < watcher.pushes(); ++n) watcher.acknowledge(n, "ConfigFuzzyWatchSyncResponse");
  }
  House house;
  Client writer{house, 40000}, watcher{house, 40001};
};

TEST_F(ConfigFuzzyWatches, BeginWithWhatThereIsAndSayWhenTheyAreDone) {
  publish("a1");
  publish("a2");
  publish("b1");
  EXPECT_EQ(ask(watcher, "ns>>fg>>a*"), (Client::Answer{"ConfigFuzzyWatchResponse", std::string(kOk)}));
  ASSERT_EQ(watcher.pushes(), 1u);
  EXPECT_EQ(watcher.pushed(0).type, kSync);
  EXPECT_EQ(
      body(0),
      R"("groupKeyPattern":"ns>>fg>>a*","contexts":[{"groupKey":"a1+fg+ns","changedType":"ADD_CONFIG"},)"
      R"({"groupKey":"a2+fg+ns","changedType":"ADD_CONFIG"}],"syncType":"FUZZY_WATCH_INIT_NOTIFY",)"
      R"("totalBatch":1,"currentBatch":1)");
  watcher.acknowledge(0, "ConfigFuzzyWatchSyncResponse");
  ASSERT_EQ(watcher.pushes(), 2u);
  EXPECT_EQ(watcher.pushed(1).type, kSync);
  EXPECT_EQ(body(1), finished("ns>>fg>>a*"));
  watcher.acknowledge(1, "ConfigFuzzyWatchSyncResponse");
  house.runtime.run_for(10s);
  EXPECT_EQ(watcher.pushes(), 2u);
}

TEST_F(ConfigFuzzyWatches, TellWhatAppearsAndGoesAndNothingElse) {
  ask(watcher, "ns>>fg>>a*");
  ASSERT_EQ(watcher.pushes(), 1u);
  EXPECT_EQ(body(0), finished("ns>>fg>>a*"));
  watcher.acknowledge(0, "ConfigFuzzyWatchSyncResponse");
  publish("a3");
  ASSERT_EQ(watcher.pushes(), 2u);
  EXPECT_EQ(watcher.pushed(1).type, kChange);
  EXPECT_EQ(body(1), R"("groupKey":"a3+fg+ns","changeType":"CONFIG_CHANGED")");
  watcher.acknowledge(1, "ConfigFuzzyWatchChangeNotifyResponse");
  publish("a3", "2");
  publish("b2");
  publish("a3", "1", "other");
  EXPECT_EQ(watcher.pushes(), 2u);
  remove("a3");
  ASSERT_EQ(watcher.pushes(), 3u);
  EXPECT_EQ(body(2), R"("groupKey":"a3+fg+ns","changeType":"DELETE_CONFIG")");
}

TEST_F(ConfigFuzzyWatches, CompareWithWhatTheClientKnows) {
  publish("a1");
  publish("a2");
  ask(watcher, "ns>>fg>>a*", R"("a1+fg+ns","a9+fg+ns")", false);
  ASSERT_EQ(watcher.pushes(), 1u);
  EXPECT_EQ(
      body(0),
      R"("groupKeyPattern":"ns>>fg>>a*","contexts":[{"groupKey":"a2+fg+ns","changedType":"ADD_CONFIG"},)"
      R"({"groupKey":"a9+fg+ns","changedType":"DELETE_CONFIG"}],"syncType":"FUZZY_WATCH_DIFF_SYNC_NOTIFY",)"
      R"("totalBatch":1,"currentBatch":1)");
  watcher.acknowledge(0, "ConfigFuzzyWatchSyncResponse");
  EXPECT_EQ(ask(watcher, "ns>>fg>>a*", R"("a1+fg+ns","a2+fg+ns")", false).json, kOk);
  house.runtime.run_for(10s);
  EXPECT_EQ(watcher.pushes(), 1u);
}

TEST_F(ConfigFuzzyWatches, EndWhenTheyAreCancelledOrTheConnectionEnds) {
  ask(watcher, "ns>>fg>>a*");
  acknowledge_from(0);
  const std::size_t before = watcher.pushes();
  EXPECT_EQ(ask(watcher, "ns>>fg>>a*", "", false, "CANCEL_WATCH").json, kOk);
  EXPECT_EQ(ask(watcher, "ns>>zz>>*", "", false, "CANCEL_WATCH").json, kOk);
  publish("a4");
  EXPECT_EQ(watcher.pushes(), before);
  ask(watcher, "ns>>fg>>a*", R"("a4+fg+ns")");
  watcher.transport->close();
  house.runtime.settle();
  publish("a5");
  EXPECT_FALSE(writer.transport->closed);
}

TEST_F(ConfigFuzzyWatches, OfPatternsThatNothingCanMatchAreFinishedAtOnce) {
  for (const std::string pattern : {"abc", "", "ns>>nope>>*"}) {
    const std::size_t n = watcher.pushes();
    EXPECT_EQ(ask(watcher, pattern).json, kOk) << pattern;
    ASSERT_EQ(watcher.pushes(), n + 1) << pattern;
    EXPECT_EQ(body(n), finished(pattern));
    watcher.acknowledge(n, "ConfigFuzzyWatchSyncResponse");
  }
}

TEST_F(ConfigFuzzyWatches, BadRequestsAreAnsweredAsRecorded) {
  EXPECT_EQ(ask(watcher, "ns>>fg>>b*", "", true, "LOOK").json, kOk);
  EXPECT_EQ(watcher.pushes(), 0u);
  EXPECT_EQ(watcher.call("ConfigFuzzyWatchRequest",
                         R"({"groupKeyPattern":null,"receivedGroupKeys":[],"watchType":"WATCH"})"),
            (Client::Answer{"ErrorResponse", R"({"resultCode":500,"errorCode":500,"success":false})"}));
  EXPECT_NE(watcher.call("ConfigFuzzyWatchRequest", R"({"groupKeyPattern":"a","receivedGroupKeys":7})")
                .json.find("\"errorCode\":502"),
            std::string::npos);
  EXPECT_NE(ask(watcher, "n s>>g>>d").json.find("Param check invalid:"), std::string::npos);
}

TEST_F(ConfigFuzzyWatches, GoOutInBatchesOneAfterTheOther) {
  for (int i = 0; i < 45; ++i) publish("a" + std::to_string(i));
  ask(watcher, "ns>>*>>*");
  ASSERT_EQ(watcher.pushes(), 1u);
  acknowledge_from(0);
  ASSERT_EQ(watcher.pushes(), 4u);
  EXPECT_NE(body(0).find(R"("totalBatch":3,"currentBatch":1)"), std::string::npos);
  EXPECT_NE(body(2).find(R"("totalBatch":3,"currentBatch":3)"), std::string::npos);
  EXPECT_EQ(body(3), finished("ns>>*>>*"));
}

TEST_F(ConfigFuzzyWatches, BatchesSayHowThingsStandWhenTheyAreSent) {
  for (int i = 0; i < 21; ++i) publish("a" + std::to_string(10 + i));
  ask(watcher, "ns>>fg>>a*");
  remove("a30");  // of the second batch
  ASSERT_EQ(watcher.pushes(), 2u);
  watcher.acknowledge(0, "ConfigFuzzyWatchSyncResponse");
  ASSERT_EQ(watcher.pushes(), 3u);
  EXPECT_NE(body(2).find(R"("contexts":[{"groupKey":"a30+fg+ns","changedType":"DELETE_CONFIG"}])"),
            std::string::npos);
}

TEST_F(ConfigFuzzyWatches, TellAConfigThatComesAndGoesOneAtATime) {
  ask(watcher, "ns>>fg>>a*");
  watcher.acknowledge(0, "ConfigFuzzyWatchSyncResponse");
  publish("a1");
  remove("a1");
  publish("a1");
  remove("a1");
  ASSERT_EQ(watcher.pushes(), 2u);
  watcher.acknowledge(1, "ConfigFuzzyWatchChangeNotifyResponse");
  ASSERT_EQ(watcher.pushes(), 3u);
  EXPECT_EQ(body(2), R"("groupKey":"a1+fg+ns","changeType":"DELETE_CONFIG")");
  watcher.acknowledge(2, "ConfigFuzzyWatchChangeNotifyResponse");
  house.runtime.run_for(10s);
  EXPECT_EQ(watcher.pushes(), 3u);
}

TEST_F(ConfigFuzzyWatches, TellAConfigOnceThatSeveralPatternsMatch) {
  ask(watcher, "ns>>fg>>a*");
  ask(watcher, "ns>>fg>>*1");
  acknowledge_from(0);
  const std::size_t before = watcher.pushes();
  publish("a1");
  EXPECT_EQ(watcher.pushes(), before + 1);
}

TEST_F(ConfigFuzzyWatches, AreRepeatedUntilTheyAreAcknowledged) {
  ask(watcher, "ns>>fg>>a*");
  house.runtime.run_for(5200ms);
  ASSERT_EQ(watcher.pushes(), 2u);
  EXPECT_EQ(watcher.request_id(0), watcher.request_id(1));
  watcher.acknowledge(1, "ConfigFuzzyWatchSyncResponse");
  house.runtime.run_for(15s);
  EXPECT_EQ(watcher.pushed(watcher.pushes() - 1).type, "ConfigFuzzyWatchSyncRequest");
  EXPECT_EQ(watcher.pushes(), 2u);
}

TEST_F(ConfigFuzzyWatches, OfMorePatternsThanAllowedAreRefused) {
  for (int i = 0; i < 20; ++i) ASSERT_EQ(ask(watcher, "ns>>g" + std::to_string(i) + ">>*").json, kOk);
  EXPECT_EQ(
      ask(watcher, "ns>>one>>*"),
      (Client::Answer{
          "ConfigFuzzyWatchResponse",
          R"({"resultCode":500,"errorCode":50310,"message":"fuzzy watch pattern over limit","success":false})"}));
  EXPECT_EQ(ask(writer, "ns>>g1>>*").json, kOk);  // one that is there already
  ask(watcher, "ns>>g2>>*", "", false, "CANCEL_WATCH");
  EXPECT_EQ(ask(watcher, "ns>>one>>*").json, kOk);
}

TEST_F(ConfigFuzzyWatches, AfterALossOfHistoryTellWhatHasChanged) {
  publish("a1");
  ask(watcher, "ns>>fg>>a*");
  acknowledge_from(0);
  const std::size_t before = watcher.pushes();
  // More changes in one turn of the loop than history holds, and among them one that matters.
  const auto apply = [this](std::string key) {
    store::Txn txn;
    txn.then.emplace_back(store::Put{std::move(key), "", {}});
    return house.proposer.store.apply({0, house.runtime.wall_now(), std::move(txn)});
  };
  house.proposer.watches.notify(apply(domain::config_key({"ns", "fg", "a2"})).events);
  for (std::size_t i = 0; i <= store::Store::kHistoryEventsMax; ++i) (void)apply("x");
  house.runtime.run_for(10ms);
  ASSERT_EQ(watcher.pushes(), before + 1);
  EXPECT_EQ(body(before), R"("groupKey":"a2+fg+ns","changeType":"CONFIG_CHANGED")");
}

}  // namespace
}  // namespace batata::nacos
