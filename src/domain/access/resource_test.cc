#include "domain/access/resource.h"

#include <gtest/gtest.h>

#include "domain/access/text.h"

namespace batata::domain {
namespace {

TEST(ResourcePattern, MatchesAsUpstreamsPatternsDo) {
  struct Case {
    const char *pattern, *text;
    bool matches;
  };
  const Case cases[] = {
      {"public:*:*", "public:DEFAULT_GROUP:config/app.yaml", true},
      {"public:*:*", "public:*:config/*", true},
      {"public:*:*", "dev:G:config/a", false},
      {"public:*:*", "publicity:G:config/a", false},
      {"*:*:*", "dev:G:naming/a", true},
      {"dev:G:config/*", "dev:G:config/a", true},
      {"dev:G:config/*", "dev:G:config/", true},
      {"dev:G:config/*", "dev:G:naming/a", false},
      {"dev:G:config/a", "dev:G:config/*", false},  // a right to one config is none to listen to all
      {"dev:G:config/app-*", "dev:G:config/app-1", true},
      {"dev:G:config/app-*", "dev:G:config/xapp-1", false},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"**", "anything", true},
      {"a*a", "a", false},
      {"a*a", "aa", true},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-c-b", false},
      {"*config/*.yaml", "x:y:config/a.yaml", true},
      {"a.c", "abc", false},  // a dot is a dot here, and any character upstream
      {"nacos/admin", "nacos/admin", true},
      {"[ab](", "[ab](", true},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(matches_pattern(test.pattern, test.text), test.matches) << test.pattern << " " << test.text;
  }
}

TEST(ResourcePattern, TakesNoLongerForManyStars) {
  std::string pattern, text(20'000, 'a');
  for (int i = 0; i < 1000; ++i) pattern += "a*";
  EXPECT_FALSE(matches_pattern(pattern + "b", text));
  EXPECT_TRUE(matches_pattern(pattern, text));
}

TEST(ResourceName, WritesBlankPartsOut) {
  EXPECT_EQ(resource_name("dev", "G", "config", "a"), "dev:G:config/a");
  EXPECT_EQ(resource_name("", "", "naming", ""), "public:*:naming/*");
  EXPECT_EQ(resource_name(" ", "\t", "config", " "), "public:*:config/*");
}

TEST(ResourcePattern, MeansTheDefaultNamespaceWhenItNamesNone) {
  EXPECT_EQ(canonical_pattern(":*:*"), "public:*:*");
  EXPECT_EQ(canonical_pattern("dev:*:*"), "dev:*:*");
  EXPECT_EQ(canonical_pattern(""), "");
}

TEST(LogText, ShowsNothingThatEndsALineOrDrivesATerminal) {  // S43
  EXPECT_EQ(log_text("joe"), "joe");
  EXPECT_EQ(log_text("a\r\nb\x1b[2J\"\\\xc3\xa9"), "a\\x0d\\x0ab\\x1b[2J\\x22\\x5c\\xc3\\xa9");
  EXPECT_EQ(log_text(std::string(100, 'x')), std::string(64, 'x') + "...");
}

}  // namespace
}  // namespace batata::domain
