// What is no call of gRPC: ordinary requests, and the connection itself.
#include <gtest/gtest.h>

#include "net/http2_test_session.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using namespace std::string_view_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Http2ConnectionTest : public testing::Test, protected GrpcRoom<sim::SimRuntime> {};

TEST_F(Http2ConnectionTest, ServesOrdinaryRequestsThroughTheRouter) {
  const auto id = client.start({{":method", "POST"},
                                {":scheme", "http"},
                                {":path", "//look?q=1"},
                                {":authority", "host"},
                                {"content-type", "text/plain"}});
  client.send(id, "four");
  client.end(id);
  client.run();
  const auto& answer = client.answer(id);
  EXPECT_EQ(answer.headers.at(":status"), "200");
  EXPECT_EQ(answer.headers.at("x-look"), "yes");
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.body, "POST /look q=1 n=4 host=host peer=192.0.2.7");
  EXPECT_EQ(answer.headers.at("content-length"), std::to_string(answer.body.size()));
}

TEST_F(Http2ConnectionTest, S13NoAnswerIsGuessedAtAndNoDocumentRunsScripts) {
  const auto headers = [this](std::string path) {
    const auto id = client.start(
        {{":method", "GET"}, {":scheme", "http"}, {":path", std::move(path)}, {":authority", "host"}});
    client.end(id);
    client.run();
    return client.answer(id).headers;
  };
  for (const char* path : {"/look", "/page", "/page?q=1", "/nothing", "/nowhere", "/a%00"})
    EXPECT_EQ(headers(path)["x-content-type-options"], "nosniff") << path;
  EXPECT_EQ(headers("/page")["content-security-policy"],
            "default-src 'none'; frame-ancestors 'none'; sandbox");
  EXPECT_EQ(headers("/page?q=1")["content-security-policy"], "default-src 'self'");
  EXPECT_FALSE(headers("/look").contains("content-security-policy"));
}

TEST_F(Http2ConnectionTest, AnswersOrdinaryRequestsOutOfOrderAndInFull) {
  const auto get = [this](std::string path, std::string method = "GET") {
    const auto id = client.start({{":method", std::move(method)},
                                  {":scheme", "http"},
                                  {":path", std::move(path)},
                                  {":authority", "x"}});
    client.end(id);
    client.run();
    return id;
  };
  const auto slow = get("/slow");
  const auto large = get("/large");
  EXPECT_EQ(client.answer(large).body.size(), face.large_size());
  EXPECT_EQ(client.answer(get("/nothing")).headers.at(":status"), "204");
  EXPECT_EQ(client.answer(get("/nowhere")).headers.at(":status"), "404");
  EXPECT_EQ(client.answer(get("/a%00")).headers.at(":status"), "400");
  EXPECT_EQ(client.answer(get("/large", "HEAD")).body, "");
  EXPECT_FALSE(client.answer(slow).closed);
  runtime.run_for(seconds(1));
  client.run();
  EXPECT_EQ(client.answer(slow).body, "late");
}

TEST_F(Http2ConnectionTest, RefusesABodyOverTheLimit) {
  const auto id =
      client.start({{":method", "POST"}, {":scheme", "http"}, {":path", "/look"}, {":authority", "x"}});
  client.send(id, std::string(17 << 20, 'x'));
  client.run();
  EXPECT_EQ(client.answer(id).headers.at(":status"), "413");
  EXPECT_TRUE(client.answer(id).closed);
}

TEST_F(Http2ConnectionTest, RefusesTooManyHeaders) {
  Http2TestClient::Headers headers = {
      {":method", "GET"}, {":scheme", "http"}, {":path", "/look"}, {":authority", "x"}};
  for (int i = 0; i < 200; ++i) headers.emplace_back("x-" + std::to_string(i), "y");
  const auto id = client.start(headers);
  client.run();
  EXPECT_EQ(client.answer(id).headers.at(":status"), "431");
}

TEST_F(Http2ConnectionTest, AnswersPingsHoweverMany) {
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 100; ++i) nghttp2_submit_ping(client.handle(), 0, nullptr);
    client.run();
  }
  EXPECT_EQ(client.pings_acknowledged, 6000);
  EXPECT_FALSE(session.finished());
}

TEST_F(Http2ConnectionTest, GarbageEndsTheConnection) {
  FakeCarrier other_carrier;
  Http2Session other(other_carrier, service);
  other_carrier.feed(other, "PRI * HTTP/2.0\r\n\r\nGARBAGE!");
  EXPECT_TRUE(other.finished());
}

TEST_F(Http2ConnectionTest, AClientThatNeverGreetsIsCutOff) {
  FakeCarrier other_carrier;
  Http2Session other(other_carrier, service);
  other_carrier.feed(other, "PRI * HT");
  other_carrier.advance(other, seconds(29));
  EXPECT_FALSE(other.finished());
  other_carrier.advance(other, seconds(2));
  EXPECT_TRUE(other.finished());
}

TEST_F(Http2ConnectionTest, PingsASilentClientAndCutsOffADeadOne) {
  const auto ping = carrier.advance(session, std::chrono::hours(2));
  ASSERT_EQ(ping.size(), 17u);
  client.take(ping);
  client.run();  // answers
  carrier.advance(session, seconds(30));
  EXPECT_FALSE(session.finished());
  EXPECT_EQ(carrier.advance(session, std::chrono::hours(2)).size(), 17u);
  carrier.advance(session, seconds(21));
  EXPECT_TRUE(session.finished());
}

TEST_F(Http2ConnectionTest, AStalledStreamEndsTheConnection) {
  FakeCarrier other_carrier;
  Http2Session other(other_carrier, service);
  Http2TestClient other_client(other_carrier, other, 65535);
  other_client.start_grpc("/Test/chat");
  other_client.run();
  chat.duplex->send(std::make_shared<const std::string>(3 << 20, 'p'));
  EXPECT_GT(other_carrier.collect(other).size(), 65535u);  // the client never sees it: its window stays shut
  other_carrier.advance(other, seconds(119));
  EXPECT_FALSE(other.finished());
  other_carrier.advance(other, seconds(2));
  EXPECT_TRUE(other.finished());
}

}  // namespace
}  // namespace batata::net
