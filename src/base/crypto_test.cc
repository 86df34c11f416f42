#include "base/crypto.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace batata {
namespace {

TEST(Base64, AgreesWithTheTestVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes) << text;
  }
}

TEST(Base64, HasAnAlphabetForAddresses) {
  EXPECT_EQ(base64("\xff\xef\xbe"), "/+++");
  EXPECT_EQ(base64url("\xff\xef\xbe"), "_---");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(from_base64url("_---"), "\xff\xef\xbe");
  EXPECT_EQ(from_base64url("Zm8"), "fo");
}

TEST(Base64, RefusesWhatItDoesNotWrite) {
  for (const std::string_view text :
       {"Zg=", "Z", "Zg==Zg==", "====", "=", "Zm9v=", "Zm 8=", "Zm8=\n", "_---"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
  for (const std::string_view text : {"Zg==", "Z", "/+++", "Zh", "Zm9"}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
}

TEST(Base64, TakesAKeyWithoutPaddingOrWithBitsInExcessAsJavaDoes) {
  EXPECT_EQ(from_base64("Zg"), "f");
  EXPECT_EQ(from_base64("Zh=="), "f");
}

TEST(ConstantTime, ComparesLikeEquality) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "xbc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

TEST(Secret, IsWipedWhereItHasBeen) {
  std::string bytes = "a password that does not fit into the string itself";
  Secret secret(std::move(bytes));
  EXPECT_TRUE(bytes.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the point
  Secret other(std::move(secret));
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(other.reveal(), "a password that does not fit into the string itself");
  EXPECT_EQ(other.copy().reveal(), other.reveal());
  secret = Secret("short");
  other = std::move(secret);
  EXPECT_EQ(other.reveal(), "short");
}

TEST(Secret, CannotBeCopiedByAccident) {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
}

}  // namespace
}  // namespace batata
