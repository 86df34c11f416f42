// Pushes that tell clients of changed configs.
#include "faces/nacos/config/config_hub.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

class ConfigPushes : public testing::Test {
 protected:
  ConfigPushes() {
    writer.set_up();
    listener.set_up(R"({"clientVersion":"listener"})");  // without a table: no SetupAck among its pushes
  }
  void publish(std::string_view content, std::string_view tenant = "") {
    std::string body = R"({"dataId":"a","group":"g","content":")";
    body.append(content).append(R"(","tenant":")").append(tenant).append("\"}");
    ASSERT_NE(writer.call("ConfigPublishRequest", body).json.find(R"("success":true)"), std::string::npos);
  }
  void listen(Client& client, std::string_view tenant, bool on = true) {
    std::string body = on ? R"({"listen":true)" : R"({"listen":false)";
    body.append(R"(,"configListenContexts":[{"dataId":"a","group":"g","md5":"","tenant":")")
        .append(tenant)
        .append("\"}]}");
    client.call("ConfigBatchListenRequest", body, Duration::zero());
  }
  House house;
  Client writer{house, 40000}, listener{house, 40001};
};

TEST_F(ConfigPushes, TellOfCreationChangeAndRemoval) {
  listen(listener, "");
  publish("v1");
  ASSERT_EQ(listener.pushes(), 1u);
  EXPECT_EQ(listener.pushed(0).type, "ConfigChangeNotifyRequest");
  EXPECT_EQ(listener.pushed(0).json, R"({"headers":{},"requestId":")" + listener.request_id(0) +
                                         R"(","dataId":"a","group":"g","module":"config"})");
  listener.acknowledge(0);
  publish("v2");
  ASSERT_EQ(listener.pushes(), 2u);
  listener.acknowledge(1);
  writer.call("ConfigRemoveRequest", R"({"dataId":"a","group":"g"})");
  EXPECT_EQ(listener.pushes(), 3u);
}

