#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/types.h"
#include "domain/discovery/service_snapshot.h"
#include "registry/instance.h"

namespace batata::nacos {

/// Where a JSON text goes decides small things in it.
enum class Destination : std::uint8_t {
  kGrpc,  ///< ServiceInfo.name without the group
  kHttp,  ///< ServiceInfo.name is "group@@service"
  kUdp,   ///< as kHttp, without groupName, which clients of 1.x do not know
};

/// Writes an instance, members in upstream's order. `service` is "group@@name". `instanceIdGenerator` is
/// there when the metadata is empty ("simple") or names one; an id that the server made up for itself is
/// left out, as by upstream.
void write_instance(json::Writer& out, std::string_view service, const registry::Instance& instance);
/// Writes what `selection` leaves of `snapshot` (null: nothing) as a list of instances. True when so few of
/// them are healthy that all are said to be.
bool write_hosts(json::Writer& out, const domain::SnapshotPtr& snapshot, const domain::Selection& selection);

/// A ServiceInfo: what `selection` leaves of `snapshot`. For a service that is not there (null) the members
/// name `service` and there are no hosts; its time lies just before `now` then. `cache` is how long clients
/// may go without asking again (a switch: NamingSwitches::push_cache).
///
/// `allIPs` is spelled as 2.5.1 does and as released clients read it, if they do; the 3.1 snapshot says
/// `allIps`.
[[nodiscard]] std::string service_info(const registry::ServiceKey& service,
                                       const domain::SnapshotPtr& snapshot,
                                       const domain::Selection& selection, WallTime now, Destination door,
                                       std::chrono::milliseconds cache);

}  // namespace batata::nacos
