#include "faces/nacos/access/token.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace batata::nacos {
namespace {

constexpr WallTime kNow{1'795'269'000'000};
const std::string kKey(32, 'k');

std::string reason(std::string_view token, std::string_view key = kKey, WallTime now = kNow) {
  const auto user = verify_token(key, token, now);
  if (user) return "user " + *user;
  EXPECT_EQ(user.error().code, Errc::kUnauthenticated);
  return user.error().message;
}

// A token of any header and claims, with a right signature.
std::string forged(std::string_view header, std::string_view claims, Sha sha = Sha::k256,
                   std::string_view key = kKey) {
  std::string token = base64url(header) + "." + base64url(claims);
  return token + "." + base64url(hmac(sha, key, token));
}

constexpr std::string_view kHs256 = R"({"alg":"HS256"})";
constexpr std::string_view kLive = R"({"sub":"nacos","exp":4000000000})";

TEST(Token, NamesItsUserUntilItExpires) {
  const std::string token = sign_token(kKey, "jo.é", {kNow.ms + 18'000'000});
  EXPECT_EQ(reason(token), "user jo.é");
  EXPECT_EQ(reason(token, kKey, {kNow.ms + 18'000'000}), "user jo.é");
  EXPECT_EQ(reason(token, kKey, {kNow.ms + 18'001'000}), "token expired!");
}

TEST(Token, HasTheBytesThatRealNodesWrite) {
  // Recorded from 3.1 and 2.5.1, with their keys.
  const auto key_31 = from_base64("Z29sZGVuLXRlc3Qtc2VjcmV0LWtleS0wMTIzNDU2Nzg5YWJjZGVm");
  const auto key_25 = from_base64("VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg=");
  ASSERT_TRUE(key_31 && key_25);
  EXPECT_EQ(sign_token(*key_31, "nacos", {4'000'000'000'000}),
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYWNvcyIsImV4cCI6NDAwMDAwMDAwMH0."
            "w_LCUvmih6vlGXohn9woTzGABNi3knKO5DHY1A_fTco");
  EXPECT_EQ(reason("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYWNvcyIsImV4cCI6MTcwMDAwMDAwMH0."
                   "dDekJ5JWHewJzbpBo_SiTvI6x6plFi4fjuKdVc49lOE",
                   *key_25),
            "token expired!");
  EXPECT_EQ(reason("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJnaG9zdCIsImV4cCI6NDEwMjQ0NDgwMH0."
                   "dEjE_7BJZoIew2nWkQXMQoT4mo8bPBY2YJiXrq7iq68",
                   *key_25),
            "user ghost");
}

TEST(Token, IsSignedAsTheKeysLengthSaysAndReadWithAnyOfTheThree) {
  const std::pair<std::size_t, std::string_view> cases[] = {{32, "eyJhbGciOiJIUzI1NiJ9."},
                                                            {47, "eyJhbGciOiJIUzI1NiJ9."},
                                                            {48, "eyJhbGciOiJIUzM4NCJ9."},
                                                            {63, "eyJhbGciOiJIUzM4NCJ9."},
                                                            {64, "eyJhbGciOiJIUzUxMiJ9."}};
  for (const auto& [bytes, header] : cases) {
    const std::string key(bytes, 'x');
    const std::string token = sign_token(key, "ann", {kNow.ms + 1000});
    EXPECT_TRUE(token.starts_with(header)) << bytes;
    EXPECT_EQ(token.find('='), token.npos);
    EXPECT_EQ(reason(token, key), "user ann");
  }
  EXPECT_EQ(reason(forged(R"({"alg":"HS512"})", kLive, Sha::k512)), "user nacos");
  EXPECT_EQ(reason(forged(R"({"alg":"HS384"})", kLive, Sha::k384)), "user nacos");
}

TEST(Token, S04NoPublishedKeyOpensIt) {
  for (const std::string_view text :
       {"SecretKey012345678901234567890123456789012345678901234567890123456789",
        "VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg=",
        "NzViOWFlZjQtYTg5MS00OTQ2LWE1NzktZjE5NzIxNGM0NTQ2NzViOWFlZjQtYTg5MS00OTQ2LWE1NzktZjE5NzIxNGM0NTQ2"}) {
    const std::string decoded = from_base64(text).value_or(std::string(text));
    for (const std::string_view key : {text, std::string_view(decoded), std::string_view()}) {
      EXPECT_EQ(reason(forged(kHs256, kLive, Sha::k256, key)), "Invalid signature") << text;
    }
  }
}

TEST(Token, S04AShortKeyNeitherSignsNorVerifies) {
  for (const std::string key : {"", "short", "1234567890123456789012345678901"}) {
    EXPECT_EQ(sign_token(key, "nacos", {kNow.ms + 1000}), "");
    EXPECT_EQ(reason(forged(kHs256, kLive, Sha::k256, key), key), "Invalid signature");
  }
}

TEST(Token, S04NoOtherAlgorithmIsTaken) {
  EXPECT_EQ(reason(base64url(R"({"alg":"none"})") + "." + base64url(kLive) + "."), "token invalid!");
  EXPECT_EQ(reason(base64url(R"({"alg":"none"})") + "." + base64url(kLive) + ".x"),
            "unsupported signature algorithm");
  for (const std::string_view header : {R"({"alg":"RS256"})", R"({"alg":"HS256","typ":"JWT"})",
                                        R"({"alg":"hs256"})", R"({ "alg":"HS256"})", "{}", ""})
    EXPECT_NE(reason(forged(header, kLive)).substr(0, 4), "user") << header;
  // The right words with another hash than they say.
  EXPECT_EQ(reason(forged(kHs256, kLive, Sha::k512)), "Invalid signature");
}

TEST(Token, S04NeitherAlteredNorUnreadableNorHugeTokensAreTaken) {
  const std::string good = sign_token(kKey, "nacos", {kNow.ms + 1000});
  EXPECT_EQ(reason(good), "user nacos");
  std::string other = good;
  other[25] = other[25] == 'A' ? 'B' : 'A';
  EXPECT_EQ(reason(other), "Invalid signature");
  EXPECT_EQ(reason(good + "="), "Invalid signature");
  EXPECT_EQ(reason(good.substr(0, good.size() - 1)), "Invalid signature");
  for (const std::string_view bad : {"", ".", "..", "a.b", "garbage", "a.b.c.d", "..x"})
    EXPECT_EQ(reason(bad), "token invalid!") << bad;
  EXPECT_EQ(reason(good + "." + good), "token invalid!");
  EXPECT_EQ(
      reason(forged(kHs256, R"({"sub":")" + std::string(kTokenBytesMax, 'n') + R"(","exp":4000000000})")),
      "token invalid!");
}

TEST(Token, ClaimsMustBeOfTheirKinds) {
  for (const std::string_view claims :
       {"ops", "[]", "\"nacos\"", R"({"exp":4000000000})", R"({"sub":"","exp":4000000000})",
        R"({"sub":7,"exp":4000000000})", R"({"sub":"nacos","exp":4000000000,"nbf":4000000000})",
        R"({"sub":"nacos","exp":4000000000,"nbf":"soon"})"})
    EXPECT_EQ(reason(forged(kHs256, claims)), "token invalid!") << claims;
  for (const std::string_view claims :
       {R"({"sub":"nacos"})", R"({"sub":"nacos","exp":"never"})", R"({"sub":"nacos","exp":-1})"})
    EXPECT_EQ(reason(forged(kHs256, claims)), "token expired!") << claims;
  EXPECT_EQ(reason(forged(kHs256, R"({"sub":"nacos","exp":4000000000,"nbf":1,"iss":"other"})")),
            "user nacos");
}

}  // namespace
}  // namespace batata::nacos
