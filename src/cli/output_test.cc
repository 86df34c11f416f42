#include "cli/output.h"

#include <gtest/gtest.h>

namespace batata::cli {
namespace {

TEST(Output, TableAlignsColumnsAndEndsLinesWithoutSpaces) {
  EXPECT_EQ(table({"DATA ID", "GROUP"}, {{"a", "DEFAULT_GROUP"}, {"application.yaml", ""}}),
            "DATA ID           GROUP\n"
            "a                 DEFAULT_GROUP\n"
            "application.yaml\n");
}

TEST(Output, TableWithoutRowsIsItsHeadings) {
  EXPECT_EQ(table({"SERVICE"}, {}), "SERVICE\n");
}

TEST(Output, ColumnsAreCountedInCodePoints) {
  EXPECT_EQ(table({"A", "B"}, {{"配置", "x"}, {"abc", "y"}}), "A    B\n配置   x\nabc  y\n");
}

TEST(Output, NamesNeverDriveATerminal) {
  EXPECT_EQ(table({"A"}, {{"x\x1b[31m\n"}}), "A\nx?[31m?\n");
}

TEST(Output, SheetPutsValuesBelowEachOther) {
  EXPECT_EQ(sheet({{"server", "h:1"}, {"status", "UP"}, {"response_ms", ""}}),
            "server       h:1\nstatus       UP\nresponse_ms\n");
}

}  // namespace
}  // namespace batata::cli
