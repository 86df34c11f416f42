#include "net/http2_body.h"

#include <gtest/gtest.h>

#include "net/http2_test_client.h"
#include "net/test_face.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using std::chrono::seconds;

class Http2BodyTest : public testing::Test {
 protected:
  Http2BodyTest() {
    face.add_to(router);
    client.run();
  }
  std::int32_t ask(std::string_view method = "GET") {
    const auto id = client.start(
        {{":method", std::string(method)}, {":scheme", "http"}, {":path", "/events"}, {":authority", "x"}});
    client.end(id);
    client.run();
    return id;
  }
  void send(std::string text) { face.body->send(std::make_shared<const std::string>(std::move(text))); }
  // Lets time pass and gives the client what comes of it.
  void advance(Duration duration) {
    client.take(carrier.advance(session, duration));
    client.run();
  }

  sim::SimRuntime runtime;
  TestFace face{runtime};
  wire::Router router{runtime};
  Service service{{}, router, {}};
  FakeCarrier carrier;
  Http2Session session{carrier, service};
  Http2TestClient client{carrier, session, 1 << 16};
};

TEST_F(Http2BodyTest, GoesOnUntilItIsFinished) {
  const auto id = ask();
  EXPECT_EQ(client.answer(id).headers.at("content-type"), "text/event-stream");
  EXPECT_FALSE(client.answer(id).headers.contains("content-length"));
  send("data: 1\n\n");
  send("");
  client.run();
  EXPECT_EQ(client.answer(id).body, "data: 1\n\n");
  EXPECT_EQ(face.body->unsent_bytes(), 0U);
  EXPECT_FALSE(client.answer(id).closed);
  send("data: 2\n\n");
  face.body->finish();
  send("data: 3\n\n");
  client.run();
  EXPECT_EQ(client.answer(id).body, "data: 1\n\ndata: 2\n\n");
  EXPECT_TRUE(client.answer(id).closed);
  EXPECT_EQ(client.answer(id).error_code, NGHTTP2_NO_ERROR);
  EXPECT_EQ(face.bodies_ended, 1);
}

TEST_F(Http2BodyTest, OthersGoOnBesideIt) {
  const auto first = ask();
  const auto body = face.body;
  const auto second = ask();
  send("second");
  client.run();
  EXPECT_EQ(client.answer(second).body, "second");
  EXPECT_EQ(client.answer(first).body, "");
  client.cancel(second);
  client.run();
  EXPECT_EQ(face.bodies_ended, 1);
  body->send(std::make_shared<const std::string>("first"));
  client.run();
  EXPECT_EQ(client.answer(first).body, "first");
}

TEST_F(Http2BodyTest, ShowsThatItIsThereWhenItIsSilent) {
  const auto id = ask();
  advance(seconds(24));
  EXPECT_EQ(client.answer(id).body, "");
  advance(seconds(2));
  EXPECT_EQ(client.answer(id).body, ":\n\n");
  advance(seconds(10));
  send("data: 1\n\n");
  client.run();
  advance(seconds(20));
  EXPECT_EQ(client.answer(id).body, ":\n\ndata: 1\n\n");
}

TEST_F(Http2BodyTest, S32IsCutWhenItIsNotRead) {
  const auto id = ask();
  for (int i = 0; i < 6; ++i) send(std::string(1 << 20, 'x'));
  face.body->finish();  // not whole, whatever its sender thinks
  client.run();
  EXPECT_EQ(client.answer(id).error_code, NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_TRUE(client.answer(id).closed);
  EXPECT_EQ(face.bodies_ended, 1);
  EXPECT_EQ(face.body->unsent_bytes(), 0U);
  EXPECT_FALSE(session.finished());  // the connection's other streams go on
}

TEST_F(Http2BodyTest, EndsProperlyWhenTheServerStops) {
  const auto id = ask();
  session.wind_down();
  client.run();
  EXPECT_TRUE(client.answer(id).closed);
  EXPECT_EQ(client.answer(id).error_code, NGHTTP2_NO_ERROR);
  EXPECT_EQ(face.bodies_ended, 1);
}

TEST_F(Http2BodyTest, HeadBeginsNone) {
  const auto id = ask("HEAD");
  EXPECT_TRUE(client.answer(id).closed);
  EXPECT_EQ(face.body, nullptr);
}

}  // namespace
}  // namespace batata::net
