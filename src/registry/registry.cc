#include "registry/registry.h"

#include <string>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace batata::registry {
namespace {

std::uint64_t fingerprint(const Owner& owner, const ServiceKey& service, const Instance& instance) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.u64(owner.node.value);
  writer.u64(owner.connection);
  for (const std::string* text :
       {&service.space, &service.group, &service.name, &instance.id, &instance.ip, &instance.cluster})
    writer.string(*text);
  writer.varint(instance.port);
  writer.f64(instance.weight);
  writer.u8(static_cast<std::uint8_t>((instance.healthy ? 1 : 0) | (instance.enabled ? 2 : 0) |
                                      (instance.ephemeral ? 4 : 0) | (instance.id_is_ours ? 8 : 0)));
  writer.varint(instance.metadata.size());
  for (const auto& [key, value] : instance.metadata) {
    writer.string(key);
    writer.string(value);
  }
  return hash64(bytes);
}

}  // namespace

Registry::Registry(NodeId self, std::uint64_t first_version) : self_(self) {
  NodeRecord& node = nodes_[self];
  node.version = first_version;
  node.gone_floor = first_version;
}

bool Registry::put(const Owner& owner, const ServiceKey& service, InstancePtr instance) {
  BATATA_ASSERT(owner.node == self_);
  if (!set(owner, service, std::move(instance))) return false;
  touch(owner, next_version());
  return true;
}

bool Registry::erase(const Owner& owner, const ServiceKey& service, std::string_view id) {
  BATATA_ASSERT(owner.node == self_);
  if (!remove(owner, service, id)) return false;
  touch(owner, next_version());
  return true;
}

bool Registry::replace(const Owner& owner, const ServiceKey& service, std::vector<InstancePtr> instances) {
  BATATA_ASSERT(owner.node == self_);
  if (!replace_quietly(owner, service, std::move(instances))) return false;
  touch(owner, next_version());
  return true;
}

std::vector<ServiceKey> Registry::drop(const Owner& owner) {
  BATATA_ASSERT(owner.node == self_);
  if (!nodes_[self_].owners.contains(owner)) return {};
  return forget(owner, next_version());
}

// Adds or replaces without a new version. The digest is a sum, so that a change costs the change alone.
bool Registry::set(const Owner& owner, const ServiceKey& service, InstancePtr instance) {
  BATATA_ASSERT(instance != nullptr && !instance->id.empty());
  NodeRecord& node = nodes_[owner.node];
  const auto place = services_.try_emplace(service).first;
  Members& members = place->second;
  const auto found = members.find(MemberId{owner, instance->id});
  if (found != members.end()) {
    if (*found->second == *instance) return false;
    node.digest -= fingerprint(owner, service, *found->second);
    members.erase(found);  // its key points into the old instance
    --size_;
  }
  node.digest += fingerprint(owner, service, *instance);
  const MemberId id{owner, instance->id};
  members.emplace(id, std::move(instance));
  ++size_;
  node.owners[owner].services.insert(&place->first);
  return true;
}

bool Registry::remove(const Owner& owner, const ServiceKey& service, std::string_view id) {
  const auto place = services_.find(service);
  if (place == services_.end()) return false;
  const auto member = place->second.find(MemberId{owner, id});
  if (member == place->second.end()) return false;
  remove_member(place, member);
  return true;
}

void Registry::remove_member(std::map<ServiceKey, Members>::iterator service, Members::iterator member) {
  const Owner owner = member->first.first;
  NodeRecord& node = nodes_[owner.node];
  node.digest -= fingerprint(owner, service->first, *member->second);
  Members& members = service->second;
  members.erase(member);
  --size_;
  const auto left = members.lower_bound(MemberId{owner, {}});
  if (left == members.end() || left->first.first != owner) node.owners[owner].services.erase(&service->first);
  if (members.empty()) services_.erase(service);
}

bool Registry::replace_quietly(const Owner& owner, const ServiceKey& service,
                               std::vector<InstancePtr> instances) {
  std::map<std::string_view, InstancePtr> wanted;
  for (InstancePtr& instance : instances) {
    const std::string_view id = instance->id;
    wanted.erase(id);  // the key must point into the instance that stays
    wanted.emplace(id, std::move(instance));
  }
  bool changed = false;
  for (const InstancePtr& old : list(owner, service))
    if (!wanted.contains(old->id)) changed = remove(owner, service, old->id) || changed;
  for (auto& [id, instance] : wanted) changed = set(owner, service, std::move(instance)) || changed;
  return changed;
}

// Gives an owner's record a version; an owner that holds nothing any more is gone.
void Registry::touch(const Owner& owner, std::uint64_t version) {
  NodeRecord& node = nodes_[owner.node];
  const auto it = node.owners.find(owner);
  if (it->second.services.empty()) {
    forget(owner, version);
    return;
  }
  node.by_version.erase(it->second.version);
  it->second.version = version;
  node.by_version.emplace(version, owner);
  node.version = version;
}

std::vector<ServiceKey> Registry::forget(const Owner& owner, std::uint64_t version) {
  NodeRecord& node = nodes_[owner.node];
  const auto it = node.owners.find(owner);
  std::vector<ServiceKey> left;
  for (const ServiceKey* service : it->second.services) left.push_back(*service);
  for (const ServiceKey& service : left)
    for (const InstancePtr& instance : list(owner, service)) remove(owner, service, instance->id);
  node.by_version.erase(it->second.version);
  node.owners.erase(it);
  node.version = version;
  node.gone.emplace_back(version, owner);
  if (node.gone.size() > kGoneMax) {
    node.gone_floor = node.gone.front().first;
    node.gone.pop_front();
  }
  return left;
}

std::vector<InstancePtr> Registry::list(const ServiceKey& service) const {
  std::vector<InstancePtr> instances;
  const auto place = services_.find(service);
  if (place == services_.end()) return instances;
  instances.reserve(place->second.size());
  for (const auto& [id, instance] : place->second) instances.push_back(instance);
  return instances;
}

std::vector<InstancePtr> Registry::list(const Owner& owner, const ServiceKey& service) const {
  std::vector<InstancePtr> instances;
  const auto place = services_.find(service);
  if (place == services_.end()) return instances;
  const Members& members = place->second;
  for (auto it = members.lower_bound(MemberId{owner, {}}); it != members.end() && it->first.first == owner;
       ++it)
    instances.push_back(it->second);
  return instances;
}

std::vector<std::pair<Owner, InstancePtr>> Registry::members(const ServiceKey& service) const {
  std::vector<std::pair<Owner, InstancePtr>> members;
  const auto place = services_.find(service);
  if (place == services_.end()) return members;
  members.reserve(place->second.size());
  for (const auto& [id, instance] : place->second) members.emplace_back(id.first, instance);
  return members;
}

std::vector<std::pair<ServiceKey, InstancePtr>> Registry::held(const Owner& owner) const {
  const auto node = nodes_.find(owner.node);
  if (node == nodes_.end()) return {};
  const auto record = node->second.owners.find(owner);
  if (record == node->second.owners.end()) return {};
  return state_of(owner, record->second).entries;
}

std::vector<ServiceKey> Registry::services() const {
  std::vector<ServiceKey> keys;
  keys.reserve(services_.size());
  for (const auto& [key, members] : services_) keys.push_back(key);
  return keys;
}

}  // namespace batata::registry
