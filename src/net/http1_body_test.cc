// Bodies of answers that go on.
#include <gtest/gtest.h>

#include "net/http1_test_session.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using std::chrono::seconds;
using namespace std::string_literals;

class Http1BodyTest : public testing::Test, protected Http1Room<sim::SimRuntime> {};

constexpr std::string_view kGet = "GET /look?q=a%20b HTTP/1.1\r\nHost: x\r\n\r\n";

constexpr std::string_view kEvents = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST_F(Http1BodyTest, ABodyGoesOnInChunksAndTheConnectionAfterIt) {
  const auto head = feed(kEvents);
  EXPECT_TRUE(has(head, "Content-Type: text/event-stream\r\n")) << head;
  EXPECT_TRUE(has(head, "Transfer-Encoding: chunked\r\n")) << head;
  EXPECT_FALSE(has(head, "Content-Length")) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  face.body->send(shared("data: 1\n\n"));
  face.body->send(shared(""));  // nothing: an empty chunk would be the end
  EXPECT_EQ(carrier.collect(*session), "9\r\ndata: 1\n\n\r\n");
  EXPECT_EQ(face.body->unsent_bytes(), 0U);
  EXPECT_EQ(feed(kGet), "");  // the next request waits
  face.body->finish();
  const auto rest = carrier.collect(*session);
  EXPECT_TRUE(rest.starts_with("0\r\n\r\nHTTP/1.1 200 OK\r\n")) << rest;
  EXPECT_EQ(face.bodies_ended, 1);
  face.body->send(shared("late"));
  EXPECT_EQ(carrier.collect(*session), "");
}

TEST_F(Http1BodyTest, ABodyOfHttp10EndsWithTheConnection) {
  const auto head = feed("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_FALSE(has(head, "chunked")) << head;
  EXPECT_TRUE(has(head, "Connection: close\r\n")) << head;
  face.body->send(shared("data: 1\n\n"));
  EXPECT_EQ(carrier.collect(*session), "data: 1\n\n");
  face.body->finish();
  EXPECT_EQ(carrier.collect(*session), "");
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1BodyTest, ASilentBodyShowsThatItIsThere) {
  feed(kEvents);
  EXPECT_EQ(carrier.advance(*session, seconds(24)), "");
  EXPECT_EQ(carrier.advance(*session, seconds(1)), "3\r\n:\n\n\r\n");
  EXPECT_EQ(carrier.advance(*session, seconds(24)), "");
  face.body->send(shared("data: 1\n\n"));
  EXPECT_EQ(carrier.collect(*session), "9\r\ndata: 1\n\n\r\n");
  EXPECT_EQ(carrier.advance(*session, seconds(24)), "");
  EXPECT_EQ(face.body->unsent_bytes(), 0U);
}

TEST_F(Http1BodyTest, ABodyThatIsReadSlowlyGoesOnAfterwards) {
  feed(kEvents);
  face.body->send(shared(std::string(5 << 20, 'x')));
  session->produce();
  EXPECT_GT(carrier.output().size(), 5u << 20);  // the socket takes nothing
  carrier.advance(*session, seconds(25));        // and then all
  face.body->send(shared("data: 1\n\n"));
  EXPECT_EQ(carrier.collect(*session), "9\r\ndata: 1\n\n\r\n");
}

TEST_F(Http1BodyTest, WhoSentABodyReachesNoneAfterIt) {
  feed(kEvents);
  const auto first = face.body;
  first->finish();
  carrier.collect(*session);
  feed(kEvents);
  first->send(shared("not of this body"));
  first->finish();
  EXPECT_EQ(carrier.collect(*session), "");
  EXPECT_EQ(face.bodies_ended, 1);
}

TEST_F(Http1BodyTest, ABodyOfHttp10ThatIsCutDoesNotLookWhole) {
  feed("GET /events HTTP/1.0\r\n\r\n");
  const auto megabyte = shared(std::string(1 << 20, 'x'));
  for (int i = 0; i < 5; ++i) face.body->send(megabyte);
  carrier.collect(*session);
  EXPECT_TRUE(session->aborted());
}

TEST_F(Http1BodyTest, EmptyLinesBuyNoTime) {
  for (int i = 0; i < 4; ++i) {
    feed("\r\n");
    carrier.advance(*session, seconds(9));
  }
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1BodyTest, ABodyThatIsNotReadIsCutWithoutAnEnd) {
  feed(kEvents);
  const auto megabyte = shared(std::string(1 << 20, 'x'));
  for (int i = 0; i < 5; ++i) face.body->send(megabyte);
  face.body->finish();  // not whole, whatever its sender thinks
  EXPECT_EQ(face.bodies_ended, 0);
  const auto sent = carrier.collect(*session);
  EXPECT_EQ(face.bodies_ended, 1);
  EXPECT_TRUE(session->finished());
  EXPECT_FALSE(has(sent, "0\r\n\r\n"));
  EXPECT_EQ(face.body->unsent_bytes(), 0U);
}

TEST_F(Http1BodyTest, ABodyEndsWhenItsClientGoesOrTheServerStops) {
  feed(kEvents);
  session.reset();
  EXPECT_EQ(face.bodies_ended, 1);
  fresh();
  feed(kEvents);
  session->wind_down();
  EXPECT_EQ(carrier.collect(*session), "0\r\n\r\n");
  EXPECT_TRUE(session->finished());
  EXPECT_EQ(face.bodies_ended, 2);
}

TEST_F(Http1BodyTest, HeadOfABodyThatGoesOnBeginsNone) {
  const auto head = feed("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(has(head, "Transfer-Encoding: chunked\r\n\r\n")) << head;
  EXPECT_EQ(face.body, nullptr);
  EXPECT_TRUE(feed(kGet).starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace batata::net
