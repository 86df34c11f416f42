#include "cli/log_commands.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/program_runs.h"
#include "tests/support/tiny_server.h"

namespace batata::cli {
namespace {

const std::string kBody = R"({"level":"info,batata::net=trace","keptOverRestart":false,"modules":{}})";

TEST(LogCommand, ShowsWhatAServerLogs) {
  TinyServer server({{"GET /batata/v1/log/level", http(200, kBody)}});
  const Ran shown = run_against(server, {"log", "level"});
  EXPECT_EQ(shown.code, 0) << shown.error;
  EXPECT_EQ(shown.out, "info,batata::net=trace\n");
  EXPECT_EQ(shown.error, "");
  TinyServer again({{"GET /batata/v1/log/level", http(200, kBody)}});
  EXPECT_EQ(run_against(again, {"log", "level", "-o", "json"}).out, kBody + "\n");
}

TEST(LogCommand, ChangesItAndSaysForHowLong) {
  TinyServer server({{"PUT /batata/v1/log/level?level=info%2Cnet%3Dtrace", http(200, kBody)}});
  const Ran changed = run_against(server, {"log", "level", "info,net=trace"});
  EXPECT_EQ(changed.code, 0) << changed.error;
  EXPECT_EQ(changed.out, "info,batata::net=trace\n");
  EXPECT_NE(changed.error.find("until the server ends"), std::string::npos) << changed.error;
}

TEST(LogCommand, SaysWhatTheServerRefusesAndWhatIsNoAnswer) {
  TinyServer server(
      {{"PUT /batata/v1/log/level?level=inof",
        http(
            400,
            R"({"error":{"code":"invalid_argument","message":"'inof' is neither a level nor a module"}})")}});
  const Ran wrong = run_against(server, {"log", "level", "inof"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.error.find("'inof' is neither a level nor a module"), std::string::npos) << wrong.error;
  TinyServer another({{"GET /batata/v1/log/level", http(200, "{}")}});
  EXPECT_EQ(run_against(another, {"log", "level"}).code, 1);
}

}  // namespace
}  // namespace batata::cli
