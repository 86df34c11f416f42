#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/types.h"

namespace batata::registry {

/// A service's name in full. `space` is the namespace's one canonical id ("public" for the default one).
struct ServiceKey {
  std::string space, group, name;
  auto operator<=>(const ServiceKey&) const = default;
};

/// "group@@name": how clients and messages name a service.
[[nodiscard]] inline std::string grouped_name(const ServiceKey& service) {
  return service.group + "@@" + service.name;
}

/// One address at which a service can be called. Plain data, whichever door it came through.
struct Instance {
  std::string id;  ///< as the door that registered it spells it; never empty
  /// The door knows no ids and this one was made up: it may be left out where it is shown.
  bool id_is_ours = false;
  std::string ip;
  std::uint16_t port = 0;
  std::string cluster = "DEFAULT";
  double weight = 1.0;
  bool healthy = true;
  bool enabled = true;
  bool ephemeral = true;
  std::map<std::string, std::string> metadata;
  bool operator==(const Instance&) const = default;
};
using InstancePtr = std::shared_ptr<const Instance>;

/// Who keeps an instance alive: a connection (or a client that beats) on a node.
struct Owner {
  NodeId node;
  std::uint64_t connection = 0;
  auto operator<=>(const Owner&) const = default;
};

}  // namespace batata::registry
