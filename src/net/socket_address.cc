#include "net/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

namespace batata::net {

std::optional<SocketAddress> socket_address(std::string_view ip, std::uint16_t port) {
  const std::string text(ip);
  SocketAddress out;
  if (auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
      inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    out.size = sizeof v4;
    return out;
  }
  if (auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
      inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    out.size = sizeof v6;
    return out;
  }
  return std::nullopt;
}

std::optional<SocketAddress> socket_address(std::string_view ip, std::uint16_t port, sa_family_t family) {
  const auto plain = socket_address(ip, port);
  if (!plain || plain->storage.ss_family == family) return plain;
  if (family != AF_INET6) return std::nullopt;
  return socket_address("::ffff:" + std::string(ip), port);
}

AddressText address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return {text.data(), ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  return {text.data(), ntohs(v6.sin6_port)};
}

AddressText local_address_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return address_text(storage);
}

}  // namespace batata::net
