#pragma once
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/instance.h"

namespace batata::cluster {

/// The instances that live only as long as whoever registered them: known to every node, agreed on by none
/// (AP).
///
/// All that the domain knows of how nodes share them. What a call changes is in here when the call returns;
/// other nodes hear of it later. Loop only.
class EphemeralRegistry {
 public:
  using ServiceKey = registry::ServiceKey;
  using InstancePtr = registry::InstancePtr;
  using Owner = registry::Owner;
  virtual ~EphemeralRegistry() = default;

  /// A new owner on this node, never given before. It holds nothing, and costs nothing until it does.
  virtual Owner open() = 0;

  /// Adds an instance or replaces the owner's instance of the same id.
  virtual void put(const Owner& owner, const ServiceKey& service, InstancePtr instance) = 0;
  /// Makes `instances` all that the owner has in the service.
  virtual void replace(const Owner& owner, const ServiceKey& service, std::vector<InstancePtr> instances) = 0;
  /// Removes one instance of the owner, if there is such a one.
  virtual void erase(const Owner& owner, const ServiceKey& service, std::string_view id) = 0;
  /// Removes all that the owner has.
  virtual void drop(const Owner& owner) = 0;

  /// Every instance of a service, in an order that all nodes share.
  [[nodiscard]] virtual std::vector<InstancePtr> list(const ServiceKey& service) const = 0;
  /// The same instances with whom each belongs to.
  [[nodiscard]] virtual std::vector<std::pair<Owner, InstancePtr>> members(
      const ServiceKey& service) const = 0;
  /// All that one owner has.
  [[nodiscard]] virtual std::vector<std::pair<ServiceKey, InstancePtr>> held(const Owner& owner) const = 0;
  /// Of all services, on all nodes.
  [[nodiscard]] virtual std::size_t size() const = 0;

  /// `changed` is called for each service whose instances have changed, during the call that changed them or
  /// when another node's news arrive. It must not call the registry back. Set once, before anything is put.
  virtual void set_listener(std::function<void(const ServiceKey&)> changed) = 0;
};

}  // namespace batata::cluster
