#include "net/client/client_session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "net/client/session_pair.h"
#include "net/http2_session.h"
#include "net/http2_test_client.h"
#include "net/test_face.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::GrpcCode;

// A client's session and a server's, with no sockets between them.
class ClientAndServer : public testing::Test {
 protected:
  ClientAndServer() {
    service_.methods["/echo"] = {
        "/echo", [](const auto&, std::string_view m, wire::UnaryReply r) { r({}, std::string(m)); }, nullptr};
    service_.methods["/fail"] = {"/fail",
                                 [](const auto&, std::string_view, wire::UnaryReply reply) {
                                   reply({GrpcCode::kNotFound, "no such ding: ä%"}, {});
                                 },
                                 nullptr};
    service_.methods["/wait"] = {
        "/wait", [this](const auto&, std::string_view, wire::UnaryReply r) { reply_ = std::move(r); },
        nullptr};
    service_.methods["/many"] = {"/many", nullptr,
                                 [this](const auto&, std::shared_ptr<wire::Duplex> duplex) {
                                   duplex_ = std::move(duplex);
                                   return std::make_unique<Many>(*this);
                                 },
                                 true};
  }

  struct Many final : wire::StreamHandler {
    explicit Many(ClientAndServer& test) : test(test) {}
    void message(std::string_view bytes) override { test.asked_ += bytes; }
    void ended() override { ++test.streams_ended_; }
    ClientAndServer& test;
  };

  // Exchanges bytes until both are silent.
  void run() {
    std::string out = client_.collect();
    for (;;) {
      const std::string in = out.empty() ? carrier_.collect(*server_) : carrier_.feed(*server_, out);
      if (in.empty() && out.empty()) return;
      out = in.empty() ? client_.collect() : client_.feed(in);
    }
  }
  void start(Limits limits = {}) {
    service_.limits = limits;
    server_ = std::make_unique<Http2Session>(carrier_, service_);
    run();
    ASSERT_TRUE(client_.session.has_room());
  }
  HeardCall& call(std::string path, std::string message, CallWishes wishes = {}) {
    wishes.path = std::move(path);
    HeardCall& heard = *calls_.emplace_back(std::make_unique<HeardCall>());
    client_.ask(heard, std::move(message), std::move(wishes));
    run();
    return heard;
  }

  sim::SimRuntime runtime_;
  wire::Router router_{runtime_};
  Service service_{{}, router_, {}};
  FakeCarrier carrier_;
  std::vector<std::unique_ptr<HeardCall>> calls_;
  ClientSide client_;
  wire::UnaryReply reply_;
  std::shared_ptr<wire::Duplex> duplex_;
  std::string asked_;
  int streams_ended_ = 0;
  std::unique_ptr<Http2Session> server_;
};

