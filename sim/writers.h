#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <string>

#include "async/scope.h"
#include "cluster/cursor.h"
#include "cluster/proposer.h"
#include "cluster/watches.h"
#include "sim/leased_keys.h"
#include "sim/scratch_keys.h"
#include "sim/sim_runtime.h"
#include "store/store.h"

namespace batata::sim {

/// Clients that write for ever and remember what they were told. They outlive the node: what was under way
/// when it died has an unknown outcome. Every plain write has a key and a value of its own, so loss and
/// doubling show. One thread.
class Writers {
 public:
  explicit Writers(SimRuntime& runtime) : runtime_(runtime) {}

  /// Starts `count` clients that talk to this node until `scope` ends.
  void start(Scope& scope, cluster::Proposer& proposer, const store::Store& store, std::uint64_t count);
  /// Starts clients that follow changes and check their order: one of all keys, one of the counter alone.
  void watch(Scope& scope, cluster::Watches& watches);

  /// Compares what was told with what is there. Empty: all is well.
  [[nodiscard]] std::string check(const store::Store& store) const;
  /// Reads everything, as clients do after a restart: what is seen once must stay, whatever its writer was
  /// told, and what is not there then may not come later.
  void observe(const store::Store& store);
  /// The first thing a watcher found wrong. Empty: nothing.
  [[nodiscard]] const std::string& watch_failure() const { return watch_failure_; }
  /// Compares where the watchers stand with the store, when nothing is under way. Empty: none was left
  /// asleep.
  [[nodiscard]] std::string check_watchers(const store::Store& store) const;

  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }

 private:
  // kNotThere: refused, or not there after a start.
  enum class Outcome : std::uint8_t { kUnknown, kAcknowledged, kNotThere };
  struct Told {
    Outcome outcome = Outcome::kUnknown;
    std::string value;
    Revision revision;
  };
  struct Watcher {
    store::KeyRange range;
    Revision position;
  };
  Task<void> write_for_ever(cluster::Proposer& proposer, const store::Store& store);
  Task<void> write_own_key(cluster::Proposer& proposer);
  Task<void> raise_counter(cluster::Proposer& proposer, const store::Store& store);
  Task<void> write_leased(cluster::Proposer& proposer, const store::Store& store);
  Task<void> write_and_erase(cluster::Proposer& proposer);
  Task<void> follow(cluster::Watches& watches, Watcher& watcher);
  void check_batch(const Watcher& watcher, const cluster::Batch& batch);
  cluster::Context context();
  std::string check_counter(const store::Store& store) const;
  std::string check_key(const std::string& key, const Told& told, const store::Store& store) const;

  SimRuntime& runtime_;
  std::map<std::string, Told> told_;
  LeasedKeys leased_;
  ScratchKeys scratch_;
  Revision highest_;  // acknowledged
  std::uint64_t serial_ = 0, acknowledged_ = 0, unknown_ = 0;
  std::uint64_t raised_ = 0, perhaps_raised_ = 0;
  std::list<Watcher> watchers_;  // of this life
  std::string watch_failure_;
};

}  // namespace batata::sim
