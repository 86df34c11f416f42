// Ordinary requests over HTTP/2: hosts, packed bodies and answers, slow bodies, OPTIONS. What they share with
// HTTP/1 is tested in http1_intake_test.cc.
#include <gtest/gtest.h>

#include "net/gzip_codec.h"
#include "net/http2_test_session.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using std::chrono::seconds;
using Headers = Http2TestClient::Headers;

class Http2IntakeTest : public testing::Test, protected Http2Room<sim::SimRuntime> {
 protected:
  Http2IntakeTest() {
    service.methods["/Test/quiet"] = {"/Test/quiet", nullptr, [](const auto&, std::shared_ptr<wire::Duplex>) {
                                        return std::make_unique<Quiet>();
                                      }};
    client.run();
  }
  struct Quiet final : wire::StreamHandler {
    void message(std::string_view) override {}
    void ended() override {}
  };
  std::int32_t start(std::string method, std::string path, const Headers& more = {},
                     const Headers& host = {{":authority", "x"}}) {
    Headers headers = {{":method", std::move(method)}, {":scheme", "http"}, {":path", std::move(path)}};
    headers.insert(headers.end(), host.begin(), host.end());
    headers.insert(headers.end(), more.begin(), more.end());
    return client.start(headers);
  }
  const Http2TestClient::Answer& ask(std::string method, std::string path, const Headers& more = {},
                                     std::string_view body = {}) {
    const auto id = start(std::move(method), std::move(path), more);
    client.send(id, body);
    client.end(id);
    client.run();
    runtime.settle();
    client.run();
    return client.answer(id);
  }

  Http2TestClient client{carrier, session};
};

TEST_F(Http2IntakeTest, APackedBodyIsUnpackedWithinItsLimits) {
  const Headers gzip = {{"content-encoding", "gzip"}};
  EXPECT_EQ(ask("POST", "/echo", gzip, gzip_fast("echoed")).body, "echoed");
  EXPECT_EQ(ask("POST", "/look", gzip, "no gzip").headers.at(":status"), "400");
  EXPECT_EQ(ask("POST", "/look", gzip, gzip_fast(std::string(2 << 20, 'x'))).headers.at(":status"), "413");
  const auto& other = ask("POST", "/look", {{"content-encoding", "br"}}, "x");
  EXPECT_EQ(other.headers.at(":status"), "415");
  EXPECT_EQ(other.headers.at("accept-encoding"), "gzip");
  EXPECT_FALSE(session.finished());
}

TEST_F(Http2IntakeTest, ABodyThatIsAnnouncedAsTooLargeIsNotWaitedFor) {
  const auto id = start("POST", "/look", {{"content-length", "99999999"}});
  client.run();
  EXPECT_EQ(client.answer(id).headers.at(":status"), "413");
  EXPECT_TRUE(client.answer(id).closed);
}

TEST_F(Http2IntakeTest, ALargeAnswerIsPackedForWhoTakesIt) {
  service.limits.pack_from_bytes = 20;
  const auto plain = ask("GET", "/look");
  EXPECT_EQ(plain.headers.at("vary"), "accept-encoding");
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  const auto packed = ask("GET", "/look", {{"accept-encoding", "gzip, identity;q=0"}});
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed.headers.at("content-length"), std::to_string(packed.body.size()));
  EXPECT_EQ(*gunzip(packed.body, {.bytes = 1000, .ratio = 0}), plain.body);
}

// RFC 9113, 8.3.1.
TEST_F(Http2IntakeTest, AuthorityAndHostNameOneHost) {
  const auto status = [this](const Headers& host) {
    const auto id = start("GET", "/look", {}, host);
    client.end(id);
    client.run();
    return client.answer(id).headers.contains(":status") ? client.answer(id).headers.at(":status") : "reset";
  };
  EXPECT_EQ(status({{":authority", "x"}, {"host", "x"}}), "200");
  EXPECT_EQ(status({{":authority", "x"}, {"host", "y"}}), "400");
  EXPECT_EQ(status({{"host", "x"}}), "200");
  EXPECT_NE(status({{"host", "x"}, {"host", "y"}}), "200");
  EXPECT_NE(status({{":authority", "a@b"}}), "200");
}

