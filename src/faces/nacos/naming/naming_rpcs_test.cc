// Answers are compared with recordings of real servers; only `lastRefTime` is replaced.
#include "faces/nacos/naming/naming_rpcs.h"

#include "faces/nacos/common/limits.h"
#include "tests/support/nacos_access.h"
#include "tests/support/naming_clients.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;
using Answer = Client::Answer;

struct NamingRpcsTest : NamingClients {};

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

TEST_F(NamingRpcsTest, AListOfClustersHasABound) {
  std::string clusters;
  while (clusters.size() <= kClustersMax) clusters += "a,";
  const std::string text =
      R"("message":"Param check invalid:Param 'cluster' is illegal, the param length should not exceed 8192.")";
  EXPECT_NE(query("a", R"(,"cluster":")" + clusters + "\"").find(text), std::string::npos);
  EXPECT_NE(call("SubscribeServiceRequest",
                 "{" + names("a") + R"(,"subscribe":true,"clusters":")" + clusters + "\"}")
                .json.find(text),
            std::string::npos);
}

TEST_F(NamingRpcsTest, ABatchHasABound) {
  std::string list = "[";
  for (std::size_t i = 0; i <= NamingRpcs::kBatchInstancesMax; ++i) list += R"({"ip":"a","port":1},)";
  list.back() = ']';
  const Answer refused =
      call("BatchInstanceRequest",
           "{" + names("b") + R"(,"type":"batchRegisterInstance","instances":)" + list + "}");
  EXPECT_EQ(refused.type, "BatchInstanceResponse");
  EXPECT_NE(refused.json.find("Param 'instances' is illegal, the param length should not exceed 10000."),
            std::string::npos);
  EXPECT_EQ(query("b"), found("b", ""));
}

TEST_F(NamingRpcsTest, APersistentInstanceIsWrittenWithinATime) {
  const SteadyTime start = house.runtime.now();
  for (const std::string type : {"registerInstance", "deregisterInstance"}) {
    house.proposer.last_context = {};
    call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.1"), type));
    EXPECT_GE(house.proposer.last_context.deadline, start + kWriteTimeout) << type;
    EXPECT_LE(house.proposer.last_context.deadline, house.runtime.now() + kWriteTimeout) << type;
  }
}

TEST(PersistentInstances, AreWrittenInTheNameOfWhoAsks) {
  GuardedHouse house;
  Client client(house);
  client.set_up(kNaming);
  client.headers = {{"accessToken", house.token("nacos")}};
  EXPECT_NE(client.call("PersistentInstanceRequest", registration("p", instance_json("10.1.0.1")))
                .json.find(R"("success":true)"),
            std::string::npos);
  EXPECT_EQ(house.proposer.last_context.principal, "nacos");
}

}  // namespace
}  // namespace batata::nacos
