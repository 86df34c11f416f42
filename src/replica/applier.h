#pragma once
#include <utility>
#include <vector>

#include "cluster/latest.h"
#include "cluster/watches.h"
#include "store/store.h"

namespace batata::replica {

/// Everything that happens when a command is applied: the store, the published keys, the watchers, and the
/// changes for the state storage. Loop only.
class Applier {
 public:
  explicit Applier(Runtime& runtime) : watches(runtime, store) {}

  /// Before serving: only the store and the changes; `publish_all` does the rest at once.
  void replay(store::Command command) { keep(store.apply(std::move(command))); }
  void publish_all() {
    latest.reserve(store.size());
    for (auto& kv : store.latest().range(store::KeyRange::prefix(""))) latest.publish(kv->key, kv);
  }
  store::TxnResult apply(store::Command command) {
    store::Applied applied = store.apply(std::move(command));
    for (const store::Event& event : applied.events) {
      if (event.after != nullptr) {
        latest.publish(event.key(), event.after);
      } else {
        latest.retract(event.key());
      }
    }
    if (!applied.events.empty()) watches.notify(applied.events);
    const store::TxnResult result = applied.result;
    keep(std::move(applied));
    return result;
  }
  /// The changes since the last call.
  [[nodiscard]] std::vector<store::Change> take_changes() {
    changes_bytes_ = 0;
    return std::exchange(changes_, {});
  }
  [[nodiscard]] std::size_t changes_bytes() const { return changes_bytes_; }

  store::Store store;
  cluster::LatestKeys latest;
  cluster::Watches watches;

 private:
  void keep(store::Applied applied) {
    for (store::Change& change : applied.changes) {
      changes_bytes_ += size_of(change);
      changes_.push_back(std::move(change));
    }
  }
  std::vector<store::Change> changes_;
  std::size_t changes_bytes_ = 0;
};

}  // namespace batata::replica
