#include "faces/nacos/common/utf8.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(Utf8, WellFormedTextStaysAsItIs) {
  for (const char* text :
       {"", "plain", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_EQ(as_utf8(text), text);
}

TEST(Utf8, EveryOtherByteBecomesTheReplacementCharacter) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(as_utf8("a\xff"
                    "b"),
            "a" + bad + "b");
  EXPECT_EQ(as_utf8("\xc3"), bad);
  EXPECT_EQ(as_utf8("\xc0\x80"), bad + bad);
  EXPECT_EQ(as_utf8("\xed\xa0\x80"), bad + bad + bad);
  EXPECT_EQ(as_utf8("\xe0\x80\x80"), bad + bad + bad);
  EXPECT_EQ(as_utf8("\xf4\x90\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(as_utf8("\xe2\x82x"), bad + bad + "x");
}

}  // namespace
}  // namespace batata::nacos
