#include "base/text.h"

#include <gtest/gtest.h>

namespace batata {
namespace {

TEST(Text, IsBlankWithoutAnyLetter) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\n\v\f\r"));
  EXPECT_FALSE(is_blank(" x "));
  EXPECT_FALSE(is_blank("\xc2\xa0"));  // white space of Unicode is none here
}

TEST(Text, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trimmed("\t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \t "), "");
  EXPECT_EQ(trimmed("\r\ta ", " \t"), "\r\ta");
}

TEST(Text, HasACaseInAsciiOnly) {
  EXPECT_EQ(lower_case("AZaz09-[\xc3\x84"), "azaz09-[\xc3\x84");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "content-type"));
  EXPECT_FALSE(equal_ignoring_case("Content-Type", "content-typ"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
}

TEST(Text, KnowsLettersAndDigitsOfAscii) {
  for (const char c : std::string_view("azAZ09")) EXPECT_TRUE(is_letter_or_digit(c)) << c;
  for (const char c : std::string_view("`{@[/:-_ \xe4")) EXPECT_FALSE(is_letter_or_digit(c)) << c;
}

}  // namespace
}  // namespace batata
