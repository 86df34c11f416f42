#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/discovery/instance_override.h"
#include "registry/instance.h"
#include "store/command.h"

namespace batata::domain {

// Where discovery keeps its records in the store. Parts are joined as in store/key_parts.h.

/// What is set for a service: "service/" space, group, name.
[[nodiscard]] std::string service_meta_key(const registry::ServiceKey& service);
/// A persistent instance: "instance/" space, group, name, "ip:port".
[[nodiscard]] std::string instance_key(const registry::ServiceKey& service, std::string_view address);
/// What is set on an instance: "instance-override/" space, group, name, "ip:port:cluster".
[[nodiscard]] std::string override_key(const registry::ServiceKey& service, const InstanceRef& ref);
/// The one record of all switches.
inline constexpr std::string_view kSwitchesKey = "naming-switches";

/// A key of one of these kinds, taken apart.
struct DiscoveryKey {
  enum class Kind : std::uint8_t { kServiceMeta, kInstance, kOverride, kSwitches };
  Kind kind = Kind::kSwitches;
  registry::ServiceKey service;
  std::string address;  ///< of an instance, "ip:port"
  InstanceRef ref;      ///< of an override
};
/// Nothing for other keys, and for keys that the functions above do not make.
[[nodiscard]] std::optional<DiscoveryKey> discovery_key(std::string_view key);
/// Every key of these kinds.
[[nodiscard]] std::vector<store::KeyRange> discovery_ranges();

/// "ip:port".
[[nodiscard]] std::string address_of(std::string_view ip, std::uint16_t port);

}  // namespace batata::domain
