// What of a request stands before the router: hosts, targets, packed bodies, slow ones, OPTIONS; and the
// coding of its answer.
#include <gtest/gtest.h>

#include "net/fake_carrier.h"
#include "net/gzip_codec.h"
#include "net/http1_session.h"
#include "net/test_face.h"
#include "sim/sim_runtime.h"

namespace batata::net {
namespace {

using namespace std::string_literals;

using std::chrono::seconds;

class Http1IntakeTest : public testing::Test {
 protected:
  Http1IntakeTest() { face.add_to(router); }
  std::string feed(std::string_view bytes) { return carrier.feed(*session, bytes); }
  std::string ask(std::string_view bytes) {
    session = std::make_unique<Http1Session>(carrier, service);
    std::string answer = feed(bytes);
    runtime.settle();
    return answer + carrier.collect(*session);
  }
  static std::string post(std::string_view headers, std::string_view body, std::string_view path = "/look") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }

  sim::SimRuntime runtime;
  TestFace face{runtime};
  wire::Router router{runtime};
  Service service{{}, router, {}};
  FakeCarrier carrier;
  std::unique_ptr<Http1Session> session = std::make_unique<Http1Session>(carrier, service);
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
std::string status_of(std::string_view answer) {
  return std::string(answer.substr(0, 12));
}
std::string body_of(std::string_view answer) {
  return std::string(answer.substr(answer.find("\r\n\r\n") + 4));
}

// RFC 9112, 3.2 and 3.2.2; RFC 9110, 4.2.4 and 7.2.
TEST_F(Http1IntakeTest, OneHostThatCanBeOneIsNeeded) {
  for (const char* host : {"x", "x:80", "x.y:8848", "127.0.0.1:1", "[::1]", "[::1]:80", "[v1.x]", "a_b", "",
                           "xn--bcher-kva.example"}) {
    const auto answer = ask("GET /look HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 200") << host;
  }
  for (const char* host : {"x y", "a@b", "http://x", "x/", "x?y", "x#y", "x:y", "x:123456", "x:80:80", "[::1",
                           "[]", "[::1]x", "::1", "\"x\"", "<x>", "b\xc3\xbc-cher", "x,\ty"}) {
    const auto answer = ask("GET /look HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 400") << host;
  }
  EXPECT_EQ(status_of(ask("GET /look HTTP/1.0\r\n\r\n")), "HTTP/1.1 200");
  EXPECT_EQ(status_of(ask("GET /look HTTP/1.0\r\nHost: a@b\r\n\r\n")), "HTTP/1.1 400");
}

TEST_F(Http1IntakeTest, TheTargetsHostGoesBeforeTheHeaders) {
  EXPECT_TRUE(has(ask("GET http://other:81/look?q=1 HTTP/1.1\r\nHost: x\r\n\r\n"), "q=1 n=0 host=other:81"));
  EXPECT_TRUE(has(ask("GET http://other/look HTTP/1.0\r\n\r\n"), "host=other "));
  for (const char* target :
       {"http://a@b/look", "http:///look", "http://:80/look", "http://x y/look", "ftp://x/look",
        "http://[::1/look", "http://x:y/look", "x:80", "*", "look", "http:/look"}) {
    const auto answer = ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 400") << target;
  }
  EXPECT_EQ(status_of(ask("GET http://x?q=1 HTTP/1.1\r\nHost: x\r\n\r\n")), "HTTP/1.1 404");
}

// Found by http1_fuzz: a whole head was refused for its version, one in pieces for its control character.
TEST_F(Http1IntakeTest, ARefusalIsTheSameHoweverTheHeadComes) {
  const std::string head = "GET /look HTTP/0.1\r\nHost: x\r\nX: a\0b\r\n\r\n"s;
  EXPECT_EQ(status_of(ask(head)), "HTTP/1.1 400");
  session = std::make_unique<Http1Session>(carrier, service);
  std::string answer;
  for (const char c : head) answer += feed({&c, 1});
  EXPECT_EQ(status_of(answer), "HTTP/1.1 400");
}

// RFC 9110, 9.3.7; RFC 9112, 3.2.4.
TEST_F(Http1IntakeTest, OptionsTellsTheMethodsOfAPathAndOfTheServer) {
  const auto options = [this](std::string_view target) {
    return ask("OPTIONS " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  };
  EXPECT_TRUE(has(options("/look"), "HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(has(options("/look"), "Allow: GET,POST,HEAD,OPTIONS\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(has(options("/echo"), "Allow: POST,OPTIONS\r\n"));
  for (const char* target : {"*", "http://x"})
    EXPECT_TRUE(has(options(target), "Allow: GET,POST,PUT,DELETE,HEAD,OPTIONS\r\n")) << target;
  EXPECT_EQ(status_of(options("/nowhere")), "HTTP/1.1 404");
}

TEST_F(Http1IntakeTest, APackedBodyIsUnpackedForTheFace) {
  constexpr std::string_view kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
  const std::string packed = gzip_fast("q=of+the+form&x=" + std::string(1000, 'y'));
  for (const char* name : {"gzip", "x-gzip", "GZIP"}) {
    const auto head = "Content-Encoding: " + std::string(name) + "\r\n" + std::string(kForm);
    EXPECT_TRUE(has(ask(post(head, packed)), "POST /look q=of the form n=1016")) << name;
  }
  EXPECT_TRUE(has(ask(post("Content-Encoding: gzip\r\n", "")), "n=0"));
  EXPECT_TRUE(has(ask(post("Content-Encoding: identity\r\n", "abc")), "n=3"));
  EXPECT_EQ(body_of(ask(post("Content-Encoding: gzip\r\n", gzip_fast("echoed"), "/echo"))), "echoed");
}

TEST_F(Http1IntakeTest, APackedBodyMayComeInChunksAndBehindAnother) {
  const std::string packed = gzip_fast("abc");
  std::string head =
      "POST /look HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string chunks;
  for (const char c : packed) chunks.append("1\r\n").append(1, c).append("\r\n");
  const std::string one = head + chunks + "0\r\n\r\n";
  const auto answers = ask(one + post("", "plain") + one);
  EXPECT_TRUE(has(answers, "n=3") && has(answers, "n=5"));
  EXPECT_FALSE(session->finished());
}

// S36.
TEST_F(Http1IntakeTest, S36APackedBodyIsBoundedInSizeAndInRatio) {
  service.limits.body_bytes = 3 << 20;
  const auto status = [this](std::size_t bytes, char with) {
    return status_of(ask(post("Content-Encoding: gzip\r\n", gzip_fast(std::string(bytes, with)))));
  };
  EXPECT_EQ(status(1 << 20, 'x'), "HTTP/1.1 200");
  EXPECT_EQ(status((1 << 20) + 1, 'x'), "HTTP/1.1 413");
  service.limits.unpack_ratio = 10'000;
  EXPECT_EQ(status(3 << 20, 'x'), "HTTP/1.1 200");
  EXPECT_EQ(status((3 << 20) + 1, 'x'), "HTTP/1.1 413");
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1IntakeTest, WhatIsNoGzipIsRefused) {
  const std::string packed = gzip_fast("abc");
  for (const std::string& body : {std::string("abc"), packed.substr(0, packed.size() - 1), packed + "x"})
    EXPECT_EQ(status_of(ask(post("Content-Encoding: gzip\r\n", body))), "HTTP/1.1 400");
}

TEST_F(Http1IntakeTest, OtherCodingsAreRefusedBeforeTheirBodyIsRead) {
  for (const char* codings : {"br", "deflate", "gzip, gzip", "gzip\r\nContent-Encoding: gzip"}) {
    const auto answer =
        ask("POST /look HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n"
            "Content-Encoding: " +
            std::string(codings) + "\r\n\r\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 415") << codings;
    EXPECT_TRUE(has(answer, "Accept-Encoding: gzip\r\n")) << codings;
    EXPECT_TRUE(session->finished());
  }
}

TEST_F(Http1IntakeTest, ALargeAnswerIsPackedForWhoTakesIt) {
  service.limits.pack_from_bytes = 20;
  const auto look = [this](std::string_view method, std::string_view accepted) {
    return ask(std::string(method) +
               " /look HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + std::string(accepted) + "\r\n\r\n");
  };
  const auto plain = look("GET", "gzip;q=0");
  EXPECT_TRUE(has(plain, "Vary: Accept-Encoding\r\n"));
  EXPECT_FALSE(has(plain, "Content-Encoding"));
  const auto packed = look("GET", "gzip;q=1, identity;q=0");
  EXPECT_TRUE(has(packed, "Vary: Accept-Encoding\r\nContent-Encoding: gzip\r\n"));
  EXPECT_EQ(*gunzip(body_of(packed), {.bytes = 1000, .ratio = 0}), body_of(plain));
  const auto head = look("HEAD", "identity;q=0, gzip");
  EXPECT_TRUE(has(head, "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(body_of(head), "");
}

TEST_F(Http1IntakeTest, ABodyMustComeAtTheLeastRate) {
  service.limits.transfer_rate = 1000;
  feed("POST /look HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  // 2000 bytes in the first 30 s buy two more seconds, and no more.
  for (int i = 0; i < 20; ++i) {
    feed(std::string(100, 'x'));
    EXPECT_EQ(carrier.advance(*session, std::chrono::milliseconds(1500)), "");
  }
  EXPECT_EQ(carrier.advance(*session, std::chrono::milliseconds(1900)), "");
  EXPECT_EQ(status_of(carrier.advance(*session, std::chrono::milliseconds(100))), "HTTP/1.1 408");
  EXPECT_TRUE(session->finished());
}

TEST_F(Http1IntakeTest, ABodyThatComesAtTheLeastRateMayTakeItsTime) {
  service.limits.transfer_rate = 1000;
  feed("POST /look HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 100; ++i) {
    feed("3e8\r\n" + std::string(1000, 'x') + "\r\n");
    ASSERT_EQ(carrier.advance(*session, seconds(1)), "") << i;
  }
  EXPECT_TRUE(has(feed("0\r\n\r\n"), "n=100000"));
}

TEST_F(Http1IntakeTest, WithoutALeastRateABodyMayTakeForEver) {
  service.limits.transfer_rate = 0;
  feed("POST /look HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  EXPECT_EQ(carrier.advance(*session, std::chrono::hours(1)), "");
  EXPECT_FALSE(session->finished());
}

}  // namespace
}  // namespace batata::net
