// Answers are compared with recordings of real servers; only `lastRefTime` is replaced.
#include <gtest/gtest.h>

#include <regex>

#include "faces/nacos/naming/naming_hub.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using Answer = Client::Answer;

constexpr std::string_view kNaming =
    R"({"clientVersion":"test","labels":{"source":"sdk","module":"naming"},"abilityTable":{}})";

std::string names(const std::string& service, const std::string& space = "public") {
  return R"("namespace":")" + space + R"(","serviceName":")" + service + R"(","groupName":"g")";
}
std::string instance_json(const std::string& ip, const std::string& more = {}) {
  return R"({"ip":")" + ip + R"(","port":8080,"clusterName":"DEFAULT","metadata":{})" + more + "}";
}
std::string registration(const std::string& service, const std::string& instance,
                         const std::string& type = "registerInstance") {
  return "{" + names(service) + R"(,"type":")" + type + R"(","instance":)" + instance + "}";
}
std::string timeless(const std::string& json) {
  return std::regex_replace(json, std::regex(R"("lastRefTime":\d+)"), R"("lastRefTime":0)");
}
std::string host(const std::string& ip, const std::string& service) {
  return R"({"instanceId":")" + ip + "#8080#DEFAULT#g@@" + service + R"(","ip":")" + ip +
         R"(","port":8080,"weight":1.0,"healthy":true,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT",)"
         R"("serviceName":"g@@)" +
         service +
         R"(","metadata":{},"instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,)"
         R"("ipDeleteTimeout":30000,"instanceIdGenerator":"simple"})";
}
std::string info(const std::string& service, const std::string& hosts, const std::string& clusters = "") {
  return R"("serviceInfo":{"name":")" + service + R"(","groupName":"g","clusters":")" + clusters +
         R"(","cacheMillis":10000,"hosts":[)" + hosts +
         R"(],"lastRefTime":0,"checksum":"","allIPs":false,"reachProtectionThreshold":false,"valid":true})";
}

struct NamingRpcsTest : testing::Test {
  NamingRpcsTest() {
    publisher.set_up(kNaming);
    consumer.set_up(kNaming);
  }
  std::string query(const std::string& service, const std::string& more = {},
                    const std::string& space = "public") {
    return timeless(consumer.call("ServiceQueryRequest", "{" + names(service, space) + more + "}").json);
  }
  static std::string found(const std::string& service, const std::string& hosts,
                           const std::string& clusters = "") {
    return R"({"resultCode":200,"errorCode":0,)" + info(service, hosts, clusters) + R"(,"success":true})";
  }
  Answer call(const std::string& type, const std::string& body) { return publisher.call(type, body); }

  House house;
  Client publisher{house, 50001}, second{house, 50002}, consumer{house, 50003};
};

TEST_F(NamingRpcsTest, WhatIsRegisteredIsFoundAtOnce) {
  EXPECT_EQ(query("a"), found("a", ""));
  EXPECT_EQ(call("InstanceRequest", registration("a", instance_json("10.1.0.1"))),
            (Answer{"InstanceResponse",
                    R"({"resultCode":200,"errorCode":0,"type":"registerInstance","success":true})"}));
  EXPECT_EQ(query("a"), found("a", host("10.1.0.1", "a")));
}

// Clients drop a list whose time is not higher than that of the one they have.
TEST_F(NamingRpcsTest, TheFirstInstanceIsNewerThanTheAnswerThatTheServiceIsNotKnown) {
  const auto time = [&] {
    const std::string json = consumer.call("ServiceQueryRequest", "{" + names("a") + "}", 0ms).json;
    std::smatch found;
    return std::regex_search(json, found, std::regex(R"("lastRefTime":(\d+))")) ? std::stoll(found[1]) : -1;
  };
  const WallTime start = house.runtime.wall_now();
  const std::int64_t before = time();
  publisher.call("InstanceRequest", registration("a", instance_json("10.1.0.1")), 0ms);
  EXPECT_EQ(house.runtime.wall_now(), start);  // all of this in one millisecond
  EXPECT_GT(time(), before);
}

TEST_F(NamingRpcsTest, AConnectionHasOneInstanceInAServiceAndTheLastOneWins) {
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  call("InstanceRequest", registration("a", instance_json("10.1.0.2")));
  EXPECT_EQ(query("a"), found("a", host("10.1.0.2", "a")));
}

TEST_F(NamingRpcsTest, DeregistrationTakesOutWhatTheConnectionHasWhateverItsAddress) {
  second.set_up(kNaming);
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  second.call("InstanceRequest", registration("a", instance_json("10.1.0.2")));
  const Answer done =
      call("InstanceRequest", registration("a", instance_json("10.9.9.9"), "deregisterInstance"));
  EXPECT_EQ(done.json, R"({"resultCode":200,"errorCode":0,"type":"deregisterInstance","success":true})");
  EXPECT_EQ(query("a"), found("a", host("10.1.0.2", "a")));
  EXPECT_EQ(
      call("InstanceRequest", registration("none", instance_json("10.1.0.1"), "deregisterInstance")).json,
      done.json);
}

