// What a client meets before and while it is connected.
#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kUnregistered =
    R"({"resultCode":500,"errorCode":301,"message":"Connection is unregistered.","success":false})";
constexpr std::string_view kHealthy = R"({"resultCode":200,"errorCode":0,"success":true})";

class Connecting : public testing::Test {
 protected:
  House house;
  Client client{house};
};

TEST_F(Connecting, ServerCheckAnswersBeforeAnythingElseAndWithoutABody) {
  const std::string id = std::to_string(client.transport->accepted_at.ms) + "_10.0.0.9_50000";
  const Client::Answer expected{"ServerCheckResponse",
                                R"({"resultCode":200,"errorCode":0,"connectionId":")" + id +
                                    R"(","supportAbilityNegotiation":true,"success":true})"};
  EXPECT_EQ(client.call("ServerCheckRequest", "{}"), expected);
  EXPECT_EQ(client.call("ServerCheckRequest", ""), expected);
}

TEST_F(Connecting, UnknownTypesAreRefusedBeforeUnregisteredConnections) {
  EXPECT_EQ(client.call("NoSuchRequest", "{}").json,
            R"({"resultCode":500,"errorCode":302,"message":"RequestHandler Not Found","success":false})");
  EXPECT_EQ(client.call("ConfigQueryRequest", "{not json").json, kUnregistered);
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").type, "ErrorResponse");
}

TEST_F(Connecting, SetUpRegistersAtOnceAndIsAcknowledgedWhenATableWasSent) {
  client.set_up();
  ASSERT_EQ(client.pushes(), 1u);
  EXPECT_EQ(client.pushed(0),
            (Client::Answer{
                "SetupAckRequest",
                R"({"headers":{},"abilityTable":{"supportPersistentInstanceByGrpc":true,"fuzzyWatch":true,)"
                R"("lock":true},"module":"internal"})"}));
  EXPECT_EQ(client.call("HealthCheckRequest", "{}"),
            (Client::Answer{"HealthCheckResponse", std::string(kHealthy)}));
}

TEST_F(Connecting, SetUpWithoutATableIsNotAcknowledged) {
  for (const std::string_view body :
       {R"({"clientVersion":"old","abilities":{}})", R"({"abilityTable":null})", "{}"}) {
    Client old(house, 50001);
    old.set_up(body);
    EXPECT_EQ(old.pushes(), 0u) << body;
    EXPECT_EQ(old.call("HealthCheckRequest", "{}").json, kHealthy) << body;
  }
}

TEST_F(Connecting, UnreadableSetUpRegistersNothing) {
  client.set_up("{not json");
  EXPECT_EQ(client.pushes(), 0u);
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kUnregistered);
}

TEST_F(Connecting, ANewStreamRegistersEvenWhenTheEndOfTheOldOneIsHeardOfLater) {
  client.set_up();
  client.replace_stream();
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kHealthy);
  client.end_stream();
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kUnregistered);
}

TEST_F(Connecting, SecondSetUpIsAcknowledgedAgain) {
  client.set_up();
  client.set_up();
  EXPECT_EQ(client.pushes(), 2u);
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kHealthy);
}

TEST_F(Connecting, MalformedBodiesAreToldApartFromBadRequests) {
  client.set_up();
  constexpr std::string_view kMalformed =
      R"({"resultCode":500,"errorCode":502,"message":"errCode: 101, errMsg: Nacos deserialize failed.  ","success":false})";
  EXPECT_EQ(client.call("ConfigQueryRequest", "{not json").json, kMalformed);
  EXPECT_EQ(client.call("ConfigQueryRequest", "").json, kMalformed);
  EXPECT_EQ(client.call("HealthCheckRequest", "[1,2]").json, kMalformed);
  EXPECT_EQ(client.call("ConfigBatchListenRequest", R"({"listen":"maybe","configListenContexts":7})").json,
            kMalformed);
  EXPECT_EQ(client.call("ConfigPublishRequest", R"({"dataId":{},"group":"g"})").json, kMalformed);
}

TEST_F(Connecting, RequestsBetweenServersAreForbidden) {
  client.set_up(R"({"labels":{"source":"cluster"},"abilityTable":{}})");
  EXPECT_EQ(
      client.call("ServerReloadRequest", "{}").json,
      R"({"resultCode":500,"errorCode":502,"message":" invoke ServerReloadRequest from sdk is forbidden","success":false})");
}

