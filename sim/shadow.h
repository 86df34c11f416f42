#pragma once
#include <string>

#include "sim/sim_disk.h"
#include "store/store.h"

namespace batata::sim {

/// A second state machine that is fed from the log's files alone and knows nothing of the node.
class Shadow {
 public:
  /// Applies what the log on `disk` holds behind `applied()`, up to entry `upto`.
  /// Errors: what opening the log gives; kInternal when the log no longer reaches back far enough.
  [[nodiscard]] Status feed(const SimDisk& disk, LogIndex upto);
  [[nodiscard]] LogIndex applied() const { return applied_; }
  [[nodiscard]] const store::Store& store() const { return store_; }

 private:
  store::Store store_;
  LogIndex applied_;
};

}  // namespace batata::sim
