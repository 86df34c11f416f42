#pragma once
#include <functional>
#include <utility>
#include <vector>

#include "cluster/ephemeral_registry.h"
#include "registry/registry.h"

namespace batata::cluster {

/// The EphemeralRegistry of a node that has no peers. Loop only.
class SingleNodeRegistry final : public EphemeralRegistry {
 public:
  explicit SingleNodeRegistry(NodeId self) : self_(self), registry_(self) {}

  Owner open() override { return Owner{self_, ++last_owner_}; }
  void put(const Owner& owner, const ServiceKey& service, InstancePtr instance) override {
    if (registry_.put(owner, service, std::move(instance))) tell(service);
  }
  void replace(const Owner& owner, const ServiceKey& service, std::vector<InstancePtr> instances) override {
    if (registry_.replace(owner, service, std::move(instances))) tell(service);
  }
  void erase(const Owner& owner, const ServiceKey& service, std::string_view id) override {
    if (registry_.erase(owner, service, id)) tell(service);
  }
  void drop(const Owner& owner) override {
    for (const ServiceKey& service : registry_.drop(owner)) tell(service);
  }
  [[nodiscard]] std::vector<InstancePtr> list(const ServiceKey& service) const override {
    return registry_.list(service);
  }
  [[nodiscard]] std::vector<std::pair<Owner, InstancePtr>> members(const ServiceKey& service) const override {
    return registry_.members(service);
  }
  [[nodiscard]] std::vector<std::pair<ServiceKey, InstancePtr>> held(const Owner& owner) const override {
    return registry_.held(owner);
  }
  [[nodiscard]] std::size_t size() const override { return registry_.size(); }
  void set_listener(std::function<void(const ServiceKey&)> changed) override {
    changed_ = std::move(changed);
  }

 private:
  void tell(const ServiceKey& service) const {
    if (changed_) changed_(service);
  }

  NodeId self_;
  registry::Registry registry_;
  std::function<void(const ServiceKey&)> changed_;
  std::uint64_t last_owner_ = 0;
};

}  // namespace batata::cluster
