#include "cli/top.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/program_runs.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

std::string metrics(int requests, int polls) {
  return http(
      200,
      "# TYPE batata_uptime_seconds gauge\nbatata_uptime_seconds 93784.5\nprocess_cpu_seconds_total 7\n"
      "process_resident_memory_bytes 26214400\nprocess_open_fds 31\nbatata_active_connections 12\n"
      "batata_requests_in_flight 3\nbatata_http_requests_total{method=\"GET\",path=\"/a b}\"} " +
          std::to_string(requests) + "\nbatata_nacos_requests_total{type=\"Poll\"} " + std::to_string(polls) +
          "\n");
}

TEST(Top, ReadsMetrics) {
  EXPECT_EQ(parse_metrics("# HELP a b\na 1\nb{x=\"y z\"} 2.5 1700000000\n\nbroken\nc{d=\"}\"} 1e3\n"),
            (Samples{{"a", 1}, {"b{x=\"y z\"}", 2.5}, {"c{d=\"}\"}", 1000}}));
}

TEST(Top, ShowsOneFrameWhereThereIsNoTerminal) {
  TinyServer server({{"GET /metrics", Answers{metrics(10, 5), metrics(10, 5)}}});
  const Ran ran = run_against(server, {"top"}, {.stop_after = "never"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.out.substr(ran.out.find('\n') + 1),
            "up for              1d 2h\n"
            "CPU                 0.0 %\n"
            "memory              25.0 MiB\n"
            "connections         12\n"
            "open files          31\n"
            "requests under way  3\n"
            "HTTP requests       0.0/s\n"
            "gRPC requests       0.0/s\n"
            "\n"
            "PER SECOND  REQUEST\n");
}

TEST(Top, CountsWhatHasHappenedBetweenTwoLooks) {
  TinyServer server({{"GET /metrics", Answers{metrics(10, 5), metrics(11, 3)}}});
  const Ran ran = run_against(server, {"top"}, {.stop_after = "never"});
  const std::string end = ran.out.substr(ran.out.find("PER SECOND"));
  EXPECT_NE(end.find("  GET /a b}\n"), std::string::npos) << ran.out;
  EXPECT_EQ(end.find("gRPC"), std::string::npos) << ran.out;  // a counter that became smaller began anew
}

TEST(Top, DrawsFramesInOnePlaceOnATerminalUntilItIsToldToStop) {
  TinyServer server({{"GET /metrics", Answers{metrics(10, 5), metrics(11, 5), metrics(12, 6)}}});
  const Ran ran = run_against(server, {"top"}, {.terminal = true, .stop_after = "gRPC Poll"});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_TRUE(ran.out.starts_with("\x1b[H\x1b[2Jserver ")) << ran.out;
  EXPECT_EQ(server.requests.size(), 3u);
}

TEST(Top, OfAServerWithoutTheseMetricsFails) {
  TinyServer server({{"GET /metrics", http(200, "up 1\n")}});
  EXPECT_EQ(run_against(server, {"top"}, {.stop_after = "never"}).code, 1);
}

}  // namespace
}  // namespace batata::cli
