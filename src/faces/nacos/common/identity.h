#pragma once
#include <cstdint>
#include <string>

namespace batata::nacos {

/// What this server says of itself.
struct Identity {
  std::string ip;                  ///< in pushes
  std::uint16_t http_port = 8848;  ///< the gRPC port is 1000 above
  std::string version = "3.1.0";   ///< of the Nacos that is spoken, not of batata
  bool standalone = true;
};

}  // namespace batata::nacos
