#include "platform/probes/http_probe.h"

#include <gtest/gtest.h>

namespace batata::platform {
namespace {

using domain::HealthCheck;
using domain::Probe;

HealthCheck check(const std::string& path, const std::string& headers = {}) {
  return {.type = HealthCheck::Type::kHttp, .path = path, .headers = headers};
}

TEST(HttpProbe, AsksForThePathWithTheHeadersThatAreSet) {
  EXPECT_EQ(http_request("10.0.0.1", 80, check("/up?x=1", "A:b|X-C:d e")),
            "GET /up?x=1 HTTP/1.1\r\nA: b\r\nX-C: d e\r\nHost: 10.0.0.1:80\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(http_request("::1", 80, check("")),
            "GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(http_request("a", 80, check("up", "host:b.example")),
            "GET /up HTTP/1.1\r\nhost: b.example\r\nConnection: close\r\n\r\n");
}

TEST(HttpProbe, SendsNothingThatWouldBeAnotherRequest) {
  for (const HealthCheck& bad : {check("/a b"), check("/a\r\nX: y"), check("/", "A:b\r\nC"),
                                 check("/", "A b:c"), check("/", ":c"), check(std::string("/\0", 2))})
    EXPECT_FALSE(http_request("10.0.0.1", 80, bad)) << bad.path << bad.headers;
  EXPECT_FALSE(http_request("a b", 80, check("/")));
  EXPECT_EQ(
      http_request("a", 80, check("/", "Content-Length:5|transfer-encoding:chunked|Connection:upgrade|x")),
      "GET / HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n");
}

TEST(HttpProbe, ReadsTheCodeOfAnAnswersFirstLine) {
  EXPECT_EQ(status_code("HTTP/1.1 200 OK\r\n"), 200);
  EXPECT_EQ(status_code("HTTP/1.0 503\r\n"), 503);
  EXPECT_EQ(status_code("HTTP/1.1 204\n"), 204);
  for (const char* line : {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 20x OK", "HTTP/1.1 2000",
                           "HTTP/2 200 OK", "SSH-2.0-x", "HTTP/1.11 200"})
    EXPECT_FALSE(status_code(line)) << line;
}

TEST(HttpProbe, TellsBusyFromRefused) {
  EXPECT_EQ(judge_code(200, 200), Probe::kAlive);
  EXPECT_EQ(judge_code(302, 302), Probe::kAlive);
  EXPECT_EQ(judge_code(503, 200), Probe::kFailed);
  EXPECT_EQ(judge_code(302, 200), Probe::kFailed);
  EXPECT_EQ(judge_code(500, 200), Probe::kRefused);
  EXPECT_EQ(judge_code(404, 200), Probe::kRefused);
}

}  // namespace
}  // namespace batata::platform