TEST_F(ClientAndServer, NothingStartsBeforeTheServersFirstWord) {
  EXPECT_FALSE(client_.session.has_room());
  EXPECT_TRUE(client_.collect().starts_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
}

TEST_F(ClientAndServer, AUnaryCallGetsItsAnswer) {
  start();
  const HeardCall& heard = call("/echo", "hello");
  EXPECT_EQ(heard.said(), "0 ");
  ASSERT_EQ(heard.messages.size(), 1u);
  EXPECT_EQ(heard.messages[0], "hello");
  EXPECT_EQ(heard.sent_bytes, 5u);
  EXPECT_EQ(client_.session.calls(), 0u);
}

TEST_F(ClientAndServer, LargeMessagesPassTheWindows) {
  start();
  const std::string large(9 << 20, 'x');
  const HeardCall& heard = call("/echo", large);
  ASSERT_EQ(heard.said(), "0 ");
  EXPECT_EQ(heard.messages.at(0), large);
  EXPECT_EQ(heard.sent_bytes, large.size());
}

TEST_F(ClientAndServer, MessagesArePackedForServersThatReadThem) {
  start();
  const std::string text(100'000, 'x');
  HeardCall heard;
  client_.ask(heard, text, {.path = "/echo", .gzip = true});
  const std::string sent = client_.collect();
  EXPECT_LT(sent.size(), 2000u);
  client_.feed(carrier_.feed(*server_, sent));
  EXPECT_EQ(heard.messages.at(0), text);
  EXPECT_EQ(heard.sent_bytes, text.size());
}

TEST_F(ClientAndServer, TheServersStatusComesWithItsWords) {
  start();
  const HeardCall& heard = call("/fail", "x");
  EXPECT_EQ(heard.said(), "5 no such ding: ä%");
  EXPECT_FALSE(heard.outcome.untouched);
  EXPECT_EQ(call("/unknown", "x").said(), "12 unknown method /unknown");
}

TEST_F(ClientAndServer, TheDeadlineIsToldToTheServerAndKeptHere) {
  start();
  HeardCall& heard = call("/wait", "x", {.timeout = milliseconds(300)});
  EXPECT_EQ(heard.said(), "open");
  carrier_.let_pass(*server_, milliseconds(320));
  EXPECT_FALSE(carrier_.collect(*server_).empty());  // the server ends it by itself; that answer is lost
  client_.line.let_pass(client_.session, milliseconds(320));
  EXPECT_EQ(heard.said(), "4 the deadline of the call has passed");
  EXPECT_EQ(error_of(heard.outcome).code, Errc::kDeadlineExceeded);
}

TEST_F(ClientAndServer, AServerThatBreaksOffAtTheDeadlineHasKeptIt) {
  start();
  HeardCall& heard = call("/wait", "x", {.timeout = milliseconds(300)});
  client_.line.set_time(milliseconds(301));
  client_.feed(http2_frame(NGHTTP2_RST_STREAM, 0, 1, std::string("\0\0\0\x8", 4)));
  EXPECT_EQ(heard.said(), "4 the deadline of the call has passed");
}

TEST_F(ClientAndServer, ACancelledCallEndsAtTheServerToo) {
  start();
  HeardCall& heard = call("/many", "go");
  EXPECT_EQ(asked_, "go");
  heard.call->finish({.status = {GrpcCode::kCancelled, "no more"}});
  run();
  EXPECT_EQ(streams_ended_, 1);
  EXPECT_EQ(heard.ends, 1);
  EXPECT_EQ(client_.session.calls(), 0u);
}

TEST_F(ClientAndServer, ACallThatIsCancelledBeforeItWasSentIsNeverSent) {
  start();
  HeardCall heard;
  client_.ask(heard, "x", {.path = "/many"});
  heard.call->finish({.status = {GrpcCode::kCancelled, "no more"}});
  run();
  EXPECT_EQ(asked_, "");
  EXPECT_EQ(duplex_, nullptr);
  EXPECT_EQ(client_.session.calls(), 0u);
  EXPECT_EQ(call("/echo", "still").messages.at(0), "still");
}

TEST_F(ClientAndServer, ACallMayBeCancelledWhileItHears) {
  start();
  HeardCall heard;
  heard.cancels = true;
  client_.ask(heard, "go", {.path = "/many"});
  run();
  for (int i = 0; i < 5; ++i) duplex_->send(std::make_shared<const std::string>("m"));
  run();
  EXPECT_EQ(heard.messages.size(), 1u);
  EXPECT_EQ(heard.said(), "1 enough");
  EXPECT_EQ(heard.ends, 1);
}

TEST_F(ClientAndServer, AServersStreamComesMessageByMessage) {
  start();
  HeardCall& heard = call("/many", "go");
  for (const char* text : {"one", "two"}) duplex_->send(std::make_shared<const std::string>(text));
  run();
  EXPECT_EQ(heard.messages, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(heard.said(), "open");
  duplex_->finish({GrpcCode::kAborted, "enough"});
  run();
  EXPECT_EQ(heard.said(), "10 enough");
}

TEST_F(ClientAndServer, WhatIsNotReadStaysWithTheServer) {
  start();
  HeardCall heard;
  heard.reads = false;
  client_.ask(heard, "go", {.path = "/many"});
  run();
  const auto part = std::make_shared<const std::string>(256 << 10, 'p');
  for (int i = 0; i < 15; ++i) duplex_->send(part);
  run();
  EXPECT_LE(heard.messages.size(), 5u);                      // unread_bytes, and one more
  EXPECT_GT(duplex_->unsent_bytes(), std::size_t{1 << 20});  // beside a window's worth that waits here
  EXPECT_EQ(call("/echo", "others go on").messages.size(), 1u);
  duplex_->finish({});
  run();
  EXPECT_EQ(heard.said(), "open");
  heard.reads = true;
  for (std::size_t read = 0; read < heard.messages.size(); ++read) {
    if (read < 5) heard.call->consumed(part->size());
    run();
  }
  EXPECT_EQ(heard.messages.size(), 15u);
  EXPECT_EQ(heard.said(), "0 ");
}

TEST_F(ClientAndServer, MessagesOverTheLimitAreRefused) {
  client_.limits.message_bytes = 1000;
  start();
  EXPECT_EQ(call("/echo", std::string(1000, 'x')).said(), "0 ");
  EXPECT_EQ(call("/echo", std::string(1001, 'x')).said(), "8 the message has 1001 bytes; the limit is 1000");
}

TEST_F(ClientAndServer, NoMoreStreamsThanTheServerAllows) {
  start({.streams = 2});
  call("/many", "1");
  HeardCall& second = call("/many", "2");
  EXPECT_FALSE(client_.session.has_room());
  second.call->finish({.status = {GrpcCode::kCancelled, ""}});
  EXPECT_FALSE(client_.session.has_room());  // the server does not know of it yet
  run();
  EXPECT_TRUE(client_.session.has_room());
}

TEST_F(ClientAndServer, AServerThatWindsDownFinishesWhatItHas) {
  start();
  HeardCall& heard = call("/wait", "1");
  server_->wind_down();
  run();
  EXPECT_TRUE(client_.session.going_away());
  EXPECT_FALSE(client_.session.has_room());
  EXPECT_FALSE(client_.session.finished());
  reply_({}, "late");
  run();
  EXPECT_EQ(heard.messages.at(0), "late");
  EXPECT_TRUE(client_.session.finished());
}

TEST_F(ClientAndServer, CallsOfALostConnectionAreSafeToRepeatOnlyIfTheyWereNotSent) {
  start();
  HeardCall& sent = call("/wait", "1");
  HeardCall unsent;
  client_.ask(unsent, "2", {.path = "/wait"});
  client_.session.lost("the server has gone");
  EXPECT_EQ(sent.said(), "14 the server has gone");
  EXPECT_EQ(error_of(sent.outcome).code, Errc::kOutcomeUnknown);
  EXPECT_EQ(error_of(unsent.outcome).code, Errc::kUnavailable);
  EXPECT_EQ(error_of(unsent.outcome).detail, 14);
}

TEST_F(ClientAndServer, ASilentServerIsPingedWhileThereAreCalls) {
  start();
  HeardCall& heard = call("/many", "1", {.timeout = CallWishes::kNoTimeout});
  const std::string ping = client_.line.advance(client_.session, client_.limits.ping_interval);
  EXPECT_EQ(http2_frames(ping).at(0).type, NGHTTP2_PING);
  const std::string pong = carrier_.feed(*server_, ping);
  client_.feed(pong);
  client_.line.advance(client_.session, client_.limits.ping_timeout);
  EXPECT_FALSE(client_.session.aborted());
  client_.line.advance(client_.session, client_.limits.ping_interval);
  client_.line.advance(client_.session, client_.limits.ping_timeout);
  EXPECT_TRUE(client_.session.aborted());
  EXPECT_EQ(client_.session.failure(), "the server does not answer any more");
  EXPECT_EQ(heard.said(), "open");  // until the connection is closed
}

TEST_F(ClientAndServer, AConnectionWithoutCallsIsNotPingedButClosed) {
  start();
  call("/echo", "x");
  EXPECT_EQ(client_.line.advance(client_.session, client_.limits.idle_timeout - milliseconds(1)), "");
  const std::string goodbye = client_.line.advance(client_.session, milliseconds(1));
  EXPECT_EQ(http2_frames(goodbye).at(0).type, NGHTTP2_GOAWAY);
  EXPECT_TRUE(client_.session.finished());
}

}  // namespace
}  // namespace batata::net
