#include "faces/nacos/naming/naming_hub.h"

#include <deque>

#include "faces/nacos/common/limits.h"
#include "tests/support/naming_clients.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using Answer = Client::Answer;

struct NamingPushTest : NamingClients {
  Answer subscribe(Client& client, const std::string& service, bool on = true,
                   const std::string& clusters = "") {
    Answer answer = client.call("SubscribeServiceRequest", "{" + names(service) + R"(,"subscribe":)" +
                                                               (on ? "true" : "false") + R"(,"clusters":")" +
                                                               clusters + "\"}");
    answer.json = timeless(answer.json);
    return answer;
  }
  // What was pushed to `client` after its set-up, acknowledged or not.
  std::vector<std::string> pushed(const Client& client) const {
    std::vector<std::string> seen;
    for (std::size_t n = 1; n < client.pushes(); ++n) seen.push_back(timeless(client.pushed(n).json));
    return seen;
  }
  static void acknowledge_all(Client& client, std::size_t from = 1) {
    for (std::size_t n = from; n < client.pushes(); ++n) client.acknowledge(n, "NotifySubscriberResponse");
  }
  std::string push_of(const Client& client, std::size_t n, const std::string& info) const {
    return R"({"headers":{},"requestId":")" + client.request_id(n) + "\"," + info + R"(,"module":"naming"})";
  }
};

TEST_F(NamingPushTest, ASubscriptionIsAnsweredAndPushedOnceAlsoWithoutTheService) {
  EXPECT_EQ(subscribe(consumer, "a"),
            (Answer{"SubscribeServiceResponse", R"({"resultCode":200,"errorCode":0,"message":"success",)" +
                                                    info("a", "") + R"(,"success":true})"}));
  EXPECT_EQ(consumer.pushes(), 1u);
  house.runtime.run_for(500ms);
  ASSERT_EQ(consumer.pushes(), 2u);
  EXPECT_EQ(consumer.pushed(1).type, "NotifySubscriberRequest");
  EXPECT_EQ(timeless(consumer.pushed(1).json), push_of(consumer, 1, info("a", "")));
}

TEST_F(NamingPushTest, ChangesWithinHalfASecondAreOnePush) {
  second.set_up(kNaming);
  subscribe(consumer, "a");
  house.runtime.run_for(600ms);
  acknowledge_all(consumer);
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  house.runtime.run_for(300ms);
  second.call("InstanceRequest", registration("a", instance_json("10.1.0.2")));
  EXPECT_EQ(consumer.pushes(), 2u);
  house.runtime.run_for(180ms);
  ASSERT_EQ(consumer.pushes(), 3u);
  EXPECT_EQ(timeless(consumer.pushed(2).json),
            push_of(consumer, 2, info("a", host("10.1.0.1", "a") + "," + host("10.1.0.2", "a"))));
  acknowledge_all(consumer, 2);
  house.runtime.run_for(10s);
  EXPECT_EQ(consumer.pushes(), 3u);
}

