#include "net/web_socket_session.h"

#include <gtest/gtest.h>

#include "net/fake_carrier.h"
#include "net/http1_session.h"
#include "net/test_face.h"
#include "net/web_socket_test_client.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using std::chrono::seconds;
using wire::CloseCode;
using namespace std::string_literals;
using Frames = std::vector<std::pair<Opcode, std::string>>;

constexpr std::string_view kHandshake =
    "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::string close_payload(CloseCode code, std::string_view reason = {}) {
  std::string frame;
  append_close_frame(frame, code, reason);
  return frame.substr(2);
}

class WebSocketSessionTest : public testing::Test {
 protected:
  WebSocketSessionTest() { face.add_to(router); }
  // Opens one, with `early` in the bytes of the handshake.
  void open(std::string_view early = {}) {
    sent = carrier.feed(*session, std::string(kHandshake).append(early));
    ASSERT_TRUE(sent.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << sent;
    sent.erase(0, sent.find("\r\n\r\n") + 4);
    ASSERT_NE(carrier.next, nullptr);
    session = std::move(carrier.next);
    sent += carrier.collect(*session);
  }
  Frames frames() { return server_frames(sent); }
  Frames feed(std::string_view bytes) {
    sent += carrier.feed(*session, bytes);
    return frames();
  }
  Frames advance(Duration duration) {
    sent += carrier.advance(*session, duration);
    return frames();
  }

  sim::SimRuntime runtime;
  TestFace face{runtime};
  wire::Router router{runtime};
  Service service{{}, router, {}};
  FakeCarrier carrier;
  std::unique_ptr<Session> session = std::make_unique<Http1Session>(carrier, service);
  std::string sent;
};

TEST_F(WebSocketSessionTest, SaysEverythingAgain) {
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kText, "h\xc3\xa9")), (Frames{{Opcode::kText, "h\xc3\xa9"}}));
  const std::string large(200'000, 'l');
  EXPECT_EQ(feed(client_frame(Opcode::kBinary, large)), (Frames{{Opcode::kBinary, large}}));
  EXPECT_EQ(face.socket->unsent_bytes(), 0U);
}

TEST_F(WebSocketSessionTest, WhatCameWithTheHandshakeIsNotLost) {
  open(client_frame(Opcode::kText, "early") + client_frame(Opcode::kText, "bird").substr(0, 3));
  EXPECT_EQ(frames(), (Frames{{Opcode::kText, "early"}}));
  EXPECT_EQ(feed(client_frame(Opcode::kText, "bird").substr(3)), (Frames{{Opcode::kText, "bird"}}));
}

TEST_F(WebSocketSessionTest, AnswersPingsWithinAMessage) {
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kText, "a", Fin::kNo) + client_frame(Opcode::kPing, "p") +
                 client_frame(Opcode::kPong, "not asked for") + client_frame(Opcode::kContinuation, "b")),
            (Frames{{Opcode::kPong, "p"}, {Opcode::kText, "ab"}}));
}

TEST_F(WebSocketSessionTest, AClientThatClosesIsAnsweredWithItsCode) {
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kClose, close_payload(CloseCode::kNormal, "bye"))),
            (Frames{{Opcode::kClose, close_payload(CloseCode::kNormal)}}));
  EXPECT_TRUE(session->finished());
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kNormal}));
  EXPECT_TRUE(feed(client_frame(Opcode::kText, "late")).empty());
}

TEST_F(WebSocketSessionTest, ACloseFrameWithoutACodeIsAnsweredWithoutOne) {
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kClose, "")), (Frames{{Opcode::kClose, ""}}));
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kNoStatus}));
}

TEST_F(WebSocketSessionTest, S32AClientThatBreaksARuleIsToldWhich) {
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kText, "\xff")),
            (Frames{{Opcode::kClose, close_payload(CloseCode::kInvalidPayload, "text that is not UTF-8")}}));
  EXPECT_TRUE(session->finished());
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kInvalidPayload}));
}

TEST_F(WebSocketSessionTest, S32ForbiddenCloseCodesAreAProtocolError) {
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kClose, close_payload(CloseCode::kAbnormal))),
            (Frames{{Opcode::kClose,
                     close_payload(CloseCode::kProtocolError, "a close code that may not be sent")}}));
}

