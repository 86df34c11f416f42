#include "net/egress/address_digits.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

namespace batata::net {

std::string address_digits(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return text.data();
  }
  if (address.sa_family != AF_INET6) return "an address of another kind";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  if (v6.sin6_scope_id != 0) return std::string(text.data()) + "%" + std::to_string(v6.sin6_scope_id);
  return text.data();
}

}  // namespace batata::net
