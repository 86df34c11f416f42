#include "faces/nacos/grpc/fuzzy_pattern.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

bool matches(std::string_view pattern, const ResourceName& resource) {
  return FuzzyPattern(pattern).matches(resource);
}

TEST(FuzzyPattern, ElementsAreExactOrOpenAtEitherEnd) {
  const ResourceName resource{"ns", "group", "name.yml"};
  for (const std::string_view pattern :
       {"ns>>group>>name.yml", "ns>>*>>*", "ns>>gr*>>*.yml", "ns>>*rou*>>name*", "ns>>**>>*name.yml*"})
    EXPECT_TRUE(matches(pattern, resource)) << pattern;
  for (const std::string_view pattern : {"ns>>group>>name", "ns>>grou>>*", "ns>>p*>>*", "ns>>*g>>*",
                                         "ns>>*x*>>*", "ns>>group>>n*l", "other>>*>>*", "n*>>*>>*"})
    EXPECT_FALSE(matches(pattern, resource)) << pattern;
}

TEST(FuzzyPattern, TextOfFewerThanThreePartsMatchesNothing) {
  const ResourceName resource{"abc", "", ""};
  for (const std::string_view pattern : {"", "abc", "abc>>*", "abc>>*>>", ">>", ">>>>"}) {
    EXPECT_FALSE(matches(pattern, resource)) << pattern;
    EXPECT_FALSE(FuzzyPattern(pattern).whole()) << pattern;
  }
}

TEST(FuzzyPattern, TheBlankNamespaceIsPublicAndMorePartsThanThreeDoNotCount) {
  const ResourceName resource{"public", "g", "n"};
  EXPECT_TRUE(matches(">>g>>n", resource));
  EXPECT_TRUE(matches("public>>g>>n>>more", resource));
  EXPECT_EQ(FuzzyPattern(">>g>>n").space(), "public");
  EXPECT_EQ(FuzzyPattern::space_in("a b>>g>>n"), "a b");
}

}  // namespace
}  // namespace batata::nacos
