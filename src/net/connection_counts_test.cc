#include "net/connection_counts.h"

#include <gtest/gtest.h>

#include "net/socket_address.h"

namespace batata::net {
namespace {

ClientKey key_of(std::string_view address) {
  return client_key(socket_address(address, 1)->storage);
}

TEST(ConnectionCounts, ClientsAreToldApartByAddressAndByNetworkOfIpv6) {
  EXPECT_EQ(key_of("10.0.0.1"), key_of("10.0.0.1"));
  EXPECT_NE(key_of("10.0.0.1"), key_of("10.0.0.2"));
  EXPECT_EQ(key_of("10.0.0.1"), key_of("::ffff:10.0.0.1"));
  EXPECT_EQ(key_of("2001:db8:0:1::1"), key_of("2001:db8:0:1:ffff::2"));
  EXPECT_NE(key_of("2001:db8:0:1::1"), key_of("2001:db8:0:2::1"));
}

TEST(ConnectionCounts, OneClientCannotHaveMoreThanItsPart) {
  ConnectionCounts counts(10, 2);
  const ClientKey one = key_of("10.0.0.1"), other = key_of("10.0.0.2");
  EXPECT_EQ(counts.enter(one), std::nullopt);
  EXPECT_EQ(counts.enter(one), std::nullopt);
  EXPECT_EQ(counts.enter(one), Limit::kConnectionsPerAddress);
  EXPECT_EQ(counts.enter(other), std::nullopt);
  EXPECT_EQ(counts.total(), 3u);
  counts.leave(one);
  EXPECT_EQ(counts.enter(one), std::nullopt);
}

TEST(ConnectionCounts, AllTogetherCannotHaveMoreThanThereAre) {
  ConnectionCounts counts(1, 0);
  const ClientKey one = key_of("10.0.0.1");
  EXPECT_EQ(counts.enter(one), std::nullopt);
  EXPECT_EQ(counts.enter(key_of("10.0.0.2")), Limit::kConnections);
  counts.leave(one);
  EXPECT_EQ(counts.total(), 0u);
  EXPECT_EQ(counts.enter(key_of("10.0.0.2")), std::nullopt);
}

TEST(ConnectionCounts, NoneIsRefusedWithoutLimits) {
  ConnectionCounts counts;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(counts.enter(key_of("10.0.0.1")), std::nullopt);
}

TEST(ConnectionCounts, OnlySoManyAreToldThatTheyAreTooMany) {
  ConnectionCounts counts;
  for (std::size_t i = 0; i < ConnectionCounts::kRefusalsMax; ++i) EXPECT_TRUE(counts.enter_refusal());
  EXPECT_FALSE(counts.enter_refusal());
  counts.leave_refusal();
  EXPECT_TRUE(counts.enter_refusal());
}

}  // namespace
}  // namespace batata::net
