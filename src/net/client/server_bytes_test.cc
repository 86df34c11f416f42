// Answers in bytes, right and wrong ones, as no server of ours would send them.
#include "net/client/server_bytes.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "net/client/session_pair.h"
#include "net/gzip_codec.h"

namespace batata::net {
namespace {

using wire::GrpcCode;

class ServerBytes : public testing::Test {
 protected:
  ServerBytes() {
    client_.collect();
    client_.feed(greeting());
    client_.ask(heard_, "question", {.path = "/a", .timeout = CallWishes::kNoTimeout});
    asked_ = client_.collect();
  }
  // What the call hears of these bytes.
  std::string hear(const std::string& bytes) {
    sent_ += client_.feed(bytes);
    return heard_.said();
  }
  static std::string framed(std::string_view message, char flag = 0) {
    return Http2TestClient::framed(message, flag);
  }

  HeardCall heard_;
  ClientSide client_;
  std::string asked_, sent_;
};

TEST_F(ServerBytes, AnAnswerInManyPieces) {
  const std::string all = head_frame(1, kGrpcHead) + data_frame(1, framed("answer")) +
                          head_frame(1, {{"grpc-status", "0"}}, true);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) ASSERT_EQ(hear(all.substr(i, 1)), "open") << i;
  EXPECT_EQ(hear(all.substr(all.size() - 1)), "0 ");
  EXPECT_EQ(heard_.messages, std::vector<std::string>{"answer"});
  EXPECT_EQ(client_.session.calls(), 0u);
  for (const Http2Frame& frame : http2_frames(sent_)) EXPECT_NE(frame.type, NGHTTP2_RST_STREAM);
}

// Under ASan: nobody but the call itself holds it when what was held back turns out to be wrong.
TEST_F(ServerBytes, ACallMayEndByWhatWasHeldBack) {
  heard_.reads = false;
  heard_.drops = true;
  const std::string large = framed(std::string(client_.limits.unread_bytes + 1, 'm'));
  for (std::size_t at = 0; at < large.size(); at += 16'000) {
    if (at == 0) client_.feed(head_frame(1, kGrpcHead));
    client_.feed(data_frame(1, large.substr(at, 16'000)));
  }
  ASSERT_EQ(heard_.messages.size(), 1u);
  ASSERT_EQ(hear(data_frame(1, framed("x", 7))), "open");
  ClientCall& call = *heard_.call;
  call.consumed(heard_.messages[0].size());
  EXPECT_EQ(heard_.ends, 1);
  EXPECT_EQ(heard_.call, nullptr);
}

// What is left is moved each time that the reader is given more: so not for each message that it has read.
TEST_F(ServerBytes, ASlowReaderIsGivenMoreWhenHalfIsRead) {
  heard_.reads = false;
  client_.feed(head_frame(1, kGrpcHead));
  const std::string message = framed(std::string(1000, 'm'));
  for (std::size_t i = 0; i < 3 * client_.limits.unread_bytes / 2 / message.size(); ++i)
    client_.feed(data_frame(1, message));
  const std::size_t before = heard_.messages.size();
  for (std::size_t i = 0; i < before / 2; ++i) {
    ASSERT_EQ(heard_.messages.size(), before) << i;
    heard_.call->consumed(1000);
  }
  heard_.call->consumed(1000);
  EXPECT_GT(heard_.messages.size(), before + before / 3);
}

TEST_F(ServerBytes, AnErrorMayComeWithoutAHeadOfItsOwn) {
  EXPECT_EQ(hear(head_frame(1,
                            {{":status", "200"},
                             {"content-type", "application/grpc+proto"},
                             {"grpc-status", "16"},
                             {"grpc-message", "who%20are you%3F %C3%A4 %4"}},
                            true)),
            "16 who are you? ä %4");
  EXPECT_EQ(error_of(heard_.outcome).code, Errc::kUnauthenticated);
}

TEST_F(ServerBytes, TrailersWithoutAStatusAreUnknown) {
  EXPECT_EQ(hear(head_frame(1, kGrpcHead) + head_frame(1, {{"x", "y"}}, true)),
            "2 the server has ended the call without a status");
}

TEST_F(ServerBytes, AnAnswerWithoutTrailersIsUnknown) {
  EXPECT_EQ(hear(head_frame(1, kGrpcHead) + data_frame(1, framed("answer"), true)),
            "2 the server has ended the call without a status");
}

TEST_F(ServerBytes, StatusesThatGrpcDoesNotHaveAreUnknown) {
  for (const char* code : {"17", "-1", "5x", "99999999999"}) {
    HeardCall heard;
    client_.ask(heard, "x");
    client_.collect();
    client_.feed(head_frame(static_cast<std::uint32_t>(heard.call->stream()),
                            {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", code}},
                            true));
    EXPECT_EQ(heard.said(), "2 the server has given a status that gRPC does not have") << code;
  }
}

TEST_F(ServerBytes, AnswersThatAreNoGrpcAreToldByTheStatusOfHttp) {
  for (const auto& [status, code] : {std::pair{"400", 13},
                                     {"401", 16},
                                     {"403", 7},
                                     {"404", 12},
                                     {"429", 14},
                                     {"502", 14},
                                     {"503", 14},
                                     {"504", 14},
                                     {"200", 2},
                                     {"500", 2},
                                     {"302", 2}}) {
    HeardCall heard;
    client_.ask(heard, "x");
    client_.collect();
    const auto id = static_cast<std::uint32_t>(heard.call->stream());
    client_.feed(head_frame(id, {{":status", status}, {"content-type", "text/html"}}) +
                 data_frame(id, "<html>"));
    EXPECT_EQ(static_cast<int>(heard.outcome.status.code), code) << status;
    EXPECT_NE(heard.outcome.status.message.find(status), std::string::npos);
    EXPECT_NE(error_of(heard.outcome).code, Errc::kUnavailable);  // somebody has heard of it
  }
}

TEST_F(ServerBytes, InformationalHeadsComeBeforeTheAnswer) {
  EXPECT_EQ(hear(head_frame(1, {{":status", "103"}}) + head_frame(1, {{":status", "100"}})), "open");
  EXPECT_EQ(hear(head_frame(
                1, {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "0"}}, true)),
            "0 ");
}

TEST_F(ServerBytes, AStreamsMistakeIsNotTheConnections) {
  EXPECT_EQ(hear(head_frame(1, {{"no", "status"}})).substr(0, 2), "13");
  EXPECT_FALSE(client_.session.going_away());
  EXPECT_EQ(client_.session.failure(), "");
}

TEST_F(ServerBytes, AFloodOfInformationalHeadsEndsTheConnection) {
  std::string flood;
  for (int i = 0; i < 10'100; ++i) flood += head_frame(1, {{":status", "103"}});
  hear(flood);
  EXPECT_TRUE(client_.session.aborted());
}

TEST_F(ServerBytes, ResetsAreToldByTheirCode) {
  for (const auto& [reset, code] : {std::pair{NGHTTP2_NO_ERROR, 13},
                                    {NGHTTP2_PROTOCOL_ERROR, 13},
                                    {NGHTTP2_INTERNAL_ERROR, 13},
                                    {NGHTTP2_CANCEL, 1},
                                    {NGHTTP2_ENHANCE_YOUR_CALM, 8},
                                    {NGHTTP2_INADEQUATE_SECURITY, 7},
                                    {NGHTTP2_REFUSED_STREAM, 14}}) {
    HeardCall heard;
    client_.ask(heard, "x");
    client_.collect();
    client_.feed(
        reset_frame(static_cast<std::uint32_t>(heard.call->stream()), static_cast<std::uint32_t>(reset)));
    EXPECT_EQ(static_cast<int>(heard.outcome.status.code), code) << reset;
    EXPECT_EQ(heard.outcome.untouched, reset == NGHTTP2_REFUSED_STREAM);
  }
}

TEST_F(ServerBytes, ARefusalAfterTheAnswerHasBegunIsNotSafeToRepeat) {
  hear(head_frame(1, kGrpcHead) + reset_frame(1, NGHTTP2_REFUSED_STREAM));
  EXPECT_FALSE(heard_.outcome.untouched);
  EXPECT_EQ(error_of(heard_.outcome).code, Errc::kOutcomeUnknown);
}

TEST_F(ServerBytes, CallsBehindTheLastOneOfAGoawayAreSafeToRepeat) {
  HeardCall second;
  client_.ask(second, "x");
  client_.collect();
  hear(goaway_bytes(1, NGHTTP2_NO_ERROR));
  EXPECT_EQ(heard_.said(), "open");
  EXPECT_EQ(second.said(), "14 the server did not take the call");
  EXPECT_EQ(error_of(second.outcome).code, Errc::kUnavailable);
  EXPECT_FALSE(client_.session.has_room());
  EXPECT_FALSE(client_.session.finished());
  hear(head_frame(1, {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "0"}}, true));
  EXPECT_EQ(heard_.said(), "0 ");
  EXPECT_TRUE(client_.session.finished());
}

TEST_F(ServerBytes, AGoawayThatOvertakesACallIsSafeToRepeat) {
  HeardCall unsent;
  client_.ask(unsent, "x");
  std::string bytes = goaway_bytes(1, NGHTTP2_NO_ERROR);
  client_.session.receive(bytes);
  client_.collect();
  EXPECT_EQ(error_of(unsent.outcome).code, Errc::kUnavailable);
}

TEST_F(ServerBytes, MessagesOverTheLimitBreakTheCallOff) {
  const std::string announced("\0\x7f\xff\xff\xff", 5);
  EXPECT_TRUE(hear(head_frame(1, kGrpcHead) + data_frame(1, announced))
                  .starts_with("8 the message has 2147483647 bytes"));
  const auto frames = http2_frames(sent_);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back().type, NGHTTP2_RST_STREAM);
  EXPECT_EQ(frames.back().code(), NGHTTP2_CANCEL);
}

TEST_F(ServerBytes, PackedMessagesAreUnpackedWithinTheLimit) {
  HeadLines head = kGrpcHead;
  head.emplace_back("grpc-encoding", "gzip");
  hear(head_frame(1, head) + data_frame(1, framed(gzip_fast("packed"), 1)));
  EXPECT_EQ(heard_.messages, std::vector<std::string>{"packed"});
  const std::string bomb = framed(gzip_fast(std::string(12 << 20, 'x')), 1);
  std::string bytes;
  for (std::size_t i = 0; i < bomb.size(); i += 16'000) bytes += data_frame(1, bomb.substr(i, 16'000));
  EXPECT_EQ(hear(bytes), "8 what is packed is too large");
}

TEST_F(ServerBytes, WhatIsNotReadIsNotUnpackedEither) {
  HeadLines head = kGrpcHead;
  head.emplace_back("grpc-encoding", "gzip");
  heard_.reads = false;
  const std::string one = framed(gzip_fast(std::string(1 << 20, 'x')), 1);
  std::string bytes = head_frame(1, head);
  for (int i = 0; i < 100; ++i) bytes += data_frame(1, one);
  hear(bytes);
  EXPECT_LE(heard_.messages.size(), 2u);
}

TEST_F(ServerBytes, AnAnswerThatEndsWithinAMessageIsNone) {
  EXPECT_EQ(hear(head_frame(1, kGrpcHead) + data_frame(1, framed("answer").substr(0, 7)) +
                 head_frame(1, {{"grpc-status", "0"}}, true)),
            "13 the answer ends within a message");
}

TEST_F(ServerBytes, HeadsOverTheLimitBreakTheCallOff) {
  HeadLines head = kGrpcHead;
  for (int i = 0; i < 200; ++i) head.emplace_back("x-" + std::to_string(i), "y");
  EXPECT_TRUE(hear(head_frame(1, head)).starts_with("8 the head of the answer"));
}

TEST_F(ServerBytes, FloodsEndTheConnection) {
  std::string pings;
  for (int i = 0; i < 500; ++i) pings += http2_frame(NGHTTP2_PING, 0, 0, "12345678");
  for (int i = 0; i < 40; ++i) hear(pings);
  EXPECT_TRUE(client_.session.aborted());
  EXPECT_EQ(client_.session.failure(), "the server floods us with frames that mean nothing");
}

TEST_F(ServerBytes, EveryCallMayBeResetWithoutBeingAFlood) {
  for (std::uint32_t i = 0; i < 5000; ++i) {
    HeardCall heard;
    client_.ask(heard, "x");
    client_.collect();
    client_.feed(reset_frame(static_cast<std::uint32_t>(heard.call->stream()), NGHTTP2_REFUSED_STREAM));
    ASSERT_EQ(heard.ends, 1);
  }
  EXPECT_FALSE(client_.session.aborted());
}

TEST_F(ServerBytes, WhatIsNoHttp2EndsTheConnection) {
  for (const std::string& bytes :
       {std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), head_frame(2, kGrpcHead),
        http2_frame(NGHTTP2_DATA, 0, 0, "x"), http2_frame(NGHTTP2_SETTINGS, 0, 0, "12345"),
        http2_frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, "\xff\xff\xff\xff\xff")}) {
    ClientSide client;
    client.collect();
    client.feed(greeting());
    HeardCall heard;
    client.ask(heard, "x");
    client.collect();
    client.feed(bytes);
    EXPECT_TRUE(client.session.finished());
    EXPECT_FALSE(client.session.has_room());
    EXPECT_NE(client.session.failure(), "");
    client.session.lost(client.session.failure());
    EXPECT_EQ(static_cast<GrpcCode>(heard.outcome.status.code), GrpcCode::kUnavailable);
  }
}

TEST_F(ServerBytes, DataOfCallsThatAreOverDoesNotShutTheConnection) {
  // Each call is given up within a frame, whose rest nobody takes; the connection's window holds 520 of
  // those.
  for (int i = 0; i < 700; ++i) {
    HeardCall heard;
    heard.cancels = true;
    client_.ask(heard, "x");
    client_.collect();
    const auto id = static_cast<std::uint32_t>(heard.call->stream());
    const std::string frame = data_frame(id, framed("first") + std::string(16'000, 'x'));
    client_.feed(head_frame(id, kGrpcHead) + frame.substr(0, 30));
    ASSERT_EQ(heard.said(), "1 enough");
    client_.feed(frame.substr(30));
    ASSERT_FALSE(client_.session.finished()) << i << " " << client_.session.failure();
  }
}

}  // namespace
}  // namespace batata::net