TEST_F(Http2IntakeTest, OptionsTellsTheMethodsOfAPathAndOfTheServer) {
  EXPECT_EQ(ask("OPTIONS", "/look").headers.at("allow"), "GET,POST,HEAD,OPTIONS");
  EXPECT_EQ(ask("OPTIONS", "*").headers.at("allow"), "GET,POST,PUT,DELETE,HEAD,OPTIONS");
}

TEST_F(Http2IntakeTest, ABodyMustComeAtTheLeastRate) {
  service.limits.transfer_rate = 1000;
  const auto slow = start("POST", "/look");
  client.send(slow, std::string(2000, 'x'));
  client.run();
  client.take(carrier.advance(session, seconds(31)));
  EXPECT_FALSE(client.answer(slow).closed);
  client.take(carrier.advance(session, seconds(2)));
  client.run();
  EXPECT_EQ(client.answer(slow).headers.at(":status"), "408");
  EXPECT_TRUE(client.answer(slow).closed);
  EXPECT_EQ(session.held().unfinished, 0u);
  EXPECT_FALSE(session.finished());
}

TEST_F(Http2IntakeTest, AUnaryMessageMustComeInItsTimeAndAStreamsNeedNot) {
  const auto unary = client.start_grpc("/Test/echo"), stream = client.start_grpc("/Test/quiet");
  client.run();
  client.take(carrier.advance(session, seconds(31)));
  client.run();
  EXPECT_EQ(client.answer(unary).headers.at("grpc-status"), "4");
  EXPECT_FALSE(client.answer(stream).closed);
}

TEST_F(Http2IntakeTest, AMessageOfAStreamMustComeInItsTimeOnceItHasBegun) {
  const auto stream = client.start_grpc("/Test/quiet");
  client.send(stream, std::string("\0\0\0\7\0half", 9));
  client.run();
  client.take(carrier.advance(session, seconds(31)));
  client.run();
  EXPECT_EQ(client.answer(stream).trailers.at("grpc-status"), "4");
  EXPECT_EQ(session.held().unfinished, 0u);
}

TEST_F(Http2IntakeTest, WhatIsKeptOfAHeadCountsUntilItsRequestIsWhole) {
  const auto slow = start("POST", "/look");
  client.run();
  EXPECT_GT(session.held().unfinished, 10u);
  client.end(slow);
  client.run();
  EXPECT_EQ(session.held().unfinished, 0u);
}

TEST_F(Http2IntakeTest, ACallOfAServersStreamNeedsAMessage) {
  auto& method = service.methods["/Test/quiet"];
  method.server_streams = true;
  const auto stream = client.start_grpc("/Test/quiet");
  client.end(stream);
  client.run();
  EXPECT_EQ(client.answer(stream).trailers.at("grpc-status"), "13");
}

TEST_F(Http2IntakeTest, AStreamOfTheServerAloneOutlivesTheClientsSide) {
  auto& method = service.methods["/Test/quiet"];
  for (const bool server_streams : {false, true}) {
    method.server_streams = server_streams;
    const auto id = client.start_grpc("/Test/quiet");
    client.send(id, Http2TestClient::framed("asked"));
    client.end(id);
    client.run();
    EXPECT_EQ(client.answer(id).closed, !server_streams);
  }
}

TEST_F(Http2IntakeTest, ATooLargeHeadOfACallGetsTheStatusOfGrpc) {
  service.limits.header_bytes = 1000;
  const auto id = client.start_grpc("/Test/echo", {{"x-large", std::string(1000, 'v')}});
  client.run();
  EXPECT_EQ(client.answer(id).headers.at("grpc-status"), "8");
}

}  // namespace
}  // namespace batata::net
