#include "base/crypto.h"

#include <gtest/gtest.h>

#include <thread>

namespace batata {
namespace {

std::string hex(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(Hmac, AgreesWithTheFirstCaseOfRfc4231) {
  const std::string key(20, '\x0b');
  EXPECT_EQ(hex(hmac(Sha::k256, key, "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(
      hex(hmac(Sha::k384, key, "Hi There")),
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6");
  EXPECT_EQ(hex(hmac(Sha::k512, key, "Hi There")),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
}

TEST(Hmac, AgreesWithItsSecondCaseWhoseKeyIsShort) {
  EXPECT_EQ(hex(hmac(Sha::k256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hmac, AgreesWithItsSixthCaseWhoseKeyIsLongerThanABlock) {
  const std::string key(131, '\xaa');
  const std::string_view data = "Test Using Larger Than Block-Size Key - Hash Key First";
  EXPECT_EQ(hex(hmac(Sha::k256, key, data)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(
      hex(hmac(Sha::k384, key, data)),
      "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952");
  EXPECT_EQ(hex(hmac(Sha::k512, key, data)),
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
            "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
}

TEST(Hmac, ForgetsTheKeyOfBefore) {
  const std::string one = hmac(Sha::k256, "one", "data");
  EXPECT_NE(hmac(Sha::k256, "two", "data"), one);
  EXPECT_EQ(hmac(Sha::k256, "one", "data"), one);
}

TEST(Hmac, MayBeCalledOnSeveralThreads) {
  std::string other;
  std::thread thread([&other] { other = hmac(Sha::k512, "key", "data"); });
  const std::string own = hmac(Sha::k512, "key", "data");
  thread.join();
  EXPECT_EQ(own, other);
}

TEST(RandomSecret, IsAnotherEachTime) {
  const Secret one = random_secret(32), two = random_secret(32);
  EXPECT_EQ(one.size(), 32u);
  EXPECT_NE(one.reveal(), two.reveal());
  EXPECT_TRUE(random_secret(0).empty());
}

}  // namespace
}  // namespace batata
