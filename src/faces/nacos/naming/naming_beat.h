#pragma once
#include "async/task.h"
#include "faces/nacos/naming/naming_room.h"
#include "registry/instance.h"
#include "wire/http.h"

namespace batata::nacos {

/// Takes a beat as v1 and v2 do: of an instance that is known, or with all of one to register. Loop only.
/// Source: upstream's InstanceController.beat and InstanceControllerV2.beat (2.5.1).
[[nodiscard]] Task<wire::Response> beat(const NamingRoom& room, wire::Request request,
                                        registry::ServiceKey service);

}  // namespace batata::nacos
