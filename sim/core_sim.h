#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace batata::sim {

/// What became of one simulated history of a cluster.
struct CoreSimReport {
  std::uint64_t seed = 0;
  std::string failure;      ///< empty: every check held
  std::uint64_t trace = 0;  ///< equal for equal runs
  std::uint64_t steps = 0, elections = 0, faults = 0, changes = 0, sent = 0, acknowledged = 0;
  std::uint64_t settled_ms = 0;    ///< from the last fault to equal logs, in virtual time
  std::vector<std::string> story;  ///< elections, faults, changes
};

/// Runs a cluster of raft::Core through some seconds of clients, faults and changes of membership; then ends
/// the faults and waits for equal logs.
///
/// Faults, of which each seed has its own choice: crashes at any time and in any step of a disk, pauses,
/// partitions of every shape, also one-way and stalled ones, connections lost, messages lost and late, clocks
/// that run at their own rates and leap. Checked after each step: CoreChecks. At the end, faults being over:
/// a leader, equal logs, and the ledger's promises, within a bound.
[[nodiscard]] CoreSimReport run_core_sim(std::uint64_t seed);

}  // namespace batata::sim
