#include "faces/nacos/common/listening.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

using namespace std::string_literals;

TEST(Listenings, AreReadWithAndWithoutTenants) {
  const auto all = parse_listenings("a\2g\2m\1b\2h\2\2dev\1c\2i\2n\2\1"s);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].data_id, "a");
  EXPECT_EQ((*all)[0].group, "g");
  EXPECT_EQ((*all)[0].md5, "m");
  EXPECT_EQ((*all)[0].tenant, "");
  EXPECT_EQ((*all)[1].md5, "");
  EXPECT_EQ((*all)[1].tenant, "dev");
  EXPECT_EQ((*all)[2].tenant, "");
}

TEST(Listenings, OfTooFewOrTooManyWordsAreRefusedDifferently) {
  EXPECT_EQ(parse_listenings("a\2b\1"s).error(), ListeningFault::kTooFewWords);
  EXPECT_EQ(parse_listenings("a\2b\2c\2d\2e\1"s).error(), ListeningFault::kNoEntries);
  EXPECT_EQ(parse_listenings("abc").error(), ListeningFault::kNoEntries);
  EXPECT_EQ(parse_listenings("a\2g\2m\1rest"s).error(), ListeningFault::kNoEntries);
}

TEST(Listenings, AreBounded) {
  std::string text;
  for (std::size_t i = 0; i < kListeningsMax; ++i) text += "a\2g\2m\1"s;
  EXPECT_TRUE(parse_listenings(text));
  EXPECT_EQ(parse_listenings(text + "a\2g\2m\1"s).error(), ListeningFault::kTooFewWords);
}

TEST(Listenings, AreAnsweredInTheFormOfAUrl) {
  const Listening plain{"a.b-c_d*", "g h", "m", ""}, spaced{"é", "g", "m", "dev"};
  EXPECT_EQ(encode_changed({&plain, &spaced}), "a.b-c_d*%02g+h%01%C3%A9%02g%02dev%01");
  EXPECT_EQ(encode_changed_old({&plain, &spaced}), "a.b-c_d*:g h;é:g;");
  EXPECT_EQ(encode_changed({}), "");
}

}  // namespace
}  // namespace batata::nacos
