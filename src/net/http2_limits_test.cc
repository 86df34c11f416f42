#include <gtest/gtest.h>

#include "net/http2_session.h"
#include "net/http2_test_client.h"
#include "net/test_face.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using Headers = Http2TestClient::Headers;

// Keeps what it may send.
struct Silent final : wire::StreamHandler {
  void message(std::string_view) override {}
  void ended() override {}
};

class Http2LimitsTest : public testing::Test {
 protected:
  Http2LimitsTest() {
    face.add_to(router);
    service.methods.emplace("/Test/large",
                            wire::GrpcMethod{"/Test/large",
                                             [](const auto&, std::string_view, wire::UnaryReply reply) {
                                               reply({}, std::string(kLarge, 'x'));
                                             },
                                             nullptr});
    service.methods.emplace(
        "/Test/stream",
        wire::GrpcMethod{"/Test/stream", nullptr, [this](const auto&, std::shared_ptr<wire::Duplex> to) {
                           duplex = std::move(to);
                           return std::make_unique<Silent>();
                         }});
    client.run();
  }
  static Limits limits() {
    Limits limits;
    limits.streams = 5;
    limits.headers = 10;
    limits.header_bytes = 2000;
    limits.message_bytes = 1000;
    limits.body_bytes = 1000;
    limits.unsent_bytes = kLarge + kLarge / 2;
    return limits;
  }
  // These only say what to send: `client.run()` exchanges it, and takes what comes.
  std::int32_t call(std::string_view path, std::string_view message) {
    const auto id = client.start_grpc(path);
    client.send(id, Http2TestClient::framed(message));
    client.end(id);
    return id;
  }
  std::int32_t get(std::string_view path, const Headers& more = {}) {
    Headers headers = {
        {":method", "GET"}, {":scheme", "http"}, {":path", std::string(path)}, {":authority", "x"}};
    headers.insert(headers.end(), more.begin(), more.end());
    const auto id = client.start(headers);
    client.end(id);
    return id;
  }
  std::uint64_t reached(Limit limit) const { return service.meters->reached(limit); }

  static constexpr std::size_t kLarge = 100'000;
  sim::SimRuntime runtime;
  TestFace face{runtime};
  wire::Router router{runtime};
  Service service{limits(), router, {}};
  std::shared_ptr<wire::Duplex> duplex;
  FakeCarrier carrier;
  Http2Session session{carrier, service};
  Http2TestClient client{carrier, session};
};

TEST_F(Http2LimitsTest, AnAnswerBesideThoseThatAreNotTakenIsResourceExhausted) {
  const auto first = call("/Test/large", ""), second = call("/Test/large", "");
  const auto small = get("/look"), large = get("/large");
  client.run();
  EXPECT_EQ(client.answer(first).trailers.at("grpc-status"), "0");
  EXPECT_EQ(client.answer(second).headers.at("grpc-status"), "8");
  EXPECT_EQ(client.answer(small).headers.at(":status"), "200") << "what is small has room";
  EXPECT_EQ(client.answer(large).headers.at(":status"), "503");
  EXPECT_EQ(client.answer(large).headers.at("retry-after"), "1");
  EXPECT_EQ(reached(Limit::kUnsentBytes), 2u);
  EXPECT_FALSE(session.finished());
  const auto later = get("/large");
  client.run();
  EXPECT_EQ(client.answer(later).headers.at(":status"), "200") << "one answer of whatever size";
}

