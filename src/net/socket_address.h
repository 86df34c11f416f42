#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batata::net {

/// An address as the system's calls take it. Plain data.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// An address as people and messages write it. An IPv4 address that came through an IPv6 socket is an IPv4
/// address: clients and access rules know it as one.
struct AddressText {
  std::string text;
  std::uint16_t port = 0;
};

/// Nothing when `ip` is no IPv4 or IPv6 address.
[[nodiscard]] std::optional<SocketAddress> socket_address(std::string_view ip, std::uint16_t port);
/// The same for a socket of family `family`: one of IPv6 reaches IPv4 addresses too, one of IPv4 no others.
[[nodiscard]] std::optional<SocketAddress> socket_address(std::string_view ip, std::uint16_t port,
                                                          sa_family_t family);
[[nodiscard]] AddressText address_text(const sockaddr_storage& address);
/// Where that socket is bound; empty when it is not.
[[nodiscard]] AddressText local_address_of(int socket);

}  // namespace batata::net