TEST_F(NamingPushTest, HowLateAClientHearsOfAChangeCountsFromTheFirstThatItIsToldOf) {
  const auto metrics = [this] {
    std::string text;
    metrics::Writer out(text);
    house.face.write(out);
    return text;
  };
  subscribe(consumer, "a");
  house.runtime.run_for(600ms);
  acknowledge_all(consumer);
  EXPECT_NE(metrics().find("batata_push_seconds_count{of=\"service\"} 0\n"), std::string::npos)
      << "the first push is because of the subscription";
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  house.runtime.run_for(400ms);
  call("InstanceRequest", registration("a", instance_json("10.1.0.2")));
  house.runtime.run_for(650ms);  // the push comes after 500
  acknowledge_all(consumer, 2);
  const std::string text = metrics();
  for (const std::string_view line :
       {"batata_push_seconds_bucket{of=\"service\",le=\"1\"} 0\n",
        "batata_push_seconds_bucket{of=\"service\",le=\"5\"} 1\n",
        "batata_pushes_total{of=\"service\",outcome=\"acknowledged\"} 2\n",
        "batata_service_register_total 2\n", "batata_service_count{namespace=\"public\"} 1\n",
        "nacos_monitor{module=\"naming\",name=\"subscriberCount\"} 1\n",
        "nacos_monitor{module=\"naming\",name=\"totalPush\"} 2\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

TEST_F(NamingPushTest, AnUnansweredPushComesAgainAfterFiveSecondsAndOne) {
  subscribe(consumer, "a");
  house.runtime.run_for(520ms);
  ASSERT_EQ(consumer.pushes(), 2u);
  house.runtime.run_for(5900ms);
  EXPECT_EQ(consumer.pushes(), 2u);
  house.runtime.run_for(200ms);
  ASSERT_EQ(consumer.pushes(), 3u);
  consumer.acknowledge(2, "NotifySubscriberResponse");
  house.runtime.run_for(10s);
  EXPECT_EQ(consumer.pushes(), 3u);
}

TEST_F(NamingPushTest, ChangesDuringAnUnacknowledgedPushFollowInOneWhenItIs) {
  subscribe(consumer, "a");
  house.runtime.run_for(520ms);
  ASSERT_EQ(consumer.pushes(), 2u);
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  house.runtime.run_for(700ms);
  call("InstanceRequest", registration("a", instance_json("10.1.0.2")));
  house.runtime.run_for(700ms);
  EXPECT_EQ(consumer.pushes(), 2u);
  consumer.acknowledge(1, "NotifySubscriberResponse");
  ASSERT_EQ(consumer.pushes(), 3u);
  EXPECT_EQ(timeless(consumer.pushed(2).json), push_of(consumer, 2, info("a", host("10.1.0.2", "a"))));
}

TEST_F(NamingPushTest, AClientThatIsBehindGetsItsPushWhenItHasCaughtUp) {
  consumer.duplex->unsent = NamingHub::kUnsentMax + 1;
  subscribe(consumer, "a");
  house.runtime.run_for(2s);
  EXPECT_EQ(pushed(consumer).size(), 0u);
  consumer.duplex->unsent = 0;
  house.runtime.run_for(100ms);
  EXPECT_EQ(pushed(consumer).size(), 1u);
}

TEST_F(NamingPushTest, AClientThatIsBehindDoesNotHurryThePushesOfOthers) {
  second.set_up(kNaming);
  subscribe(consumer, "a");
  subscribe(second, "a");
  house.runtime.run_for(600ms);
  acknowledge_all(consumer);
  acknowledge_all(second);
  consumer.duplex->unsent = NamingHub::kUnsentMax + 1;
  for (int i = 0; i < 4; ++i) {  // each change is a push of its own, half a second later
    call("InstanceRequest", registration("a", instance_json("10.1.0." + std::to_string(i))));
    house.runtime.run_for(300ms);
    EXPECT_EQ(pushed(second).size(), 1u + static_cast<std::size_t>(i));
    house.runtime.run_for(300ms);
    acknowledge_all(second);
  }
  EXPECT_EQ(pushed(second).size(), 5u);
  EXPECT_EQ(pushed(consumer).size(), 1u);
  consumer.duplex->unsent = 0;
  house.runtime.run_for(100ms);
  EXPECT_EQ(pushed(consumer).size(), 2u) << "the service as it stands, once";
}

TEST_F(NamingPushTest, MoreSubscribersThanFitIntoOneTurnAreEachToldOnce) {
  std::deque<Client> many;
  for (int i = 0; i < NamingHub::kSliceMax + 5; ++i) {
    many.emplace_back(house, static_cast<std::uint16_t>(1000 + i)).set_up(kNaming);
    subscribe(many.back(), "a");
  }
  house.runtime.run_for(600ms);
  std::vector<std::size_t> before;  // some had theirs more than once while the others were set up
  for (Client& client : many) {
    acknowledge_all(client);
    before.push_back(client.pushes());
  }
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  house.runtime.run_for(400ms);
  const std::size_t before_consumer = consumer.pushes();
  subscribe(consumer, "a");  // while all of them wait
  house.runtime.run_for(600ms);
  for (std::size_t i = 0; i < many.size(); ++i) EXPECT_EQ(many[i].pushes(), before[i] + 1);
  acknowledge_all(consumer, before_consumer);
  house.runtime.run_for(1s);
  EXPECT_EQ(consumer.pushes(), before_consumer + 1);
}

TEST_F(NamingPushTest, SubscribersOfTheSameClustersGetTheVerySameBytes) {
  second.set_up(kNaming);
  subscribe(consumer, "a");
  subscribe(second, "a");
  house.runtime.run_for(600ms);
  ASSERT_EQ(consumer.pushes(), 2u);
  ASSERT_EQ(second.pushes(), 2u);
  EXPECT_EQ(consumer.duplex->sent[1], second.duplex->sent[1]);
}

TEST_F(NamingPushTest, SubscribingAgainChangesTheClustersAndPushesNothing) {
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  subscribe(consumer, "a");
  house.runtime.run_for(600ms);
  acknowledge_all(consumer);
  subscribe(consumer, "a", true, "c2");
  house.runtime.run_for(2s);
  EXPECT_EQ(consumer.pushes(), 2u);
  call("InstanceRequest", registration("a", instance_json("10.1.0.2")));
  house.runtime.run_for(600ms);
  ASSERT_EQ(consumer.pushes(), 3u);
  EXPECT_EQ(timeless(consumer.pushed(2).json), push_of(consumer, 2, info("a", "", "c2")));
}

TEST_F(NamingPushTest, AnUnsubscribedConnectionIsToldNothingAnyMore) {
  subscribe(consumer, "a");
  EXPECT_EQ(subscribe(consumer, "a", false, "other").type, "SubscribeServiceResponse");
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  house.runtime.run_for(5s);
  EXPECT_EQ(consumer.pushes(), 1u);
}

TEST_F(NamingPushTest, TheLossOfAPublisherIsPushed) {
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  subscribe(consumer, "a");
  house.runtime.run_for(600ms);
  acknowledge_all(consumer);
  publisher.transport->close();
  house.runtime.run_for(600ms);
  ASSERT_EQ(consumer.pushes(), 3u);
  EXPECT_EQ(timeless(consumer.pushed(2).json), push_of(consumer, 2, info("a", "")));
}

TEST_F(NamingPushTest, ASubscriberThatIsGoneStopsNothing) {
  second.set_up(kNaming);
  subscribe(consumer, "a");
  subscribe(second, "a");
  house.runtime.run_for(520ms);
  consumer.transport->close();
  house.runtime.run_for(1ms);
  acknowledge_all(second);
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  house.runtime.run_for(20s);
  EXPECT_EQ(consumer.pushes(), 2u);
  EXPECT_GE(second.pushes(), 3u);
}

TEST_F(NamingPushTest, TheClustersThatOneConnectionNamesHaveABound) {
  const std::string clusters(kClustersMax, ',');
  const std::size_t fit = NamingHub::kClusterBytesMax / kClustersMax;
  for (std::size_t i = 0; i < fit; ++i)
    ASSERT_EQ(subscribe(consumer, "a" + std::to_string(i), true, clusters).type, "SubscribeServiceResponse");
  EXPECT_EQ(subscribe(consumer, "more", true, "c").type, "ErrorResponse");
  EXPECT_EQ(subscribe(consumer, "more").type, "SubscribeServiceResponse");
  EXPECT_EQ(subscribe(publisher, "more", true, "c").type, "SubscribeServiceResponse");
  // What is given back can be used again.
  subscribe(consumer, "a0", true, "");
  EXPECT_EQ(subscribe(consumer, "more", true, clusters).type, "SubscribeServiceResponse");
  subscribe(consumer, "a1", false);
  EXPECT_EQ(subscribe(consumer, "a2", true, clusters).type, "SubscribeServiceResponse");
  EXPECT_EQ(subscribe(consumer, "a0", true, clusters).type, "SubscribeServiceResponse");
  EXPECT_EQ(subscribe(consumer, "a1", true, "c").type, "ErrorResponse");
}

}  // namespace
}  // namespace batata::nacos
