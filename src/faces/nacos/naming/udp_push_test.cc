#include "faces/nacos/naming/udp_push.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/support/nacos_ask.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using wire::Method;

struct UdpPushTest : testing::Test {
  static constexpr std::string_view kJava = "Nacos-Java-Client:v1.4.6";

  Seen subscribe(const std::string& service = "g%40%40u", std::string_view agent = kJava, int port = 5000,
                 const std::string& more = "&clientIP=192.0.2.77") {
    return ask_seen(
        house, Method::kGet,
        "/nacos/v1/ns/instance/list?serviceName=" + service + "&udpPort=" + std::to_string(port) + more, {},
        {{"user-agent", agent}});
  }
  void register_one(const std::string& address = "ip=10.1.0.1&port=1") {
    ask_seen(house, Method::kPost, "/nacos/v1/ns/instance?serviceName=g%40%40u&" + address);
  }
  const std::string& packet(std::size_t n) const { return *house.datagrams.sent.at(n).bytes; }
  std::string reference(std::size_t n) const {
    return std::to_string(json::parse(packet(n)).value()["lastRefTime"].as_int().value());
  }
  void acknowledge(std::size_t n) const {
    house.datagrams.arrive(R"({"type":"push-ack","lastRefTime":")" + reference(n) + R"(","data":""})",
                           house.datagrams.sent.at(n).to);
  }
  std::size_t packets() const { return house.datagrams.sent.size(); }

  House house;
  const wire::DatagramPeer client{"10.0.0.9", 5000};
};

TEST_F(UdpPushTest, ANewSubscriberIsToldAtOnceAndOfEachChange) {
  subscribe();
  house.runtime.run_for(600ms);
  ASSERT_EQ(packets(), 1u);
  EXPECT_EQ(house.datagrams.sent[0].to, client) << "not the address that the client gave";
  acknowledge(0);
  register_one();
  house.runtime.run_for(600ms);
  ASSERT_EQ(packets(), 2u);
  const auto json = json::parse(packet(1));
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["type"].as_string(), "dom");
  const std::string data((*json)["data"].as_string().value());
  EXPECT_TRUE(data.starts_with(
      R"({"name":"g@@u","clusters":"","cacheMillis":10000,"hosts":[{"instanceId":"10.1.0.1#1#DEFAULT#g@@u",)"))
      << data;
  EXPECT_TRUE(
      data.ends_with(R"("checksum":"","allIPs":false,"reachProtectionThreshold":false,"valid":true})"))
      << data;
}

TEST_F(UdpPushTest, RequestsThatComeFasterThanTheLoopTakesNoteAreNotKept) {
  sim::FakeDatagrams socket;
  PushCounters counters;
  UdpPush push{house.runtime, house.discovery, socket, counters, {}};
  for (std::size_t i = 0; i <= UdpPush::kOnTheWayMax; ++i)
    push.heard({{"public", "g", std::to_string(i)}, client, "", std::string(kJava), ""});
  house.runtime.settle();
  EXPECT_EQ(push.size(), UdpPush::kOnTheWayMax);
  push.heard({{"public", "g", "later"}, client, "", std::string(kJava), ""});
  house.runtime.settle();
  EXPECT_EQ(push.size(), UdpPush::kOnTheWayMax + 1);
}

TEST_F(UdpPushTest, ReferencesGrowAndFitInADouble) {
  subscribe();
  house.runtime.run_for(600ms);
  register_one();
  house.runtime.run_for(600ms);
  const std::int64_t first = std::stoll(reference(0)), second = std::stoll(reference(1));
  EXPECT_LT(first, second);
  EXPECT_LT(second, std::int64_t{1} << 53);
}

TEST_F(UdpPushTest, AnUnacknowledgedPushComesOnceMore) {
  subscribe();
  house.runtime.run_for(10s);
  EXPECT_EQ(packets(), 1u);
  house.runtime.run_for(1s);
  ASSERT_EQ(packets(), 2u);
  EXPECT_EQ(packet(0), packet(1));
  subscribe();  // it is still there
  house.runtime.run_for(15s);
  EXPECT_EQ(packets(), 2u);
  EXPECT_EQ(ask_seen(house, Method::kGet, "/nacos/v1/ns/operator/push/state"),
            (Seen{200, R"({"succeed":0,"total":1,"ratio":0.0,"reset":false})"}));
}

TEST_F(UdpPushTest, AnAcknowledgedPushDoesNotComeAgain) {
  subscribe();
  house.runtime.run_for(600ms);
  acknowledge(0);
  acknowledge(0);
  house.runtime.run_for(20s);
  EXPECT_EQ(packets(), 1u);
  EXPECT_EQ(ask_seen(house, Method::kGet, "/nacos/v1/ns/operator/push/state?detail=true&reset=true"),
            (Seen{200, R"({"succeed":1,"total":1,"ratio":1.0,"detail":{"avgPushCost":120,"maxPushCost":120},)"
                       R"("reset":true})"}))
      << "from 500 ms to 620 ms";
  EXPECT_EQ(ask_seen(house, Method::kGet, "/nacos/v1/ns/operator/push/state"),
            (Seen{200, R"({"succeed":0,"total":0,"ratio":0,"reset":false})"}));
}

TEST_F(UdpPushTest, AnswersOfOthersAndNonsenseChangeNothing) {
  subscribe();
  house.runtime.run_for(600ms);
  house.datagrams.arrive(R"({"type":"push-ack","lastRefTime":")" + reference(0) + "\"}", {"10.0.0.9", 5001});
  house.datagrams.arrive(R"({"type":"push-ack","lastRefTime":"1"})", client);
  house.datagrams.arrive("nonsense", client);
  house.runtime.run_for(11s);
  EXPECT_EQ(packets(), 2u);
}

