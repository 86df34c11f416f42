#pragma once
#include <string>

struct sockaddr;

namespace batata::net {

/// An IP address in digits. Of a kind that is none, and of an IPv6 one that names a network card as well, a
/// text that is no address, so that no policy allows it: what a card leads to no range can say. Pure.
[[nodiscard]] std::string address_digits(const sockaddr& address);

}  // namespace batata::net
