#include <gtest/gtest.h>

#include <thread>

#include "base/hash.h"

namespace batata {
namespace {

TEST(Md5Hex, AgreesWithTheTestSuiteOfRfc1321) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5_hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5Hex, HashesBytesAfterANul) {
  EXPECT_NE(md5_hex(std::string_view("a\0b", 3)), md5_hex("a"));
}

TEST(Md5Hex, MayBeCalledOnSeveralThreads) {
  std::string other;
  std::thread thread([&other] { other = md5_hex("abc"); });
  const std::string own = md5_hex("abc");
  thread.join();
  EXPECT_EQ(own, other);
}

}  // namespace
}  // namespace batata
