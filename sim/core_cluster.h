#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "raft/configuration.h"
#include "sim/core_checks.h"
#include "sim/core_ledger.h"
#include "sim/core_member.h"
#include "sim/sim_links.h"
#include "sim/sim_runtime.h"

namespace batata::sim {

/// A cluster of consensus cores in one thread under virtual time: what a script, or chance, plays with. All
/// from one seed. Members 1 to n vote from the beginning; others may join. One thread.
class CoreCluster {
 public:
  CoreCluster(std::uint64_t seed, std::uint64_t voters);

  [[nodiscard]] SimRuntime& runtime() { return runtime_; }
  [[nodiscard]] SimLinks& links() { return links_; }
  [[nodiscard]] const CoreLedger& ledger() const { return ledger_; }
  [[nodiscard]] CoreChecks& checks() { return checks_; }
  [[nodiscard]] const CoreChecks& checks() const { return checks_; }
  [[nodiscard]] Duration election_timeout() const { return world_.election_timeout; }

  [[nodiscard]] std::vector<NodeId> ids() const;
  [[nodiscard]] CoreMember& member(NodeId id) { return *members_.at(id); }
  [[nodiscard]] bool knows(NodeId id) const { return members_.contains(id); }
  /// Puts up a machine with an empty disk, which no membership has yet, and starts it.
  CoreMember& prepare(NodeId id);
  void start_all();
  /// Longest time of a write to the member's disk, also when it comes to be later. The shortest is 50 us.
  void set_disk_latency(NodeId id, Duration longest);
  /// A crash takes the connections along: what was on the way to the member is lost. Its own messages under
  /// way arrive until it starts again.
  void crash(NodeId id);
  void start(NodeId id);
  /// Cuts a member's links with all others: those to it, those from it, or both.
  void isolate(NodeId id, SimLinks::Cut to, SimLinks::Cut from);
  /// Leaves `centre` no links but those with `others`, and these none but those with it: only the centre can
  /// gather votes. Members beside them are cut off.
  void only_star(NodeId centre, const std::vector<NodeId>& others);

  /// Those in the newest committed membership, and in any that a member has behind it.
  [[nodiscard]] std::vector<NodeId> members_that_count() const;

  /// The running member that leads in the highest term. Null: nobody believes to lead.
  [[nodiscard]] CoreMember* leader();
  /// Sends `count` new commands to a member. Whether they were taken; the ledger knows what becomes of them.
  [[nodiscard]] bool command(CoreMember& member, std::uint64_t count = 1);
  /// Proposes a membership to a member.
  Status change(CoreMember& member, const raft::Configuration& to);

  /// Runs until `when` is true, a check fails, or the time is over. Whether `when` became true.
  bool run_until(const std::function<bool()>& when, Duration at_most);
  void run_for(Duration duration);
  /// True when a leader has committed all it has in its own term, and every member of its membership has
  /// applied the same.
  [[nodiscard]] bool is_settled();
  /// Runs until a new command is acknowledged and the cluster is settled, faults having been ended by the
  /// caller; then compares all members with the ledger. Errors are told to the checks.
  void settle(Duration at_most);

  /// One line for each thing worth telling, in order.
  [[nodiscard]] const std::vector<std::string>& story() const { return story_; }
  void tell(std::string_view what);

 private:
  bool settle_once(SteadyTime until);
  [[nodiscard]] bool same_as_leader(const CoreMember& leader, NodeId id);
  void compare_with_ledger();

  SimRuntime runtime_;
  SimLinks links_;
  CoreLedger ledger_;
  std::vector<std::string> story_;
  CoreChecks checks_;
  CoreWorld world_;
  std::map<NodeId, std::unique_ptr<CoreMember>> members_;
  std::map<NodeId, Duration> disk_latencies_;
};

/// The membership with this server's role changed, the server added at the end, or removed.
[[nodiscard]] raft::Configuration with_role(raft::Configuration configuration, NodeId id, raft::Role role);
[[nodiscard]] raft::Configuration without(raft::Configuration configuration, NodeId id);
[[nodiscard]] std::size_t voters_of(const raft::Configuration& configuration);

}  // namespace batata::sim