TEST_F(ConfigPushes, TellHowLateClientsHearOfAChange) {
  const auto metrics = [this] {
    std::string text;
    metrics::Writer out(text);
    house.face.write(out);
    return text;
  };
  listen(listener, "");
  publish("v1");
  ASSERT_EQ(listener.pushes(), 1u);
  house.runtime.run_for(std::chrono::seconds(2));
  EXPECT_NE(metrics().find("batata_pushes_under_way{of=\"config\"} 1\n"), std::string::npos);
  publish("v2");  // is told when the first is acknowledged, and counts from here
  house.runtime.run_for(std::chrono::milliseconds(700));
  listener.acknowledge(0);
  ASSERT_EQ(listener.pushes(), 2u);
  listener.acknowledge(1);
  const std::string text = metrics();
  for (const std::string_view line :
       {"batata_push_seconds_bucket{of=\"config\",le=\"0.5\"} 0\n",
        "batata_push_seconds_bucket{of=\"config\",le=\"1\"} 1\n",
        "batata_push_seconds_bucket{of=\"config\",le=\"5\"} 2\n",
        "batata_pushes_total{of=\"config\",outcome=\"acknowledged\"} 2\n",
        "batata_pushes_under_way{of=\"config\"} 0\n", "batata_config_publish_total 2\n",
        "batata_config_count{namespace=\"public\"} 1\n", "batata_config_listeners{by=\"grpc\"} 1\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

TEST_F(ConfigPushes, SayNothingWhenTheContentStaysTheSame) {
  publish("v1");
  listen(listener, "");
  publish("v1");
  EXPECT_EQ(listener.pushes(), 0u);
}

TEST_F(ConfigPushes, RepeatTheSpellingOfTheNamespace) {
  listen(listener, "public");
  publish("v1", "");
  ASSERT_EQ(listener.pushes(), 1u);
  EXPECT_NE(listener.pushed(0).json.find(R"("group":"g","tenant":"public","module")"), std::string::npos);
}

TEST_F(ConfigPushes, TellOfGrayReleasesWhoeverTheyAreFor) {
  publish("v1");
  listen(listener, "");
  const auto gray = [this](std::string_view content, std::string_view addresses) {
    std::string body = R"({"dataId":"a","group":"g","content":")";
    body.append(content).append(R"(","additionMap":{"betaIps":")").append(addresses).append("\"}}");
    writer.call("ConfigPublishRequest", body);
  };
  gray("beta", "10.9.9.9");
  ASSERT_EQ(listener.pushes(), 1u);
  listener.acknowledge(0);
  gray("beta", "10.9.9.9");
  EXPECT_EQ(listener.pushes(), 1u) << "nothing has changed for anybody";
  gray("beta", "10.9.9.8");
  ASSERT_EQ(listener.pushes(), 2u);
  listener.acknowledge(1);
  writer.call("ConfigRemoveRequest", R"({"dataId":"a","group":"g","tag":"beta"})");
  EXPECT_EQ(listener.pushes(), 3u);
}

TEST_F(ConfigPushes, SayNothingOfTheHistory) {
  publish("v1");
  listen(listener, "");
  store::Txn txn;
  txn.then.emplace_back(store::Erase{domain::all_history()});
  const auto applied = house.proposer.store.apply({0, house.runtime.wall_now(), std::move(txn)});
  house.proposer.watches.notify(applied.events);
  house.runtime.settle();
  EXPECT_FALSE(applied.events.empty());
  EXPECT_EQ(listener.pushes(), 0u);
}

TEST_F(ConfigPushes, StayInTheirNamespace) {
  listen(listener, "dev");
  publish("v1");
  EXPECT_EQ(listener.pushes(), 0u);
  publish("v1", "dev");
  EXPECT_EQ(listener.pushes(), 1u);
}

TEST_F(ConfigPushes, ShareTheirBytesAmongEqualSpellings) {
  Client second(house, 40002);
  second.set_up("{}");
  listen(listener, "");
  listen(second, "");
  publish("v1");
  ASSERT_EQ(listener.pushes(), 1u);
  ASSERT_EQ(second.pushes(), 1u);
  EXPECT_EQ(listener.duplex->sent[0], second.duplex->sent[0]);
}

TEST_F(ConfigPushes, AreOneAtATimeAndMergeWhatComesMeanwhile) {
  listen(listener, "");
  publish("v1");
  publish("v2");
  publish("v3");
  ASSERT_EQ(listener.pushes(), 1u);
  listener.acknowledge(0);
  ASSERT_EQ(listener.pushes(), 2u);
  EXPECT_NE(listener.request_id(0), listener.request_id(1));
  listener.acknowledge(1);
  house.runtime.run_for(std::chrono::seconds(10));
  EXPECT_EQ(listener.pushes(), 2u);
}

TEST_F(ConfigPushes, AreRepeatedUntilAnyTypeOfAnswerAcknowledgesThem) {
  listen(listener, "");
  publish("v1");
  house.runtime.run_for(std::chrono::milliseconds(4900));
  EXPECT_EQ(listener.pushes(), 1u);
  house.runtime.run_for(std::chrono::milliseconds(300));
  EXPECT_EQ(listener.pushes(), 2u);
  listener.acknowledge(1, "NotifySubscriberResponse");
  house.runtime.run_for(std::chrono::seconds(15));
  EXPECT_EQ(listener.pushes(), 2u);
}

TEST_F(ConfigPushes, AreRepeatedWhenTheAnswerIsAFailure) {
  listen(listener, "");
  publish("v1");
  listener.acknowledge(0, "ConfigChangeNotifyResponse", 500);
  house.runtime.run_for(std::chrono::seconds(3));
  EXPECT_EQ(listener.pushes(), 2u);
}

TEST_F(ConfigPushes, EndTheConnectionThatNeverAcknowledgesThem) {
  listen(listener, "");
  publish("v1");
  // Requests keep the connection from being ejected as idle; 50 tries take 3 s each and 2 s, 4 s … 98 s
  // between.
  for (int i = 0; i < 260 && !listener.transport->closed; ++i) {
    house.runtime.run_for(std::chrono::seconds(10));
    listener.call("HealthCheckRequest", "{}");
    writer.call("HealthCheckRequest", "{}");
  }
  EXPECT_TRUE(listener.transport->closed);
  EXPECT_EQ(listener.pushes(), 50u);
  EXPECT_FALSE(writer.transport->closed);
}

TEST_F(ConfigPushes, StopWithTheListening) {
  listen(listener, "");
  listen(listener, "public", false);  // another spelling of the same
  publish("v1");
  EXPECT_EQ(listener.pushes(), 0u);
}

TEST_F(ConfigPushes, StopWithTheConnection) {
  listen(listener, "");
  listener.transport->close();
  house.runtime.settle();
  publish("v1");
  EXPECT_EQ(listener.pushes(), 0u);
}

TEST_F(ConfigPushes, GoToTheWriterToo) {
  listen(writer, "");
  publish("v1");
  EXPECT_EQ(writer.pushed(writer.pushes() - 1).type, "ConfigChangeNotifyRequest");
}

TEST_F(ConfigPushes, ReachManyListenersInSlices) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 2 * ConfigHub::kSliceMax + 1; ++i) {
    clients.push_back(std::make_unique<Client>(house, static_cast<std::uint16_t>(i)));
    clients.back()->set_up("{}");
    listen(*clients.back(), "");
  }
  publish("v1");
  for (const auto& client : clients) ASSERT_EQ(client->pushes(), 1u);
}

TEST_F(ConfigPushes, AfterALossOfHistoryTellEveryone) {
  publish("v1");
  listen(listener, "");
  // More changes in one turn of the loop than history holds: the hub cannot know what they were.
  for (std::size_t i = 0; i <= store::Store::kHistoryEventsMax; ++i) {
    store::Txn txn;
    txn.then.emplace_back(store::Put{"config/x", "", {}});
    const auto applied = house.proposer.store.apply({0, house.runtime.wall_now(), std::move(txn)});
    if (i == 0) house.proposer.watches.notify(applied.events);
  }
  house.runtime.settle();
  EXPECT_EQ(listener.pushes(), 1u);
  publish("v2");
  listener.acknowledge(0);
  EXPECT_EQ(listener.pushes(), 2u);
}

TEST_F(ConfigPushes, ShareTheirBytesAmongBlankSpellings) {
  listen(listener, "");
  listen(writer, "  ");
  publish("v1");
  ASSERT_EQ(listener.pushes(), 1u);
  EXPECT_EQ(listener.duplex->sent.back(), writer.duplex->sent.back());
}

}  // namespace
}  // namespace batata::nacos
