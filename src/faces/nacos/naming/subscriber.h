#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "registry/instance.h"

namespace batata::nacos {

/// One client's subscription to one service, as lists of subscribers show it. Plain data.
struct Subscriber {
  std::string client_id;  ///< of a connection, or "ip:port#true" of a client of 1.x
  registry::ServiceKey service;
  std::string address;  ///< "ip:port" of 1.x; the address alone of a connection
  std::string ip;
  std::uint16_t port = 0;  ///< where pushes over UDP go; 0 for a connection
  std::string agent, app;
  std::string clusters;
};

/// Whether a service's subscribers are wanted.
using ServiceTest = std::function<bool(const registry::ServiceKey&)>;

}  // namespace batata::nacos
