#include "cli/directories/warnings.h"

#include <gtest/gtest.h>

namespace batata::cli {
namespace {

using Lines = std::vector<std::string>;

int g_printed = 0;
void print(const log::Line&) {
  ++g_printed;
}

TEST(HeardWarnings, AreKeptAndThenPrintedAgain) {
  const log::Output before = log::set_sink(&print, log::Level::kInfo);
  g_printed = 0;
  {
    const HeardWarnings heard;
    log::warn("first");
    log::info("not heard");
    log::error("second");
    EXPECT_EQ(heard.lines(), (Lines{"first", "second"}));
  }
  EXPECT_EQ(g_printed, 0);
  log::info("printed");
  EXPECT_EQ(g_printed, 1);
  {
    const HeardWarnings heard;
    EXPECT_TRUE(heard.lines().empty());
  }
  log::set_sink(before.sink, before.lowest);
}

}  // namespace
}  // namespace batata::cli
