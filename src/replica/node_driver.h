#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/one_shot.h"
#include "raft/configuration.h"
#include "raft/core.h"
#include "replica/applier.h"
#include "replica/compactor.h"
#include "replica/free_space.h"
#include "replica/hard_state.h"
#include "replica/log.h"
#include "replica/log_writer.h"
#include "replica/node.h"
#include "replica/node_meters.h"
#include "replica/position.h"
#include "replica/proposal_clock.h"
#include "replica/proposal_queue.h"
#include "replica/state_writer.h"

namespace batata::replica {

/// What a Node does, without the coroutines of its face. Loop only.
///
/// The way of a command: queue → (one turn of the loop, or one sync, later) entry → core → log → durable →
/// core → committed → store, readers, watchers, state storage → its caller. node_driver.cc walks it;
/// node_open.cc recovers.
class Node::Driver {
 public:
  Driver(Runtime& runtime, Disk& disk, Executor& log_executor, StateStorage& state, Executor& state_executor,
         NodeOptions options);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver();

  Status open();
  Result<ProposalPtr> admit(const cluster::Context& context, store::Txn txn);
  Task<void> stop();
  Task<Status> read_state(UniqueFunction<void(std::unique_ptr<StateReader>)> use);
  bool leading() const;
  NodeStatus status() const;

  Applier applier;
  NodeMeters meters;

 private:
  struct InFlight {
    LogIndex index;
    Term term;
    std::vector<ProposalPtr> proposals;
  };
  /// What `open` has read.
  struct Recovered {
    std::optional<raft::HardState> hard_state;
    bool has_state = false;
    std::vector<raft::Entry> entries;
  };

  // node_open.cc
  Status load_log(Recovered& recovered);
  Status check_recovered(const Recovered& recovered) const;
  Status found_cluster(Recovered& recovered);
  Status adopt_configuration(const Recovered& recovered);
  Status start_core(Recovered recovered);
  Status replay();
  Status store_replayed();

  // node_driver.cc
  void schedule_append();
  void append_queued();
  void carry_out(raft::Ready ready);
  void persisted(LogIndex index, Term term);
  bool apply_committed();
  void apply_entry(const raft::Entry& entry);
  void apply_own(const InFlight& own);
  void advance(const raft::Entry& entry);
  Status apply_from_log(const raft::Entry& entry);
  void state_flushed(Position position);
  void log_removed(LogIndex first);
  Task<bool> flushed();
  void failed(Error error);
  void lose_leadership();
  void announce_drained();
  bool drained() const;

  // node_timers.cc
  void arm_tick();
  void arm_lease_timer();
  void lease_due();
  void arm_deadlines();
  void arm_compaction();
  void compact_history();
  void expire_deadlines();

  Runtime& runtime_;
  Disk& disk_;
  Executor& log_executor_;
  StateStorage& state_;
  Executor& state_executor_;
  NodeOptions options_;

  HardStateFile hard_state_;
  Log log_;
  raft::Core core_;
  LogWriter log_writer_;
  StateWriter state_writer_;
  ProposalQueue queue_;
  FreeSpace free_space_;
  Compactor compactor_;
  ProposalClock clock_;

  std::deque<raft::Entry> unapplied_;  // in the log or on the way there, not applied
  std::deque<InFlight> in_flight_;     // those of them that this node proposed
  LogIndex commit_;
  LogIndex log_first_;
  Position position_;  // applied to the store
  Position flushed_;   // durable in the state storage
  std::uint64_t bytes_since_flush_ = 0;
  Revision compacting_;  // proposed, and perhaps not yet applied

  bool open_ = false, stopping_ = false, failed_ = false, append_posted_ = false;
  Runtime::TimerId tick_timer_ = 0, lease_timer_ = 0, deadline_timer_ = 0, compaction_timer_ = 0;
  WallTime lease_timer_for_;  // the end of a lease that the timer is armed for
  ProposalPtr expiry_;        // the last command that was to end leases
  OneShot<bool>::Setter drained_;
  struct FlushWaiter {
    LogIndex applied;               // the state is to hold everything up to here
    OneShot<bool>::Setter flushed;  // false: the node has failed
  };
  std::vector<FlushWaiter> flush_waiters_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace batata::replica
