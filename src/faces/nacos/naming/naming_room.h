#pragma once
#include <functional>

#include "async/runtime.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/common/identity.h"
#include "faces/nacos/common/machine_load.h"
#include "faces/nacos/grpc/connections.h"
#include "faces/nacos/grpc/push_counters.h"
#include "faces/nacos/naming/naming_hub.h"
#include "faces/nacos/naming/naming_instance.h"
#include "faces/nacos/naming/udp_push.h"

namespace batata::nacos {

/// What the endpoints of naming stand on. All of it outlives them.
struct NamingRoom {
  Runtime& runtime;
  domain::DiscoveryService& services;
  InstanceIds& ids;
  NamingHub& hub;
  Connections& connections;
  PushCounters& counters;
  UdpPush* udp;  ///< null: this server has no UDP socket
  const Identity& identity;
  std::function<MachineLoad()> machine;  ///< empty: nobody can tell
};

/// Who subscribes to services that pass the test, over gRPC and UDP, by service. Loop only.
[[nodiscard]] std::vector<Subscriber> subscribers_of(const NamingRoom& room, const ServiceTest& wanted);

}  // namespace batata::nacos
