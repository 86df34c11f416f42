#include "domain/config/gray.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

TEST(GrayRule, ForAddressesListsThemExactly) {
  const GrayRelease beta = beta_release("10.0.0.1,10.0.0.2");
  EXPECT_EQ(beta.name, "beta");
  EXPECT_EQ(beta.rule.priority, 2147483647);
  EXPECT_TRUE(matches(beta.rule, {"10.0.0.1", ""}));
  EXPECT_TRUE(matches(beta.rule, {"10.0.0.2", "any"}));
  for (const std::string_view address : {"", "10.0.0", "10.0.0.1,10.0.0.2", " 10.0.0.1", "10.0.0.3"})
    EXPECT_FALSE(matches(beta.rule, {address, ""})) << address;
}

TEST(GrayRule, ForATagIsForItAlone) {
  const GrayRelease blue = tag_release("blue");
  EXPECT_EQ(blue.name, "tag_blue");
  EXPECT_EQ(blue.rule.priority, 2147483646);
  EXPECT_TRUE(matches(blue.rule, {"", "blue"}));
  EXPECT_FALSE(matches(blue.rule, {"blue", ""}));
  EXPECT_FALSE(matches(blue.rule, {"", "Blue"}));
}

TEST(GrayRule, OfAnUnknownTypeIsForNobody) {
  const GrayRuleView rule{"weight", "1.0.0", "10.0.0.1", 1};
  EXPECT_FALSE(matches(rule, {"10.0.0.1", "10.0.0.1"}));
}

TEST(GrayIndex, ReadsWhatWasWritten) {
  const GrayRelease beta = beta_release("10.0.0.1"), blue = tag_release("blue");
  const std::vector<GrayView> in = {{beta.name, "m1", beta.rule}, {blue.name, "m2", blue.rule}};
  const std::string value = encode_grays(in);
  const auto out = decode_grays(value);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), 2u);
  for (std::size_t i = 0; i < in.size(); ++i) {
    EXPECT_EQ((*out)[i].name, in[i].name);
    EXPECT_EQ((*out)[i].md5, in[i].md5);
    EXPECT_EQ((*out)[i].rule, in[i].rule);
  }
}

TEST(GrayIndex, RefusesWhatItDidNotWrite) {
  const GrayRelease beta = beta_release("10.0.0.1");
  const std::string whole = encode_grays({{beta.name, "m1", beta.rule}});
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(decode_grays(whole.substr(0, n))) << n;
  EXPECT_FALSE(decode_grays(whole + "x"));
  EXPECT_FALSE(decode_grays("\x02" + whole.substr(1)));
  EXPECT_FALSE(decode_grays(std::string("\x01\xff\xff\xff\xff\x0f"))) << "more lines than there may be";
}

TEST(GrayIndex, IsTriedByPriorityAndThenByName) {
  std::vector<GrayView> grays = {{"z", "1", {"tag", "1.0.0", "t", 5}},
                                 {"b", "2", {"tag", "1.0.0", "t", 9}},
                                 {"a", "3", {"tag", "1.0.0", "t", 5}}};
  sort_grays(grays);
  EXPECT_EQ(grays[0].name, "b");
  EXPECT_EQ(grays[1].name, "a");
  EXPECT_EQ(match(grays, {"", "t"})->md5, "2");
  EXPECT_EQ(match(grays, {"", "u"}), nullptr);
}

}  // namespace
}  // namespace batata::domain