TEST_F(UdpPushTest, NewsTakeThePlaceOfWhatIsUnderWay) {
  subscribe();
  house.runtime.run_for(600ms);
  register_one();
  house.runtime.run_for(600ms);
  ASSERT_EQ(packets(), 2u);
  acknowledge(1);
  house.runtime.run_for(20s);
  EXPECT_EQ(packets(), 3u) << "the instance has turned unhealthy; the first push did not come again";
}

TEST_F(UdpPushTest, OthersAreNotPushedTo) {
  subscribe("u", "curl/8.0");
  subscribe("u", "Nacos-DNS:v0.4.2");
  subscribe("u", kJava, 0);
  subscribe("u", kJava, 70'000);
  house.runtime.run_for(5s);
  EXPECT_EQ(packets(), 0u);
}

TEST_F(UdpPushTest, WhoDoesNotAskAnyMoreIsForgotten) {
  subscribe();
  house.runtime.run_for(600ms);
  acknowledge(0);
  house.runtime.run_for(36s);
  register_one();
  house.runtime.run_for(5s);
  EXPECT_EQ(packets(), 1u);
}

TEST_F(UdpPushTest, WhoAsksAgainIsNotPushedForThat) {
  subscribe();
  house.runtime.run_for(600ms);
  acknowledge(0);
  for (int i = 0; i < 4; ++i) {
    subscribe();
    house.runtime.run_for(10s);
  }
  EXPECT_EQ(packets(), 1u);
  register_one();
  house.runtime.run_for(600ms);
  EXPECT_EQ(packets(), 2u);
}

TEST_F(UdpPushTest, SubscribersAreListed) {
  subscribe("g%40%40u", kJava, 5000, "&app=shop&clusters=c1");
  const Seen listed =
      ask_seen(house, Method::kGet, "/nacos/v1/ns/service/subscribers?serviceName=u&groupName=g");
  EXPECT_EQ(
      listed,
      (Seen{200, R"({"subscribers":[{"addrStr":"10.0.0.9:5000","agent":"Nacos-Java-Client:v1.4.6",)"
                 R"("app":"shop","ip":"10.0.0.9","port":5000,"namespaceId":"public","serviceName":"g@@u",)"
                 R"("cluster":"c1"}],"count":1})"}));
  EXPECT_EQ(ask_seen(house, Method::kGet, "/nacos/v2/ns/client/list"),
            (Seen{200, R"({"code":0,"message":"success","data":["10.0.0.9:5000#true"]})"}));
  EXPECT_EQ(
      ask_seen(house, Method::kGet, "/nacos/v2/ns/client/subscribe/list?clientId=10.0.0.9:5000%23true"),
      (Seen{200, R"({"code":0,"message":"success","data":[{"namespace":"public","group":"g",)"
                 R"("serviceName":"u","subscriberInfo":{"app":"shop","agent":"Nacos-Java-Client:v1.4.6",)"
                 R"("addr":"10.0.0.9:5000"}}]})"}));
}

TEST_F(UdpPushTest, WhilePushingIsSwitchedOffNobodySubscribesAndPushesWait) {
  subscribe();
  house.runtime.run_for(600ms);
  acknowledge(0);
  ask_seen(house, Method::kPut, "/nacos/v1/ns/operator/switches?entry=pushEnabled&value=false");
  subscribe("u", kJava, 6000);
  register_one();
  house.runtime.run_for(5s);
  EXPECT_EQ(packets(), 1u);
  ask_seen(house, Method::kPut, "/nacos/v1/ns/operator/switches?entry=pushEnabled&value=true");
  house.runtime.run_for(2s);
  ASSERT_EQ(packets(), 2u);
  EXPECT_NE(packet(1).find("10.1.0.1"), std::string::npos);
}

TEST_F(UdpPushTest, ALargeServiceIsCompressedAndTheSameForAll) {
  for (int i = 1; i <= 6; ++i) register_one("ip=10.1.0." + std::to_string(i) + "&port=1");
  subscribe("g%40%40u", kJava, 5000);
  subscribe("g%40%40u", kJava, 5001);
  house.runtime.run_for(600ms);
  ASSERT_EQ(packets(), 2u);
  EXPECT_EQ(packet(0).substr(0, 2), "\x1f\x8b");
  EXPECT_LT(packet(0).size(), 1024u);
  EXPECT_EQ(house.datagrams.sent[0].bytes, house.datagrams.sent[1].bytes);
}

TEST_F(UdpPushTest, WhatTheSocketDoesNotTakeIsTriedOnceMore) {
  house.datagrams.full = true;
  subscribe();
  house.runtime.run_for(600ms);
  house.datagrams.full = false;
  house.runtime.run_for(11s);
  EXPECT_EQ(packets(), 1u);
}

}  // namespace
}  // namespace batata::nacos
