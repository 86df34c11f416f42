#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace batata::sim {

/// What became of one simulated history.
struct NodeSimReport {
  std::uint64_t seed = 0;
  std::string failure;      ///< empty: every check held
  std::uint64_t trace = 0;  ///< equal for equal runs
  std::uint64_t steps = 0, lives = 0, acknowledged = 0, unknown = 0;
  std::uint64_t damages = 0, damages_refused = 0, ends_lost = 0;  ///< starts tried on damaged copies
  std::vector<std::string> story;                                 ///< one line for each life of the node
};

/// Runs a node through several lives on one simulated disk: random writers, then a kill, a power cut between
/// any two steps of the disk, a failing disk, or an orderly stop; then the next life.
///
/// Checked at each start: every write that was acknowledged, or seen by a reader, is there, once, under the
/// revision that was acknowledged; nothing that was refused is; what had an unknown outcome is there once or
/// not at all, and then never comes; what was erased stays away; a lease ends when its time has come by the
/// commands' clock, not before; a start on a copy that was damaged in one place is refused, or has all of it,
/// or, where the damage cannot be seen, all that lies before it; compare-and-set lost nothing; the revision
/// never falls; the state equals an independent replay of the log; the term is a new one. Watchers see
/// revisions in order, and when a node has stopped in order they have seen all.
[[nodiscard]] NodeSimReport run_node_sim(std::uint64_t seed);

}  // namespace batata::sim