TEST_F(NamingRpcsTest, TheEndOfAConnectionTakesItsInstancesAlong) {
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  publisher.transport->close();
  house.runtime.run_for(1ms);
  EXPECT_EQ(query("a"), found("a", ""));
}

TEST_F(NamingRpcsTest, ClustersHealthAndEnablementSelect) {
  second.set_up(kNaming);
  call("InstanceRequest", registration("a", instance_json("10.1.0.1", R"(,"healthy":false)")));
  second.call("InstanceRequest", registration("a", instance_json("10.1.0.2", R"(,"enabled":false)")));
  EXPECT_NE(query("a").find("10.1.0.1"), std::string::npos);
  EXPECT_EQ(query("a").find("10.1.0.2"), std::string::npos);
  EXPECT_EQ(query("a", R"(,"healthyOnly":true)"), found("a", ""));
  EXPECT_EQ(query("a", R"(,"cluster":"nope")"), found("a", "", "nope"));
}

TEST_F(NamingRpcsTest, NamespacesAreKeptApartAndTheBlankOneIsPublic) {
  call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  const std::string one = found("a", host("10.1.0.1", "a"));
  EXPECT_EQ(query("a"), one);
  EXPECT_EQ(query("a", "", ""), one);
  EXPECT_EQ(timeless(consumer.call("ServiceQueryRequest", R"({"serviceName":"a","groupName":"g"})").json),
            one);
  EXPECT_EQ(query("a", "", "dev"), found("a", ""));
}

TEST_F(NamingRpcsTest, BadRequestsAreRefusedAsRecorded) {
  const auto typed = [](const std::string& text) {
    return Answer{"InstanceResponse", R"({"resultCode":500,"errorCode":400,"message":"Param check invalid:)" +
                                          text + R"(","success":false})"};
  };
  const auto error = [](int result, int code, const std::string& text) {
    return Answer{"ErrorResponse", R"({"resultCode":)" + std::to_string(result) + R"(,"errorCode":)" +
                                       std::to_string(code) + R"(,"message":")" + text +
                                       R"(","success":false})"};
  };
  const std::string one = instance_json("10.1.0.1");
  EXPECT_EQ(call("InstanceRequest", registration("bad", one, "reRegisterInstance")),
            error(400, 400, "Unsupported request type reRegisterInstance"));
  EXPECT_EQ(call("InstanceRequest", "{" + names("bad") + R"(,"type":null,"instance":)" + one + "}"),
            error(500, 500, R"(Cannot invoke \"String.hashCode()\" because \"<local4>\" is null)"));
  EXPECT_EQ(call("InstanceRequest", registration("bad", "null")),
            error(400, 400, "Instance can not be null."));
  EXPECT_EQ(call("InstanceRequest", registration("", one)),
            error(500, 500, "Param 'serviceName' is illegal, serviceName is blank"));
  EXPECT_EQ(
      call("InstanceRequest", R"({"serviceName":"x","type":"registerInstance","instance":)" + one + "}"),
      error(500, 500, "Param 'groupName' is illegal, groupName is blank"));
  EXPECT_EQ(call("InstanceRequest", registration("g@@a", one)),
            typed("Param 'serviceName' is illegal, illegal characters should not appear in the param."));
  EXPECT_EQ(call("InstanceRequest", registration("bad", R"({"ip":"10.1.0.1","port":1,"clusterName":"a b"})")),
            typed("Param 'cluster' is illegal, illegal characters should not appear in the param."));
  EXPECT_EQ(call("InstanceRequest", registration("bad", R"({"ip":"10.1.0.1","port":70000})")),
            typed("Param 'port' is illegal, the value should be between 0 and 65535."));
  EXPECT_EQ(call("InstanceRequest", registration("bad", R"({"ip":"10.1 .0.1","port":1})")),
            typed("Param 'ip' is illegal, illegal characters should not appear in the param."));
  EXPECT_EQ(call("InstanceRequest", registration("bad", R"({"ip":"a","port":1,"metadata":{"k":")" +
                                                            std::string(1024, 'v') + "\"}}")),
            typed("Param 'Metadata' is illegal, the param length should not exceed 1024."));
  EXPECT_EQ(
      call("InstanceRequest",
           registration("bad", R"({"ip":"a","port":1,"metadata":{"preserved.heart.beat.timeout":"1000"}})")),
      error(400, 400,
            "Instance 'heart beat interval' must less than 'heart beat timeout' and 'ip delete timeout'."));
  EXPECT_EQ(query("bad"), found("bad", ""));
}

std::string persistent_host(const std::string& ip, const std::string& service) {
  return std::regex_replace(host(ip, service), std::regex("\"ephemeral\":true"), "\"ephemeral\":false");
}

TEST_F(NamingRpcsTest, APersistentInstanceStaysWhenItsConnectionEnds) {
  const Answer answer = call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.1")));
  EXPECT_EQ(answer, (Answer{"InstanceResponse",
                            R"({"resultCode":200,"errorCode":0,"type":"registerInstance","success":true})"}));
  publisher.transport->close();
  house.runtime.run_for(1s);
  EXPECT_EQ(query("p"), found("p", persistent_host("10.1.0.1", "p")));
}

