// How nodes tell each other of their owners: versions, digests, deltas.
#include "registry/registry.h"

namespace batata::registry {

std::uint64_t Registry::version(NodeId node) const {
  const auto it = nodes_.find(node);
  return it == nodes_.end() ? 0 : it->second.version;
}

std::uint64_t Registry::digest(NodeId node) const {
  const auto it = nodes_.find(node);
  return it == nodes_.end() ? 0 : it->second.digest;
}

OwnerState Registry::state_of(const Owner& owner, const OwnerRecord& record) const {
  OwnerState state{owner, record.version, {}};
  for (const ServiceKey* service : record.services)
    for (InstancePtr& instance : list(owner, *service))
      state.entries.emplace_back(*service, std::move(instance));
  return state;
}

Delta Registry::delta(NodeId node, std::uint64_t since) const {
  Delta delta;
  delta.node = node;
  const auto it = nodes_.find(node);
  if (it == nodes_.end()) return delta;
  const NodeRecord& record = it->second;
  delta.upto = record.version;
  delta.digest = record.digest;
  if (since < record.gone_floor) since = 0;
  delta.since = since;
  for (auto change = record.by_version.upper_bound(since); change != record.by_version.end(); ++change)
    delta.changed.push_back(state_of(change->second, record.owners.at(change->second)));
  if (since == 0) return delta;  // whoever is not named is gone
  for (auto gone = record.gone.rbegin(); gone != record.gone.rend() && gone->first > since; ++gone)
    if (!record.owners.contains(gone->second)) delta.gone.push_back(gone->second);
  return delta;
}

Merged Registry::merge(const Delta& delta) {
  Merged merged;
  if (delta.node == self_ || delta.upto <= version(delta.node)) return merged;
  merged.outcome = Merged::Outcome::kGap;
  if (delta.since > version(delta.node)) return merged;
  NodeRecord& node = nodes_[delta.node];
  std::set<ServiceKey> changed;
  std::vector<Owner> gone = delta.gone;
  if (delta.since == 0) {
    std::set<Owner> named;
    for (const OwnerState& state : delta.changed) named.insert(state.owner);
    for (const auto& [owner, record] : node.owners)
      if (!named.contains(owner)) gone.push_back(owner);
    // What was dropped between the old version and this one is not known to those who ask this node.
    node.gone.clear();
    node.gone_floor = delta.upto;
  }
  for (const Owner& owner : gone) {
    if (owner.node != delta.node || !node.owners.contains(owner)) continue;
    for (ServiceKey& service : forget(owner, delta.upto)) changed.insert(std::move(service));
  }
  for (const OwnerState& state : delta.changed)
    if (state.owner.node == delta.node) adopt(state, delta.since == 0, changed);
  node.version = delta.upto;
  merged.services.assign(changed.begin(), changed.end());
  if (node.digest == delta.digest) {
    merged.outcome = Merged::Outcome::kApplied;
  } else {
    node.version = 0;  // so that the whole state, which the caller asks for now, is taken
  }
  return merged;
}

// `whole`: the state repairs what is known, whatever version that has.
void Registry::adopt(const OwnerState& state, bool whole, std::set<ServiceKey>& changed) {
  NodeRecord& node = nodes_[state.owner.node];
  const auto known = node.owners.find(state.owner);
  // A delta may repeat what is known: it starts at the receiver's version or before it.
  if (!whole && known != node.owners.end() && known->second.version >= state.version) return;
  std::map<ServiceKey, std::vector<InstancePtr>> wanted;
  if (known != node.owners.end())
    for (const ServiceKey* service : known->second.services) wanted.try_emplace(*service);
  for (const auto& [service, instance] : state.entries) wanted[service].push_back(instance);
  for (auto& [service, instances] : wanted)
    if (replace_quietly(state.owner, service, std::move(instances))) changed.insert(service);
  if (node.owners.contains(state.owner)) touch(state.owner, state.version);
}

}  // namespace batata::registry
