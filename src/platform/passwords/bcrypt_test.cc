#include "platform/passwords/bcrypt.h"

#include <gtest/gtest.h>

namespace batata::platform {
namespace {

Secret secret(std::string text) {
  return Secret(std::move(text));
}

TEST(Bcrypt, AgreesWithKnownAnswers) {
  const std::pair<const char*, const char*> cases[] = {
      {"a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"},
      {"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"},
      {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      // The account that Nacos' own schema once came with.
      {"nacos", "$2a$10$EuWPZHzz32dJN7jexM34MOeYirDdFAZm2kuWj7VEOJhhZkDrxfvUu"}};
  for (const auto& [password, hash] : cases) {
    EXPECT_TRUE(bcrypt_matches(secret(password), hash)) << hash;
    EXPECT_FALSE(bcrypt_matches(secret(std::string(password) + "x"), hash)) << hash;
  }
}

TEST(Bcrypt, HashesAtTheSetCostWithANewSaltEachTime) {  // S10
  const auto one = bcrypt(secret("secret")), two = bcrypt(secret("secret"));
  ASSERT_TRUE(one.has_value());
  ASSERT_TRUE(two.has_value());
  EXPECT_TRUE(one->starts_with("$2a$10$")) << *one;
  EXPECT_TRUE(is_bcrypt(*one));
  EXPECT_NE(*one, *two);
  EXPECT_EQ(one->find("secret"), std::string::npos);
  EXPECT_TRUE(bcrypt_matches(secret("secret"), *one));
  EXPECT_FALSE(bcrypt_matches(secret("Secret"), *one));
}

TEST(Bcrypt, ReadsAllThatItTakesAndTakesNoMore) {
  const auto full = bcrypt(secret(std::string(72, 'x')));
  ASSERT_TRUE(full.has_value());
  EXPECT_TRUE(bcrypt_matches(secret(std::string(72, 'x')), *full));
  EXPECT_FALSE(bcrypt_matches(secret(std::string(71, 'x')), *full));
  EXPECT_FALSE(bcrypt_matches(secret(std::string(73, 'x')), *full));
  EXPECT_EQ(bcrypt(secret(std::string(73, 'x'))).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(bcrypt(secret(std::string("a\0b", 3))).error().code, Errc::kInvalidArgument);
  EXPECT_FALSE(bcrypt_matches(secret(std::string(72, 'x') + '\0'), *full));
}

TEST(Bcrypt, OtherHashesAreNone) {
  const std::string good = "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";
  EXPECT_TRUE(is_bcrypt(good));
  std::string short_by_one = good, long_by_one = good + "x", other_form = good, too_costly = good, odd = good;
  short_by_one.pop_back();
  other_form[2] = 'x';
  too_costly.replace(4, 2, "31");
  odd[20] = '*';
  for (const std::string& hash :
       {std::string(), std::string("ab"), std::string("secret"), std::string("*0"), std::string("$1$abc$"),
        short_by_one, long_by_one, other_form, too_costly, odd}) {
    EXPECT_FALSE(is_bcrypt(hash)) << hash;
    EXPECT_FALSE(bcrypt_matches(secret("a"), hash)) << hash;
  }
}

TEST(Bcrypt, HashOfNobodyLooksLikeOneAndIsAnotherEachTime) {
  const std::string hash = bcrypt_of_nobody();
  EXPECT_TRUE(is_bcrypt(hash)) << hash;
  EXPECT_TRUE(hash.starts_with("$2a$10$"));
  EXPECT_FALSE(bcrypt_matches(secret("nacos"), hash));
  EXPECT_NE(bcrypt_of_nobody(), hash);
}

}  // namespace
}  // namespace batata::platform