TEST_F(Connecting, OtherMessagesOnTheStreamAreIgnored) {
  client.set_up();
  client.say("ClientDetectionResponse", R"({"resultCode":200,"requestId":"999999"})");
  client.say("NoSuchResponse", R"({"resultCode":200})");
  client.say("ConfigChangeNotifyResponse", "{not json");
  client.say("HealthCheckRequest", "{}");
  EXPECT_EQ(client.pushes(), 1u);
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kHealthy);
}

TEST_F(Connecting, BytesThatAreNoPayloadEndTheCallAlone) {
  wire::GrpcStatus status;
  house.unary().unary(client.transport, "\xff\xff",
                      [&](wire::GrpcStatus s, const std::string&) { status = s; });
  EXPECT_EQ(status.code, wire::GrpcCode::kInternal);
}

TEST_F(Connecting, IdleConnectionsAreProbedAndStayWhenTheyAnswer) {
  client.set_up();
  house.runtime.run_for(std::chrono::seconds(24));
  ASSERT_EQ(client.pushes(), 2u);
  EXPECT_EQ(client.pushed(1).type, "ClientDetectionRequest");
  EXPECT_EQ(client.pushed(1).json,
            R"({"headers":{},"requestId":")" + client.request_id(1) + R"(","module":"internal"})");
  client.acknowledge(1, "ClientDetectionResponse");
  house.runtime.run_for(std::chrono::seconds(10));
  EXPECT_FALSE(client.transport->closed);
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kHealthy);
}

TEST_F(Connecting, IdleConnectionsThatDoNotAnswerAreClosed) {
  client.set_up();
  house.runtime.run_for(std::chrono::seconds(30));
  EXPECT_TRUE(client.transport->closed);
}

TEST_F(Connecting, RequestsKeepAConnectionFromBeingProbed) {
  client.set_up();
  for (int i = 0; i < 12; ++i) {
    house.runtime.run_for(std::chrono::seconds(5));
    client.call("HealthCheckRequest", "{}");
  }
  EXPECT_EQ(client.pushes(), 1u);
}

TEST_F(Connecting, ARequestAnswersAProbeAsWell) {
  client.set_up();
  house.runtime.run_for(std::chrono::seconds(24));
  ASSERT_EQ(client.pushes(), 2u);
  client.call("HealthCheckRequest", "{}");
  house.runtime.run_for(std::chrono::seconds(6));
  EXPECT_FALSE(client.transport->closed);
}

TEST_F(Connecting, ConnectionsThatDoNotReadWhatTheyAreSentAreProbedAndClosed) {
  client.set_up();
  client.duplex->unsent = Connections::kBehindBytes + 1;
  for (int i = 0; i < 64; ++i) {  // of 5 s: its requests do not help it
    house.runtime.run_for(std::chrono::seconds(5));
    client.call("HealthCheckRequest", "{}");
  }
  EXPECT_EQ(client.pushed(1).type, "ClientDetectionRequest");
  EXPECT_TRUE(client.transport->closed);
}

TEST_F(Connecting, ConnectionsThatCaughtUpAreLeftInPeace) {
  client.set_up();
  for (int i = 0; i < 124; ++i) {
    client.duplex->unsent = i % 40 == 39 ? 0 : Connections::kBehindBytes + 1;
    house.runtime.run_for(std::chrono::seconds(5));
    client.call("HealthCheckRequest", "{}");
  }
  EXPECT_EQ(client.pushes(), 1u);
  EXPECT_FALSE(client.transport->closed);
}

TEST(ConnectionLimit, FurtherConnectionsAreClosedWithoutAWord) {
  House house([](Services& services) { services.connections_max = 2; });
  Client first(house, 1), second(house, 2), third(house, 3);
  first.set_up();
  second.set_up();
  third.set_up();
  EXPECT_EQ(third.pushes(), 0u);
  EXPECT_TRUE(third.duplex->finished);
  EXPECT_TRUE(third.transport->closed);
  EXPECT_EQ(first.call("HealthCheckRequest", "{}").json, kHealthy);
  first.set_up();  // once more on the same connection
  EXPECT_FALSE(first.transport->closed);
  second.transport->close();
  house.runtime.settle();
  Client fourth(house, 4);
  fourth.set_up();
  EXPECT_EQ(fourth.call("HealthCheckRequest", "{}").json, kHealthy);
}

TEST_F(Connecting, ConnectionsWithoutAStreamAreUnregistered) {
  client.set_up();
  client.end_stream();
  EXPECT_TRUE(client.duplex->finished);
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kUnregistered);
}

TEST_F(Connecting, ClosedTransportsAreUnregistered) {
  client.set_up();
  client.transport->close();
  house.runtime.settle();
  EXPECT_EQ(client.call("HealthCheckRequest", "{}").json, kUnregistered);
}

}  // namespace
}  // namespace batata::nacos
