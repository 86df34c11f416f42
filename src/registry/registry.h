#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.h"
#include "registry/instance.h"

namespace batata::registry {

/// All that one owner keeps alive, as of one version of its node.
struct OwnerState {
  Owner owner;
  std::uint64_t version = 0;
  std::vector<std::pair<ServiceKey, InstancePtr>> entries;
};

/// What became of one node's owners between two versions. The unit that nodes exchange.
struct Delta {
  NodeId node;
  /// For receivers that have at least this version; 0: this is the node's whole state.
  std::uint64_t since = 0;
  std::uint64_t upto = 0;    ///< the receiver's version afterwards
  std::uint64_t digest = 0;  ///< of the node's whole state at `upto`
  std::vector<OwnerState> changed;
  std::vector<Owner> gone;
};

/// What `merge` did with a delta.
struct Merged {
  enum class Outcome : std::uint8_t {
    kApplied,
    kKnown,  ///< nothing new in it
    kGap,    ///< changes before it are missing, or the states differ: ask for the whole state
  };
  Outcome outcome = Outcome::kKnown;
  std::vector<ServiceKey> services;  ///< that changed
};

/// Who offers which service, as far as this node has heard. Pure: no clock, no I/O, no chance. Loop only.
///
/// Every instance belongs to one owner, every owner to one node, and only that node writes it. A node numbers
/// its changes; a state of a node with a higher number replaces one with a lower number, so nodes that have
/// merged the same deltas hold the same instances in whatever order the deltas came (tests:
/// registry_merge_test.cc).
class Registry {
 public:
  /// `first_version` must be above every version that this node gave before it was restarted.
  explicit Registry(NodeId self, std::uint64_t first_version = 0);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// Adds an instance or replaces the one of the same id. True when that changed something.
  /// `owner` must be of this node, here and below.
  bool put(const Owner& owner, const ServiceKey& service, InstancePtr instance);
  /// Removes one instance. False when there was none.
  bool erase(const Owner& owner, const ServiceKey& service, std::string_view id);
  /// Makes `instances` all that the owner has in the service; of two with one id the last counts.
  bool replace(const Owner& owner, const ServiceKey& service, std::vector<InstancePtr> instances);
  /// Removes all that the owner has. Gives the services it was in.
  std::vector<ServiceKey> drop(const Owner& owner);

  /// The instances of a service in the order of owners, then of ids: the same on every node.
  [[nodiscard]] std::vector<InstancePtr> list(const ServiceKey& service) const;
  /// What one owner has in a service.
  [[nodiscard]] std::vector<InstancePtr> list(const Owner& owner, const ServiceKey& service) const;
  /// The instances of a service in the same order, with whom each belongs to.
  [[nodiscard]] std::vector<std::pair<Owner, InstancePtr>> members(const ServiceKey& service) const;
  /// All that one owner has, by services.
  [[nodiscard]] std::vector<std::pair<ServiceKey, InstancePtr>> held(const Owner& owner) const;
  /// Services with at least one instance, in order.
  [[nodiscard]] std::vector<ServiceKey> services() const;
  /// Of all services.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// The last change of `node` that is in here; 0: none.
  [[nodiscard]] std::uint64_t version(NodeId node) const;
  /// A fingerprint of what the node's owners hold: equal contents have equal digests. Costs nothing to ask.
  [[nodiscard]] std::uint64_t digest(NodeId node) const;
  /// What changed of `node` after version `since`; the whole state when that is no longer known.
  [[nodiscard]] Delta delta(NodeId node, std::uint64_t since) const;
  /// Takes what another node says of its owners. Deltas of this node itself are `kKnown`: nobody else writes
  /// it.
  [[nodiscard]] Merged merge(const Delta& delta);

  /// Dropped owners that a delta can still name; a peer further behind gets the whole state.
  static constexpr std::size_t kGoneMax = 4096;

 private:
  using MemberId = std::pair<Owner, std::string_view>;  // the id lives in the instance
  using Members = std::map<MemberId, InstancePtr>;
  struct ByValue {
    bool operator()(const ServiceKey* a, const ServiceKey* b) const { return *a < *b; }
  };
  struct OwnerRecord {
    std::uint64_t version = 0;
    std::set<const ServiceKey*, ByValue> services;  // the keys live in services_
  };
  struct NodeRecord {
    std::uint64_t version = 0, digest = 0;
    std::map<Owner, OwnerRecord> owners;
    std::map<std::uint64_t, Owner> by_version;  // each owner once, at its last change
    std::deque<std::pair<std::uint64_t, Owner>> gone;
    std::uint64_t gone_floor = 0;  // drops up to here may be missing in `gone`
  };

  bool set(const Owner& owner, const ServiceKey& service, InstancePtr instance);
  bool remove(const Owner& owner, const ServiceKey& service, std::string_view id);
  void remove_member(std::map<ServiceKey, Members>::iterator service, Members::iterator member);
  bool replace_quietly(const Owner& owner, const ServiceKey& service, std::vector<InstancePtr> instances);
  void touch(const Owner& owner, std::uint64_t version);
  std::vector<ServiceKey> forget(const Owner& owner, std::uint64_t version);
  void adopt(const OwnerState& state, bool whole, std::set<ServiceKey>& changed);
  [[nodiscard]] OwnerState state_of(const Owner& owner, const OwnerRecord& record) const;
  std::uint64_t next_version() { return nodes_[self_].version + 1; }

  NodeId self_;
  std::map<ServiceKey, Members> services_;
  std::map<NodeId, NodeRecord> nodes_;
  std::size_t size_ = 0;
};

}  // namespace batata::registry
