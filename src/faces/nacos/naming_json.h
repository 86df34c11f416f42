#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/types.h"
#include "domain/discovery/service_snapshot.h"
#include "registry/instance.h"

namespace batata::nacos {

/// Where a JSON text goes decides small things in it.
enum class Door : std::uint8_t {
  kGrpc,  ///< ServiceInfo.name without the group; instances always have an id, because Python's models demand
          ///< one
  kHttp,  ///< ServiceInfo.name is "group@@service"; ids that the server made up for itself are left out
};

/// Writes an instance in upstream's order of members.
/// `instanceIdGenerator` is there when the metadata is empty ("simple") or names one.
void write_instance(json::Writer& out, const registry::ServiceKey& service,
                    const registry::Instance& instance, Door door);

/// A ServiceInfo: what `selection` leaves of `snapshot`. For a service that is not there (null) the members
/// name `service` and there are no hosts; `now` is its time then.
///
/// `allIPs` is spelled as 2.5.1 does and as released clients read it, if they do; the 3.1 snapshot says
/// `allIps`.
[[nodiscard]] std::string service_info(const registry::ServiceKey& service,
                                       const domain::SnapshotPtr& snapshot,
                                       const domain::Selection& selection, WallTime now, Door door);

}  // namespace batata::nacos
