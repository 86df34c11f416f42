#include "domain/discovery/instance_override.h"

namespace batata::domain {

InstanceRef ref_of(const registry::Instance& instance) {
  return {instance.ip, instance.port, instance.cluster};
}

registry::InstancePtr overlaid(const registry::InstancePtr& instance, const InstanceOverride& over) {
  auto seen = std::make_shared<registry::Instance>(*instance);
  if (over.enabled) seen->enabled = *over.enabled;
  if (over.weight) seen->weight = *over.weight;
  for (const auto& [key, value] : over.metadata) seen->metadata.insert_or_assign(key, value);
  return seen;
}

}  // namespace batata::domain
