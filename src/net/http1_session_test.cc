#include <gtest/gtest.h>

#include "net/http1_test_session.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using std::chrono::seconds;
using namespace std::string_literals;

class Http1SessionTest : public testing::Test, protected Http1Room<sim::SimRuntime> {};

constexpr std::string_view kGet = "GET /look?q=a%20b HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(Http1SessionTest, AnswersARequestAndKeepsTheConnection) {
  const auto answer = feed(kGet);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
  EXPECT_TRUE(has(answer, "Content-Type: text/plain\r\nX-Look: yes\r\nContent-Length: 41\r\n\r\n")) << answer;
  EXPECT_EQ(body_of(answer), "GET /look q=a b n=0 host=x peer=192.0.2.7");
  EXPECT_FALSE(session->finished());
  EXPECT_EQ(body_of(feed(kGet)), body_of(answer));
}

TEST_F(Http1SessionTest, S13NoAnswerMayBeTakenForAnotherKindOfContent) {
  EXPECT_TRUE(has(feed(kGet), "\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_TRUE(
      has(feed("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"), "\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_TRUE(has(feed("GET / HTTP/1.1\r\n\r\n"), "\r\nX-Content-Type-Options: nosniff\r\n"));
}

TEST_F(Http1SessionTest, ReadsARequestThatComesByteByByte) {
  const std::string_view request =
      "POST /look HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
      "5\r\n\r\n"
      "q=a+b";
  std::string answer;
  for (const char c : request) answer += feed({&c, 1});
  EXPECT_EQ(body_of(answer), "POST /look q=a b n=5 host=x peer=192.0.2.7");
}

// Found by http1_fuzz: the line feed behind an empty line that came by itself was not looked at.
TEST_F(Http1SessionTest, RefusesABareLineFeedBehindAnEmptyLineHoweverItComes) {
  std::string answer;
  for (const char c : std::string_view("\r\n\n")) answer += feed({&c, 1});
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
}

TEST_F(Http1SessionTest, ReadsAPipelineSplitAtEveryByte) {
  const std::string pipeline = std::string(kGet) +
                               "POST /look HTTP/1.1\r\nHost: y\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\n" +
                               "POST /look HTTP/1.1\r\nHost: z\r\nContent-Length: 4\r\n\r\nbody" +
                               std::string(kGet);
  for (std::size_t at = 0; at <= pipeline.size(); ++at) {
    fresh();
    const auto answers = feed(pipeline.substr(0, at)) + feed(pipeline.substr(at));
    ASSERT_EQ(count(answers, "HTTP/1.1 200 OK"), 4) << at << answers;
    ASSERT_TRUE(has(answers, "POST /look q=- n=5 host=y")) << at << answers;
    ASSERT_TRUE(has(answers, "POST /look q=- n=4 host=z")) << at << answers;
    ASSERT_FALSE(session->finished());
  }
}

TEST_F(Http1SessionTest, AnswersInTheOrderOfTheRequestsWhenTheFirstIsSlow) {
  const auto at_once = feed("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(at_once, "");
  EXPECT_EQ(settle(), "");
  const auto answers = settle(seconds(1));
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 2);
  EXPECT_LT(answers.find("late"), answers.find("GET /look"));
}

TEST_F(Http1SessionTest, StopsReadingWhenAClientSendsAheadOfASlowAnswer) {
  feed("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(session->wants_input(false));
  for (int i = 0; i < 2000; ++i) feed(kGet);
  EXPECT_FALSE(session->wants_input(false));
  settle();
  EXPECT_EQ(count(settle(seconds(1)), "HTTP/1.1 200 OK"), 2001);
  EXPECT_TRUE(session->wants_input(false));
}

TEST_F(Http1SessionTest, HandlesARequestOnTheLoop) {
  EXPECT_EQ(feed("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"), "");
  EXPECT_EQ(body_of(settle()), "abc");
}

TEST_F(Http1SessionTest, DropsTheAnswerWhenTheConnectionIsGone) {
  feed("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  session.reset();
  runtime.run_for(seconds(2));
  EXPECT_TRUE(carrier.output().empty());
}

TEST_F(Http1SessionTest, EndsTheConnectionWhenARequestIsDropped) {
  auto other = std::make_unique<wire::Router>(runtime);
  face.add_to(*other);
  Service with_other{{}, *other, {}};
  Http1Session dropped(carrier, with_other);
  carrier.feed(dropped, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  runtime.settle();
  EXPECT_FALSE(dropped.finished());
  other.reset();
  EXPECT_TRUE(dropped.finished());
  runtime.clear();
}

TEST_F(Http1SessionTest, HeadGetsTheLengthButNotTheBody) {
  const auto answer = feed("HEAD /look HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(has(answer, "Content-Length: 40\r\n")) << answer;
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(Http1SessionTest, S13NoAnswerIsGuessedAtAndNoDocumentRunsScripts) {
  constexpr std::string_view kPolicy = "Content-Security-Policy: ";
  const auto get = [this](const std::string& target) {
    return feed("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  };
  for (const char* target : {"/look", "/page", "/page?q=1", "/large", "/nothing", "/nowhere"}) {
    const auto answer = get(target);
    EXPECT_EQ(count(answer, "X-Content-Type-Options: nosniff\r\n"), 1) << target;
  }
  const std::string strict = std::string(kPolicy) + "default-src 'none'; frame-ancestors 'none'; sandbox\r\n";
  EXPECT_TRUE(has(get("/page"), strict));
  EXPECT_TRUE(has(get("/large"), strict)) << "no type is no promise";
  EXPECT_FALSE(has(get("/look"), kPolicy));
  const auto own = get("/page?q=1");
  EXPECT_EQ(count(own, kPolicy), 1) << own;
  EXPECT_TRUE(has(own, "Content-Security-Policy: default-src 'self'\r\n")) << own;
  EXPECT_TRUE(has(feed("nonsense\r\n\r\n"), "X-Content-Type-Options: nosniff\r\n"));
}

TEST_F(Http1SessionTest, AnAnswerWithoutContentHasNoLength) {
  const auto answer = feed("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_FALSE(has(answer, "Content-Length"));
}

TEST_F(Http1SessionTest, SendsALargeBodyWhole) {
  const auto answer = feed("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(answer), std::string(face.large_size(), 'L'));
}

TEST_F(Http1SessionTest, ConnectionHeadersDecideWhetherItStays) {
  struct Case {
    std::string_view head;
    bool stays;
  };
  const Case cases[] = {
      {"GET /look HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false},
      {"GET /look HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, Close\r\n\r\n", false},
      {"GET /look HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n", false},
      {"GET /look HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", true},
      {"GET /look HTTP/1.0\r\n\r\n", false},
      {"GET /look HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (const auto& [head, stays] : cases) {
    fresh();
    const auto answer = feed(head);
    EXPECT_TRUE(has(answer, " 200 OK")) << head;
    EXPECT_EQ(has(answer, "Connection: close"), !stays) << head;
    EXPECT_EQ(session->finished(), !stays) << head;
  }
}

TEST_F(Http1SessionTest, RoutesEverySpellingOfAPathAlike) {
  for (const std::string_view target : {"/look", "//look", "/look/", "/%6cook", "/./look", "/x/../look",
                                        "/look;a=b", "http://host/look", "HTTP://host:80/look"}) {
    fresh();
    const auto answer = feed("GET " + std::string(target) + "?q=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(has(answer, "GET /look q=1")) << target << answer;
  }
}

TEST_F(Http1SessionTest, ContinuesOnlyABodyThatItWillRead) {
  const std::string head = "POST /look HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
  EXPECT_EQ(feed(head + "3\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(has(feed("abc"), "n=3"));
  EXPECT_TRUE(has(feed(head + "3\r\n\r\nabc"), "HTTP/1.1 200 OK"));
  EXPECT_TRUE(feed(head + "99999999\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1SessionTest, RefusesWhatTwoServersCouldReadInTwoWays) {
  struct Case {
    int status;
    std::string bytes;
  };
  const std::string post = "POST /look HTTP/1.1\r\nHost: x\r\n", get = "GET /look HTTP/1.1\r\nHost: x\r\n";
  const Case cases[] = {
      {400, post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"},
      {400, post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {400, post + "Content-Length: 1, 1\r\n\r\na"},
      {400, post + "Content-Length: +1\r\n\r\na"},
      {400, post + "Content-Length: 1x\r\n\r\na"},
      {400, post + "Content-Length: -1\r\n\r\na"},
      {400, post + "Content-Length:\r\n\r\n"},
      {400, post + "Content-Length: 99999999999999999999\r\n\r\n"},
      {413, post + "Content-Length: 99999999\r\n\r\n"},
      {400, post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: identity\r\n\r\n"},
      {400, "POST /look HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
      {400, post + " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, post + "X: a\r\n b\r\n\r\n"},
      {400, post + "X: a\r\n\tb\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n 1\r\na\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n1;a\rb\r\na\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"},
      {413, post + "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n"},
      {400, get + "X: a\nY: b\r\n\r\n"},
      {400, get + "X: a\rY: b\r\n\r\n"},
      {400, "GET /look HTTP/1.1\nHost: x\n\n"},
      {400, get + std::string("X: a\0b\r\n\r\n", 10)},
      {400, "GET /lo\0ok HTTP/1.1\r\nHost: x\r\n\r\n"s},
      {400, get + "X: a\x7f\r\n\r\n"},
      {400, get + ": a\r\n\r\n"},
      {400, get + "X\r\n\r\n"},
      {400, get + "X y: a\r\n\r\n"},
      {400, get + "Host: y\r\n\r\n"},
      {400, "GET /look HTTP/1.1\r\n\r\n"},
      {400, "GET  /look HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /look  HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /look\r\nHost: x\r\n\r\n"},
      {400, "GET /lo\tok HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "G(T /look HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET look HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET http:///look HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /look HTP/1.1\r\nHost: x\r\n\r\n"},
      {505, "GET /look HTTP/1.2\r\nHost: x\r\n\r\n"},
      {505, "GET /look HTTP/2.0\r\nHost: x\r\n\r\n"},
      {400, "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /../look HTTP/1.1\r\nHost: x\r\n\r\n"},
      {417, get + "Expect: a-miracle\r\n\r\n"},
      {431, get + "X: " + std::string(1 << 20, 'a') + "\r\n\r\n"},
  };
  for (const auto& [status, bytes] : cases) {
    fresh();
    // A second request behind it must never be seen.
    const auto answer = feed(bytes + std::string(kGet));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(status) + " "))
        << bytes.substr(0, 200) << "\n"
        << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1) << bytes.substr(0, 200);
    EXPECT_TRUE(has(answer, "Connection: close\r\n"));
    EXPECT_TRUE(session->finished()) << bytes.substr(0, 200);
    EXPECT_EQ(feed(kGet), "");
  }
}

TEST_F(Http1SessionTest, RefusesTooManyHeaders) {
  std::string head = "GET /look HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 10'000 && head.size() < 60'000; ++i) head += "a: b\r\n";
  EXPECT_TRUE(feed(head + "\r\n").starts_with("HTTP/1.1 431 "));
}

TEST_F(Http1SessionTest, RefusesABareLfBeforeTheHeadIsWhole) {
  EXPECT_TRUE(feed("GET /look HTTP/1.1\nHost: x\n").starts_with("HTTP/1.1 400 "));
}

TEST_F(Http1SessionTest, ToleratesAnEmptyLineBeforeARequest) {
  EXPECT_TRUE(has(feed("\r\n" + std::string(kGet)), "200 OK"));
}

TEST_F(Http1SessionTest, AHeadMustCompleteInItsTime) {
  feed("GET /look HTTP/1.1\r\n");
  for (int i = 0; i < 29; ++i) {
    carrier.advance(*session, seconds(1));
    feed("X: y\r\n");  // drops of input do not buy time
  }
  EXPECT_FALSE(session->finished());
  EXPECT_TRUE(carrier.advance(*session, seconds(1)).starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1SessionTest, AnIdleConnectionEndsWithoutAWord) {
  feed(kGet);
  carrier.advance(*session, seconds(74));
  EXPECT_FALSE(session->finished());
  EXPECT_EQ(carrier.advance(*session, seconds(1)), "");
  EXPECT_TRUE(session->finished());
}

// Its client takes the first answer slowly, which is its right: the others are not read meanwhile.
TEST_F(Http1SessionTest, NoTimeRunsWhileAnAnswerIsBeingTaken) {
  const std::string large = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string post = "POST /look HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n";
  for (const std::string& behind :
       {std::string(kGet), post + std::string(70'000, 'b'), post + "b", std::string()}) {
    fresh();
    carrier.take_at_most(1000);
    std::string sent = feed(large + behind);
    for (int i = 0; i < 20; ++i) sent += carrier.advance(*session, seconds(30));
    carrier.take_at_most(FakeCarrier::kAll);
    sent += carrier.collect(*session);
    if (behind.ends_with("\r\n\r\nb")) sent += feed(std::string(69'999, 'b'));
    if (behind.empty()) sent += feed(kGet);
    EXPECT_EQ(count(sent, "HTTP/1.1 200 OK"), 2) << behind.substr(0, 100);
    EXPECT_FALSE(session->finished());
  }
}

TEST_F(Http1SessionTest, ALongPollHasNoTimeLimitOfTheConnection) {
  feed("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  carrier.advance(*session, std::chrono::hours(1));
  EXPECT_FALSE(session->finished());
}

TEST_F(Http1SessionTest, ALongPollEndsWithItsClient) {
  feed("GET /poll HTTP/1.1\r\nHost: x\r\n\r\n");
  settle();
  EXPECT_EQ(router.tasks(), 1u);
  session.reset();
  runtime.settle();
  EXPECT_EQ(router.tasks(), 0u);
}

TEST_F(Http1SessionTest, WindingDownFinishesTheRequestInWork) {
  feed("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  session->wind_down();
  EXPECT_FALSE(session->finished());
  settle();
  EXPECT_TRUE(has(settle(seconds(1)), "Connection: close"));
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1SessionTest, WindingDownWaitsAShortWhileForTheRestOfARequest) {
  feed("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  session->wind_down();
  EXPECT_EQ(carrier.advance(*session, seconds(2)), "");
  EXPECT_FALSE(session->finished());
  EXPECT_TRUE(has(carrier.advance(*session, seconds(1)), "HTTP/1.1 408 "));
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1SessionTest, WindingDownEndsAnIdleConnection) {
  feed(kGet);
  session->wind_down();
  EXPECT_TRUE(session->finished());
}

}  // namespace
}  // namespace batata::net
