#include "domain/access/token_key.h"

#include <gtest/gtest.h>

#include <cctype>

#include "base/crypto.h"
#include "domain/access/passwords.h"

namespace batata::domain {
namespace {

TEST(TokenKey, IsWhatTheTextStandsFor) {
  const std::string bytes(32, '\x7f');
  const auto key = decode_token_key(base64(bytes));
  ASSERT_TRUE(key.has_value()) << key.error().message;
  EXPECT_EQ(key->reveal(), bytes);
}

TEST(TokenKey, MustBeLongEnough) {
  const auto key = decode_token_key(base64(std::string(31, 'x')));
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().code, Errc::kInvalidArgument);
  EXPECT_EQ(key.error().message,
            "nacos.core.auth.plugin.nacos.token.secret.key holds 31 bytes, but at least 32 are needed");
  EXPECT_FALSE(decode_token_key("").has_value());
}

TEST(TokenKey, MustBeBase64AndIsNotShown) {
  const auto key = decode_token_key("tell-nobody tell-nobody tell-nobody tell-nobody");
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().message, "nacos.core.auth.plugin.nacos.token.secret.key is not Base64");
}

TEST(TokenKey, ThatEverybodyKnowsIsRefusedInEitherForm) {  // S04
  const std::string old = "SecretKey012345678901234567890123456789012345678901234567890123456789";
  for (const std::string& text : {old, base64(old), std::string("NzViOWFl") + std::string(40, 'A')}) {
    const auto key = decode_token_key(text);
    ASSERT_FALSE(key.has_value()) << text;
    EXPECT_NE(key.error().message.find("everybody knows"), std::string::npos) << key.error().message;
  }
}

TEST(TokenKey, OfTheDocumentsIsToldFromOthers) {
  EXPECT_TRUE(is_documents_example("VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg="));
  EXPECT_FALSE(is_documents_example(base64(std::string(32, 'x'))));
}

TEST(InventedPassword, IsLongPlainAndAnotherEachTime) {
  const Secret one = invent_password(), two = invent_password();
  EXPECT_EQ(one.size(), 16u);
  EXPECT_NE(one.reveal(), two.reveal());
  EXPECT_TRUE(check_password(one).has_value());
  for (const char c : one.reveal()) EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c))) << c;
}

TEST(PasswordCheck, SpeaksAsUpstreamDoes) {
  EXPECT_EQ(check_password(Secret(std::string(" "))).error().message, "password is blank");
  EXPECT_EQ(check_password(Secret(std::string(73, 'x'))).error().message,
            "Password length must not exceed 72 characters");
  EXPECT_TRUE(check_password(Secret(std::string(72, 'x'))).has_value());
  EXPECT_FALSE(check_password(Secret(std::string("a\0b", 3))).has_value());
}

}  // namespace
}  // namespace batata::domain
