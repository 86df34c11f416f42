#include "cli/common/output.h"

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

TEST(Output, WhatIsPrintableIsOneLineOfWholeCodePoints) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"plain, 配置 and 😀", "plain, 配置 and 😀"},
      {"a\x1b]0;title\x07\nnext: b\r\x7f", "a?]0;title??next: b??"},
      {"a\xc2\x9b"
       "31m\xc2\x80\xc2\xa0",
       "a?31m?\xc2\xa0"},  // C1 ends before U+00A0
      {"\x9b"
       "31m\xff",
       "?31m?"},                                    // C1 as a terminal of one byte a character sees it
      {"\xc0\x80\xe0\x80\x80", "?????"},            // longer than needed
      {"\xed\xa0\x80\xf4\x90\x80\x80", "???????"},  // a surrogate, and beyond Unicode
      {"配\xe7\xbd", "配??"}};
  for (const auto& [text, shown] : table) EXPECT_EQ(printable(text), shown);
}

TEST(Output, ACutIsBetweenCodePoints) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc");
  EXPECT_EQ(shortened("配置", 5), "配");
  EXPECT_EQ(shortened("配置", 3), "配");
  EXPECT_EQ(shortened("配置", 2), "");
}

TEST(Output, ColumnsAreAsWideAsWhatIsShown) {
  EXPECT_EQ(table({"A", "B"}, {{"\x9b\x9b\x9b", "x"}, {"ab", "y"}}), "A    B\n???  x\nab   y\n");
}

TEST(Output, SheetPutsValuesBelowEachOther) {
  EXPECT_EQ(sheet({{"server", "h:1"}, {"status", "UP"}, {"response_ms", ""}}),
            "server       h:1\nstatus       UP\nresponse_ms\n");
}

}  // namespace
}  // namespace batata::cli
