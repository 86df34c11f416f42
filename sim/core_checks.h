#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "raft/configuration.h"
#include "raft/core.h"

namespace batata::sim {

/// What the checks see of a member, between two of its steps.
struct MemberView {
  NodeId id;
  std::uint64_t life = 0;  ///< counts its starts
  Term term;
  bool leads = false;
  LogIndex commit;
  const std::vector<raft::Entry>& log;       ///< from entry 1 on, as its core knows it
  const raft::Configuration& configuration;  ///< the newest in `log`
};

/// Raft's safety properties, over everything that any member has done since the beginning. Knows the members'
/// logs and disks, nothing of their cores' insides. One thread.
///
/// Election safety: one leader a term, of one life. Leader append-only. Log matching: an index and a term
/// name one entry and one predecessor, everywhere and for ever. Leader completeness: who leads in a term has
/// what was committed in terms before. State machine safety: one entry is applied at an index, and only when
/// it is committed. Beside them: a commit stands on the disks of a majority of voters; term and vote never go
/// back, and nobody votes for two; within a life the commit index never falls; a leader has one change of
/// membership under way; a member acts by the newest membership in its log. Source: figure 3.2 and
/// section 4.1 of "Consensus: Bridging Theory and Practice" (Ongaro, 2014).
class CoreChecks {
 public:
  using OnDisk = std::function<bool(NodeId, const raft::Entry&)>;
  using Tell = std::function<void(std::string)>;
  /// `on_disk` says whether a member's disk has an entry; `tell` gets a line for each election.
  CoreChecks(OnDisk on_disk, Tell tell) : on_disk_(std::move(on_disk)), tell_(std::move(tell)) {}

  /// The first thing that was wrong. Empty: nothing.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  void wrong(std::string what);

  /// Term and vote are on the member's disk.
  void saved(NodeId member, raft::HardState hard_state);
  /// A vote leaves `voter`, or a candidate asks for votes and so has its own.
  void voted(NodeId voter, Term term, NodeId candidate);
  /// The member is about to write `entry` into its log, and has dropped what stood there.
  void appending(const MemberView& member, const raft::Entry& entry, bool replaces);
  /// The member has carried out all that its core asked for.
  void after_step(const MemberView& member);
  void applied(NodeId member, const raft::Entry& entry);
  /// `acts_by` is what the member's core says its membership is.
  void acts_by(const MemberView& member, const raft::Configuration& acts_by);

  /// Of the whole cluster: entries that any member has called committed.
  [[nodiscard]] LogIndex committed() const { return LogIndex{committed_.size()}; }
  [[nodiscard]] const raft::Entry& committed_entry(LogIndex index) const {
    return committed_.at(index.value - 1).entry;
  }
  [[nodiscard]] std::uint64_t elections() const { return leaders_.size(); }

 private:
  struct Known {
    Term previous;
    raft::EntryType type;
    std::shared_ptr<const std::string> data;
  };
  struct Committed {
    raft::Entry entry;
    Term in_term;  // of the leader that first knew
  };
  struct Leader {
    NodeId id;
    std::uint64_t life = 0;
  };
  void elected(const MemberView& leader);
  void commit_one(const MemberView& member, const raft::Entry& entry);
  void check_one_change(const MemberView& leader, const raft::Entry& entry);

  OnDisk on_disk_;
  Tell tell_;
  std::string failure_;
  std::map<NodeId, raft::HardState> saved_;
  std::map<std::pair<NodeId, Term>, NodeId> votes_;
  std::map<Term, Leader> leaders_;
  std::vector<Term> newest_leader_log_;  // terms of what the leader of the highest term had when elected
  std::unordered_map<std::uint64_t, Known> entries_;
  std::vector<Committed> committed_;
  std::map<NodeId, std::pair<std::uint64_t, LogIndex>> commits_;  // life, commit index
};

}  // namespace batata::sim