TEST_F(WebSocketSessionTest, TheFacesCloseComesBehindWhatItHasSent) {
  open();
  face.socket->send(wire::MessageKind::kText, std::make_shared<const std::string>("last"));
  face.socket->close(CloseCode::kGoingAway, "bye");
  face.socket->send(wire::MessageKind::kText, std::make_shared<const std::string>("too late"));
  sent += carrier.collect(*session);
  EXPECT_EQ(frames(),
            (Frames{{Opcode::kText, "last"}, {Opcode::kClose, close_payload(CloseCode::kGoingAway, "bye")}}));
  EXPECT_FALSE(session->finished());
  EXPECT_TRUE(feed(client_frame(Opcode::kText, "under way")).empty());
  EXPECT_TRUE(feed(client_frame(Opcode::kClose, close_payload(CloseCode::kGoingAway))).empty());
  EXPECT_TRUE(session->finished());
  EXPECT_FALSE(session->aborted());
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kGoingAway}));
}

TEST_F(WebSocketSessionTest, AClientThatDoesNotAnswerACloseIsNotWaitedForLong) {
  open();
  session->wind_down();
  sent += carrier.collect(*session);
  EXPECT_EQ(frames(), (Frames{{Opcode::kClose, close_payload(CloseCode::kGoingAway, "the server stops")}}));
  advance(seconds(2));
  EXPECT_FALSE(session->aborted());
  advance(seconds(1));
  EXPECT_TRUE(session->aborted());
  session.reset();
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kAbnormal}));
}

TEST_F(WebSocketSessionTest, ASilentClientIsPingedAndThenGivenUp) {
  open();
  EXPECT_TRUE(advance(seconds(24)).empty());
  EXPECT_EQ(advance(seconds(1)), (Frames{{Opcode::kPing, ""}}));
  feed(client_frame(Opcode::kPong, ""));
  EXPECT_EQ(advance(seconds(25)), (Frames{{Opcode::kPing, ""}}));
  EXPECT_TRUE(advance(seconds(19)).empty());
  EXPECT_FALSE(session->aborted());
  advance(seconds(1));
  EXPECT_TRUE(session->aborted());
}

TEST_F(WebSocketSessionTest, AClientThatReadsSlowlyIsNotTakenForSilent) {
  open();
  carrier.take_at_most(0);
  face.socket->send(wire::MessageKind::kBinary, std::make_shared<const std::string>(5 << 20, 'x'));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(carrier.advance(*session, seconds(10)), "");
    ASSERT_FALSE(carrier.output().empty());
  }
  EXPECT_FALSE(session->aborted());
}

TEST_F(WebSocketSessionTest, S32AClientThatDoesNotReadIsToldAndCut) {
  open();
  const auto megabyte = std::make_shared<const std::string>(1 << 20, 'x');
  for (int i = 0; i < 6; ++i) face.socket->send(wire::MessageKind::kBinary, megabyte);
  face.socket->close(CloseCode::kNormal, "that was all");
  EXPECT_LE(face.socket->unsent_bytes(), 5U << 20);
  EXPECT_TRUE(face.sockets_ended.empty());  // not while the sender may be the handler itself
  sent += carrier.collect(*session);
  EXPECT_EQ(frames(),
            (Frames{{Opcode::kClose, close_payload(CloseCode::kPolicyViolation, "messages are not read")}}));
  EXPECT_TRUE(session->finished());
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kPolicyViolation}));
}

TEST_F(WebSocketSessionTest, EmptyMessagesAreNotNothing) {
  open();
  const auto empty = std::make_shared<const std::string>();
  for (std::size_t i = 0; i <= service.limits.stream_unsent_bytes / kPieceCost; ++i)
    face.socket->send(wire::MessageKind::kBinary, empty);
  EXPECT_GE(session->held().unsent, service.limits.stream_unsent_bytes - (1 << 18));
  sent += carrier.collect(*session);
  EXPECT_EQ(frames(),
            (Frames{{Opcode::kClose, close_payload(CloseCode::kPolicyViolation, "messages are not read")}}));
  EXPECT_EQ(service.meters->reached(Limit::kUnsentBytesOfStream), 1u);
}

TEST_F(WebSocketSessionTest, AMessageIsARequestAmongOthers) {
  wire::Load load({.unsent_bytes = 1000});
  service.load = &load;
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kText, "a")), (Frames{{Opcode::kText, "a"}}));
  load.unsent().note(1001);
  EXPECT_EQ(feed(client_frame(Opcode::kPing, "p")), (Frames{{Opcode::kPong, "p"}}));
  EXPECT_EQ(feed(client_frame(Opcode::kText, "b")),
            (Frames{{Opcode::kClose, close_payload(CloseCode::kTryAgainLater, wire::kOverloaded.reason)}}));
  EXPECT_EQ(face.sockets_ended, (std::vector{CloseCode::kTryAgainLater}));
}