TEST_F(NamingRpcsTest, APersistentInstanceIsTakenOutByItsAddressAlone) {
  call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.1")));
  const Answer gone{"InstanceResponse",
                    R"({"resultCode":200,"errorCode":0,"type":"deregisterInstance","success":true})"};
  EXPECT_EQ(
      call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.99"), "deregisterInstance")),
      gone);
  EXPECT_EQ(query("p"), found("p", persistent_host("10.1.0.1", "p")));
  EXPECT_EQ(consumer.call("PersistentInstanceRequest",
                          registration("p", instance_json("10.1.0.1"), "deregisterInstance")),
            gone);
  EXPECT_EQ(query("p"), found("p", ""));
  EXPECT_EQ(call("PersistentInstanceRequest",
                 registration("none", instance_json("10.1.0.1"), "deregisterInstance")),
            gone);
}

TEST_F(NamingRpcsTest, PersistentAndEphemeralInstancesDoNotMix) {
  const auto refused_400 = [](const std::string& message) {
    return Answer{"ErrorResponse",
                  R"({"resultCode":400,"errorCode":400,"message":")" + message + R"(","success":false})"};
  };
  call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.1")));
  call("InstanceRequest", registration("e", instance_json("10.1.0.1")));
  EXPECT_EQ(call("InstanceRequest", registration("p", instance_json("10.1.0.2"))),
            refused_400(
                "errCode: 400, errMsg: Current service g@@p is persistent service, can't register ephemeral "
                "instance. "));
  EXPECT_EQ(call("PersistentInstanceRequest", registration("e", instance_json("10.1.0.2"))),
            refused_400(
                "errCode: 400, errMsg: Current service g@@e is ephemeral service, can't register persistent "
                "instance. "));
  EXPECT_EQ(call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.1"), "nope")),
            refused_400("Unsupported request type nope"));
}

TEST_F(NamingRpcsTest, AConnectionForConfigsRegistersAndSubscribesNothing) {
  Client config(house, 50009);
  config.set_up(R"({"labels":{"module":"config"},"abilityTable":{}})");
  const Answer answer = config.call("InstanceRequest", registration("a", instance_json("10.1.0.1")));
  EXPECT_EQ(answer.type, "ErrorResponse");
  EXPECT_NE(answer.json.find(R"("resultCode":-401,"errorCode":-401)"), std::string::npos);
  EXPECT_EQ(config.call("SubscribeServiceRequest", "{" + names("a") + R"(,"subscribe":true})").json,
            answer.json);
  EXPECT_EQ(query("a"), found("a", ""));
}

TEST_F(NamingRpcsTest, ABatchReplacesAllThatTheConnectionHas) {
  const auto batch = [&](const std::string& list) {
    return call("BatchInstanceRequest",
                "{" + names("b") + R"(,"type":"batchRegisterInstance","instances":)" + list + "}");
  };
  EXPECT_EQ(batch("[" + instance_json("10.1.0.1") + "," + instance_json("10.1.0.2") + "]"),
            (Answer{"BatchInstanceResponse",
                    R"({"resultCode":200,"errorCode":0,"type":"batchRegisterInstance","success":true})"}));
  EXPECT_EQ(query("b"), found("b", host("10.1.0.1", "b") + "," + host("10.1.0.2", "b")));
  batch("[" + instance_json("10.1.0.3") + "]");
  EXPECT_EQ(query("b"), found("b", host("10.1.0.3", "b")));
  EXPECT_EQ(
      batch("null").json,
      R"({"resultCode":500,"errorCode":500,"message":"Cannot invoke \"java.util.List.iterator()\" because )"
      R"(\"instances\" is null","success":false})");
  batch("[]");
  EXPECT_EQ(query("b"), found("b", ""));
}

TEST_F(NamingRpcsTest, ServicesAreListedInPages) {
  for (const char* name : {"l3", "l1", "l2"})
    call("InstanceRequest", registration(name, instance_json("10.1.0.1")));
  const auto list = [&](const std::string& more) {
    return consumer.call("ServiceListRequest", R"({"namespace":"public","groupName":"g")" + more + "}").json;
  };
  EXPECT_EQ(list(R"(,"pageNo":1,"pageSize":2)"),
            R"({"resultCode":200,"errorCode":0,"count":3,"serviceNames":["l1","l2"],"success":true})");
  EXPECT_EQ(list(R"(,"pageNo":3,"pageSize":2)"),
            R"({"resultCode":200,"errorCode":0,"count":3,"serviceNames":[],"success":true})");
  EXPECT_EQ(list(""), R"({"resultCode":200,"errorCode":0,"count":3,"serviceNames":[],"success":true})");
}

// Subscriptions.

struct NamingPushTest : NamingRpcsTest {
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

}  // namespace
}  // namespace batata::nacos
