#pragma once
#include <string_view>

#include "domain/discovery/naming_switches.h"

namespace batata::nacos {

/// Whether a client that calls itself `agent` ("Nacos-Java-Client:v1.4.6") is pushed to over UDP: it is of a
/// kind that listens, of a version that does, and pushing is switched on. Pure.
/// Source: upstream's UdpPushService.canEnablePush and ClientInfo.
[[nodiscard]] bool is_pushed_over_udp(std::string_view agent, const domain::Switches& switches);

}  // namespace batata::nacos