TEST_F(WebSocketSessionTest, WithoutRoomOnlyWhatComesWholeIsTakenIn) {
  wire::Load load({.unfinished_bytes = 1000});
  service.load = &load;
  load.unfinished().note(1001);
  open();
  EXPECT_EQ(feed(client_frame(Opcode::kText, "whole")), (Frames{{Opcode::kText, "whole"}}));
  EXPECT_EQ(
      feed(client_frame(Opcode::kText, "not whole", Fin::kNo)),
      (Frames{{Opcode::kClose, close_payload(CloseCode::kTryAgainLater, wire::kTooMuchIsSent.reason)}}));
  EXPECT_EQ(service.meters->reached(Limit::kUnfinishedBytes), 1u);
  EXPECT_EQ(session->held().unfinished, 0u);
  feed(client_frame(Opcode::kContinuation, "more of it", Fin::kNo));
  EXPECT_EQ(service.meters->reached(Limit::kUnfinishedBytes), 1u) << "of one that is refused already";
}

TEST_F(WebSocketSessionTest, WhatAClientHadBegunBeforeItClosedIsDroppedAndNotRefused) {
  wire::Load load({.unfinished_bytes = 1000});
  service.load = &load;
  open();
  feed(client_frame(Opcode::kText, "not whole", Fin::kNo));
  load.unfinished().note(1001);
  feed(client_frame(Opcode::kClose, close_payload(CloseCode::kNormal)));
  EXPECT_EQ(session->held().unfinished, 0u);
  EXPECT_EQ(service.meters->reached(Limit::kUnfinishedBytes), 0u);
}

TEST_F(WebSocketSessionTest, MessagesAreMovedToTheSocketAPartAtATime) {
  open();
  carrier.take_at_most(150'000);
  const auto piece = std::make_shared<const std::string>(100'000, 'x');
  for (int i = 0; i < 20; ++i) face.socket->send(wire::MessageKind::kBinary, piece);
  sent += carrier.collect(*session);
  EXPECT_EQ(sent.size(), 150'000U);
  EXPECT_LT(carrier.output().size(), Output::kAheadMax);
  EXPECT_GT(session->held().unsent, 1'600'000U);
  EXPECT_EQ(face.socket->unsent_bytes(), 20 * (100'000 + kPieceCost)) << "none is out as a whole";
  carrier.take_at_most(FakeCarrier::kAll);
  sent += carrier.collect(*session);
  EXPECT_EQ(frames().size(), 20U);
  EXPECT_EQ(face.socket->unsent_bytes(), 0U);
}

// The answer was on its way when the server began to stop.
TEST_F(WebSocketSessionTest, AnUpgradeThatIsAnsweredDuringAWindDownIsClosedAtOnce) {
  std::string handshake(kHandshake);
  handshake.replace(handshake.find("/socket"), 7, "/late-socket");
  EXPECT_EQ(carrier.feed(*session, handshake), "");
  session->wind_down();
  runtime.run_for(seconds(1));
  sent = carrier.collect(*session);
  ASSERT_TRUE(sent.starts_with("HTTP/1.1 101 ")) << sent;
  ASSERT_NE(carrier.next, nullptr);
  session = std::move(carrier.next);
  session->wind_down();  // as the connection does with what comes after
  sent = carrier.collect(*session);
  EXPECT_EQ(frames(), (Frames{{Opcode::kClose, close_payload(CloseCode::kGoingAway, "the server stops")}}));
  EXPECT_EQ(face.sockets_ended, std::vector<CloseCode>{}) << "the client's close is awaited";
  feed(client_frame(Opcode::kClose, close_payload(CloseCode::kGoingAway)));
  EXPECT_TRUE(session->finished());
}

TEST_F(WebSocketSessionTest, Http10HasNone) {
  std::string handshake(kHandshake);
  handshake.replace(handshake.find("HTTP/1.1"), 8, "HTTP/1.0");
  EXPECT_TRUE(carrier.feed(*session, handshake).starts_with("HTTP/1.1 426 "));
  EXPECT_EQ(carrier.next, nullptr);
}

}  // namespace
}  // namespace batata::net
