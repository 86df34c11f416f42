#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/discovery/instance_override.h"
#include "domain/discovery/service_meta.h"
#include "faces/nacos/naming/naming_params.h"
#include "faces/nacos/naming/naming_room.h"
#include "faces/nacos/naming/naming_views.h"

namespace batata::nacos {

// Forms: what requests about services, clusters and several instances say, checked in upstream's order.

/// What requests of one kind have in common.
enum class Checked : std::uint8_t {
  kAll,   ///< names, cluster, address, metadata
  kList,  ///< of a list of instances: names and `clusters`
};
/// What stands before every handler: refuses v1 while operators have taken the server out of service, reads
/// `metadata` and makes the parameter check. Any thread.
[[nodiscard]] Read<Metadata> enter(const wire::Request& request, Family family, const NamingRoom& room,
                                   Checked checked = Checked::kAll);
/// "UP", or what operators say instead: "DOWN", "STARTING", "PAUSED", "WRITE_ONLY", "READ_ONLY". Any thread.
[[nodiscard]] std::string_view server_status(const NamingRoom& room);
/// Whether an instance is ephemeral when it does not say: a switch. Any thread.
[[nodiscard]] bool default_ephemeral(const NamingRoom& room);

/// The JSON of a selector, which may be URL-encoded once more; blank is none.
[[nodiscard]] Read<domain::ServiceSelector> selector_of(const wire::Request& request, Family family);
inline constexpr std::size_t kCheckerMax = 8192;  ///< bytes of a health checker's JSON; it is kept
/// The JSON of a health checker. A type that is not known is NONE, as upstream has it.
/// Errors: kInvalidArgument for what is no JSON object, and for members of the wrong kind.
[[nodiscard]] Result<domain::HealthCheck> parse_checker(std::string_view text);
/// The JSON list of instances to change; blank text is an empty one.
/// Errors: kInvalidArgument for what is no list of instances, kResourceExhausted for more than kInstancesMax.
[[nodiscard]] Result<std::vector<domain::InstanceRef>> parse_instances(std::string_view text);
inline constexpr std::size_t kInstancesMax = 1000;  ///< each is a record to write, and the caller waits

/// A share, as a float of Java. Nothing when `text` is no number.
[[nodiscard]] std::optional<double> parse_share(std::string_view text);

/// An instance of v2 and v3; what it must have is checked. Makes the check of `enter`, too.
struct InstanceForm {
  registry::ServiceKey service;
  SentInstance sent;
};
[[nodiscard]] Read<InstanceForm> instance_form(const wire::Request& request, Family family,
                                               const NamingRoom& room);
/// Metadata to add to several instances, or whose keys to remove, over v2 and v3. As instance_form.
struct MetadataForm {
  registry::ServiceKey service;
  std::string instances;  ///< JSON, not looked at
  Metadata metadata;
};
[[nodiscard]] Read<MetadataForm> metadata_form(const wire::Request& request, Family family,
                                               const NamingRoom& room);

/// A service to create or to change over v2 and v3.
struct ServiceForm {
  registry::ServiceKey service;
  domain::ServiceMeta meta;
};
[[nodiscard]] Read<ServiceForm> service_form(const wire::Request& request, Family family, Metadata metadata);

/// A cluster to change over v3, and over v1.
struct ClusterForm {
  registry::ServiceKey service;
  std::string cluster;
  domain::ClusterMeta meta;
};
[[nodiscard]] Read<ClusterForm> cluster_form(const wire::Request& request, Metadata metadata);
[[nodiscard]] Read<ClusterForm> cluster_form_v1(const wire::Request& request, WallTime now,
                                                Metadata metadata);

/// The health of an instance to set over v2 and v3.
struct HealthForm {
  registry::ServiceKey service;
  domain::InstanceRef ref;
  bool healthy = false;
};
[[nodiscard]] Read<HealthForm> health_form(const wire::Request& request, Family family);

/// pageNo and pageSize of v3, from 1; a size beyond kPageMax is kPageMax.
struct PageForm {
  std::int64_t number = 1, size = 100;
};
[[nodiscard]] Read<PageForm> page_of_v3(const wire::Request& request);

/// The entries `from` to `to` of `count` are those of page `number`; below 1 it is the first.
struct Slice {
  std::size_t from = 0, to = 0;
};
[[nodiscard]] Slice slice_of(std::size_t count, std::int64_t number, std::int64_t size);

}  // namespace batata::nacos
