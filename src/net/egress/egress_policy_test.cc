#include "net/egress/egress_policy.h"

#include <gtest/gtest.h>

namespace batata::net {
namespace {

EgressPolicy policy(std::string_view allowed, std::string_view denied) {
  auto parsed = EgressPolicy::parse(allowed, denied);
  EXPECT_TRUE(parsed.has_value());
  return std::move(*parsed);
}

TEST(EgressPolicy, AllowsWhatIsNotDenied) {
  const EgressPolicy denies = policy("", "169.254.0.0/16, 10.0.0.7,fe80::/10");
  for (const char* address : {"127.0.0.1", "10.0.0.6", "192.168.1.1", "::1", "2001:db8::1", "169.255.0.1"})
    EXPECT_TRUE(denies.allows(address)) << address;
  for (const char* address : {"169.254.169.254", "169.254.0.0", "10.0.0.7", "fe80::1", "febf::1"})
    EXPECT_FALSE(denies.allows(address)) << address;
}

TEST(EgressPolicy, AllowsOnlyWhatIsListedWhenSomethingIs) {
  const EgressPolicy listed = policy("10.0.0.0/8,2001:db8::/33", "10.1.0.0/16");
  EXPECT_TRUE(listed.allows("10.2.0.1"));
  EXPECT_TRUE(listed.allows("2001:db8:7fff::1"));
  EXPECT_FALSE(listed.allows("2001:db8:8000::1"));
  EXPECT_FALSE(listed.allows("10.1.0.1"));
  EXPECT_FALSE(listed.allows("11.0.0.1"));
}

TEST(EgressPolicy, LooksThroughIPv6AddressesThatHoldAnIPv4One) {
  const EgressPolicy denies = policy("", "169.254.0.0/16,::");
  EXPECT_FALSE(denies.allows("::ffff:169.254.169.254"));
  EXPECT_FALSE(denies.allows("::ffff:a9fe:a9fe"));
  EXPECT_FALSE(denies.allows("64:ff9b::169.254.169.254"));
  EXPECT_FALSE(denies.allows("::169.254.169.254"));
  EXPECT_FALSE(denies.allows("::"));
  EXPECT_TRUE(denies.allows("::1"));
  EXPECT_TRUE(denies.allows("::ffff:10.0.0.1"));
  EXPECT_TRUE(denies.allows("64:ff9b::10.0.0.1"));
}

TEST(EgressPolicy, CallsNothingThatIsNoAddress) {
  const EgressPolicy everything = policy("", "");
  for (const char* text : {"", "localhost", "2852039166", "0x7f.1", "10.0.0", "10.0.0.1 ", "fe80::1%eth0"})
    EXPECT_FALSE(everything.allows(text)) << text;
  EXPECT_TRUE(everything.allows("169.254.169.254"));
}

TEST(EgressPolicy, NamesTheRangeThatIsNone) {
  for (const char* text :
       {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "local", "/8"}) {
    const auto parsed = EgressPolicy::parse("", text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, Errc::kInvalidArgument);
    EXPECT_NE(parsed.error().message.find(text), std::string::npos);
  }
  EXPECT_TRUE(EgressPolicy::parse(" , ,", "0.0.0.0/0").has_value());
}

}  // namespace
}  // namespace batata::net
