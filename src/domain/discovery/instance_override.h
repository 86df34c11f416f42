#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "domain/discovery/service_meta.h"
#include "registry/instance.h"

namespace batata::domain {

/// Which instance of a service an operator means. At most one instance of a service has an address in a
/// cluster, but one service may have both an ephemeral and, of another time, a persistent one there.
struct InstanceRef {
  std::string ip;
  std::uint16_t port = 0;
  std::string cluster = "DEFAULT";
  auto operator<=>(const InstanceRef&) const = default;
};
[[nodiscard]] InstanceRef ref_of(const registry::Instance& instance);

/// What an operator has set on an instance. It lies over what the instance's owner says, survives the owner's
/// registering it again, and goes a minute after the instance has gone.
///
/// Members that are not set show what the owner said. `metadata` is added to the owner's, key by key.
struct InstanceOverride {
  std::optional<bool> enabled = {};
  std::optional<double> weight = {};
  Metadata metadata = {};
  bool operator==(const InstanceOverride&) const = default;
};

/// The instance as readers see it.
[[nodiscard]] registry::InstancePtr overlaid(const registry::InstancePtr& instance,
                                             const InstanceOverride& over);

/// A change of an override; members that are not set leave what is there. `metadata` replaces all of the
/// override's.
struct OverridePatch {
  std::optional<bool> enabled = {};
  std::optional<double> weight = {};
  std::optional<Metadata> metadata = {};
};

}  // namespace batata::domain
