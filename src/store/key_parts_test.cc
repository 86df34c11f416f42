#include "store/key_parts.h"

#include <gtest/gtest.h>

namespace batata::store {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string key;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) key.push_back(kPartSeparator);
    append_part(key, parts[i]);
  }
  return key;
}

TEST(KeyParts, AreReadAsTheyWereWrittenWhateverTheyHold) {
  using Parts = std::vector<std::string>;
  for (const Parts& parts : {Parts{"a", "b", "c"}, Parts{""}, Parts{"", ""},
                             Parts{std::string("\0\x01\x02", 3), "x"}, Parts{"\x01", "\x01\x01"}})
    EXPECT_EQ(split_parts(joined(parts)), parts);
}

TEST(KeyParts, RefuseWhatNobodyWrote) {
  EXPECT_FALSE(split_parts("a\x01"));
  EXPECT_FALSE(split_parts("a\x01\x03"));
  EXPECT_FALSE(unescape("\x01"));
}

}  // namespace
}  // namespace batata::store
