#include "net/egress/address_digits.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/egress/egress_policy.h"

namespace batata::net {
namespace {

std::string v6(const char* digits, std::uint32_t card = 0) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_scope_id = card;
  EXPECT_EQ(inet_pton(AF_INET6, digits, &address.sin6_addr), 1);
  return address_digits(reinterpret_cast<const sockaddr&>(address));
}

TEST(AddressDigits, IsWhatAPolicyUnderstands) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x0a000001);
  EXPECT_EQ(address_digits(reinterpret_cast<const sockaddr&>(v4)), "10.0.0.1");
  EXPECT_EQ(v6("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(v6("::ffff:10.0.0.1"), "::ffff:10.0.0.1");
}

TEST(AddressDigits, NoPolicyAllowsACardOrAnotherKindOfSocket) {
  const EgressPolicy everything = EgressPolicy::parse("", "").value();
  EXPECT_TRUE(everything.allows(v6("fe80::1")));
  EXPECT_FALSE(everything.allows(v6("fe80::1", 2)));
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(everything.allows(address_digits(reinterpret_cast<const sockaddr&>(local))));
}

}  // namespace
}  // namespace batata::net