TEST_F(Http2LimitsTest, AClientThatDoesNotTakeWhatItIsPushedLosesItsStream) {
  const auto id = client.start_grpc("/Test/stream");
  client.run();
  ASSERT_NE(duplex, nullptr);
  const auto message = std::make_shared<const std::string>(kLarge, 'x');
  duplex->send(message);
  duplex->send(message);
  EXPECT_EQ(reached(Limit::kUnsentBytes), 1u);
  client.run();
  EXPECT_EQ(client.answer(id).error_code, NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_FALSE(session.finished());
}

TEST_F(Http2LimitsTest, AStreamWithAGapDoesNotEndWell) {
  service.limits.unsent_bytes = 64 << 20;
  const auto id = client.start_grpc("/Test/stream");
  client.run();
  const auto message = std::make_shared<const std::string>(1 << 20, 'x');
  for (int i = 0; i < 5; ++i) duplex->send(message);
  duplex->finish({});
  client.run();
  EXPECT_EQ(client.answer(id).error_code, NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_FALSE(client.answer(id).trailers.contains("grpc-status"));
}

TEST_F(Http2LimitsTest, MoreStreamsThanAnnouncedAreCounted) {
  std::string frames;  // by hand: a client of nghttp2 keeps to the limit that it was told
  for (char i = 0; i < 6; ++i) {
    // HEADERS with the end of the head: of the static table POST, http, "/", and an authority (RFC 7541,
    // appendix A).
    frames +=
        std::string("\0\0\x06\x01\x04\0\0\0", 8) + static_cast<char>(2 * i + 1) + "\x83\x86\x84\x01\x01x";
  }
  client.take(carrier.feed(session, frames));
  EXPECT_EQ(reached(Limit::kStreams), 1u);
  EXPECT_EQ(client.goaway, NGHTTP2_PROTOCOL_ERROR);
}

TEST_F(Http2LimitsTest, WhileTooMuchIsBeingSentWhatIsNotSmallIsRefusedBeforeItHasCome) {
  wire::Load load({.unfinished_bytes = 1000});
  service.load = &load;
  service.limits.message_bytes = service.limits.body_bytes = 1 << 20;
  load.unfinished().note(1001);
  const auto large = std::string(wire::Load::kSmallRequest + 1, 'x');
  const auto message = client.start_grpc("/Test/large"), stream = client.start_grpc("/Test/stream");
  const auto body =
      client.start({{":method", "POST"}, {":scheme", "http"}, {":path", "/echo"}, {":authority", "x"}});
  const auto small = call("/Test/large", std::string(1000, 'x'));
  for (const auto id : {message, stream})
    client.send(id, Http2TestClient::framed(large).substr(0, large.size()));
  client.send(body, large);
  client.run();
  EXPECT_EQ(client.answer(message).headers.at("grpc-status"), "8");
  EXPECT_EQ(client.answer(stream).trailers.at("grpc-status"), "8");
  EXPECT_EQ(client.answer(body).headers.at(":status"), "503");
  EXPECT_EQ(client.answer(small).trailers.at("grpc-status"), "0");
  EXPECT_EQ(session.held().unfinished, 0u);
  EXPECT_EQ(reached(Limit::kUnfinishedBytes), 3u);
}

TEST_F(Http2LimitsTest, WhileThereIsNoRoomAtAllOnlyWhatComesWholeIsTakenIn) {
  wire::Load load({.unfinished_bytes = 1000});
  service.load = &load;
  load.unfinished().note(1001);
  const auto message = client.start_grpc("/Test/large"), stream = client.start_grpc("/Test/stream");
  const auto whole = client.start_grpc("/Test/stream");
  const auto body =
      client.start({{":method", "POST"}, {":scheme", "http"}, {":path", "/echo"}, {":authority", "x"}});
  for (const auto id : {message, stream}) client.send(id, Http2TestClient::framed("message").substr(0, 8));
  client.send(whole, Http2TestClient::framed("message"));
  client.send(body, "x");
  client.run();
  EXPECT_EQ(client.answer(message).headers.at("grpc-status"), "8");
  EXPECT_EQ(client.answer(stream).trailers.at("grpc-status"), "8");
  EXPECT_EQ(client.answer(body).headers.at(":status"), "503");
  EXPECT_FALSE(client.answer(whole).closed);
  EXPECT_EQ(session.held().unfinished, 0u);
  EXPECT_EQ(reached(Limit::kUnfinishedBytes), 3u);
}

TEST_F(Http2LimitsTest, EmptyMessagesAreNotNothing) {
  service.limits.unsent_bytes = 64 << 20;
  const auto id = client.start_grpc("/Test/stream");
  client.run();
  const auto empty = std::make_shared<const std::string>();
  for (std::size_t i = 0; i < service.limits.stream_unsent_bytes / kPieceCost; ++i) duplex->send(empty);
  EXPECT_GT(session.held().unsent, service.limits.stream_unsent_bytes - (1 << 18));
  client.run();
  EXPECT_EQ(client.answer(id).error_code, NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_EQ(reached(Limit::kUnsentBytesOfStream), 1u);
  EXPECT_EQ(reached(Limit::kUnsentBytes), 0u);
  EXPECT_EQ(session.held().unsent, 0u);
}

TEST_F(Http2LimitsTest, WhatWasSentOfManyMessagesIsNoLongerCounted) {
  client.start_grpc("/Test/stream");
  client.run();
  for (const std::size_t size : {0u, 1u, 1000u, 20'000u}) {
    duplex->send(std::make_shared<const std::string>(size, 'x'));
    duplex->send(std::make_shared<const std::string>(size, 'x'));
    client.run();
  }
  EXPECT_EQ(duplex->unsent_bytes(), 0u);
  EXPECT_EQ(session.held().unsent, 0u);
}

TEST_F(Http2LimitsTest, HeadsBodiesAndMessagesThatAreTooLargeAreCounted) {
  Headers many;
  for (int i = 0; i < 11; ++i) many.emplace_back("h" + std::to_string(i), "1");
  const auto headers = get("/look", many), head = get("/look", {{"big", std::string(2001, 'x')}});
  const auto message = call("/Test/large", std::string(1001, 'x'));
  const auto body =
      client.start({{":method", "POST"}, {":scheme", "http"}, {":path", "/echo"}, {":authority", "x"}});
  client.send(body, std::string(1001, 'x'));
  client.run();
  EXPECT_EQ(client.answer(headers).headers.at(":status"), "431");
  EXPECT_EQ(client.answer(head).headers.at(":status"), "431");
  EXPECT_EQ(client.answer(message).headers.at("grpc-status"), "8");
  EXPECT_EQ(client.answer(body).headers.at(":status"), "413");
  for (const Limit limit : {Limit::kHeaders, Limit::kHeaderBytes, Limit::kMessageBytes, Limit::kBodyBytes})
    EXPECT_EQ(reached(limit), 1u) << setting_of(limit);
}

}  // namespace
}  // namespace batata::net
