#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "raft/core.h"
#include "store/store.h"

namespace batata::replica {

/// Where in the log a state stands. Written with every batch of changes, under a name of its own among the
/// records of the store; never part of the store's digest.
struct Position {
  LogIndex applied;
  Term term;  ///< of the entry at `applied`
  LogIndex configuration_index;
  std::string configuration;  ///< encoded
  bool operator==(const Position&) const = default;
  [[nodiscard]] raft::SnapshotMeta meta() const {
    return {applied, term, configuration_index, configuration};
  }
};

/// The name sorts before all names of the store's records ('k' and up).
constexpr std::string_view kPositionName = "a";

[[nodiscard]] store::Record encode(const Position& position);
/// Errors: kDamaged; kUnsupported for another version.
[[nodiscard]] Result<Position> decode_position(std::string_view value);

}  // namespace batata::replica
