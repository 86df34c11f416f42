#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "raft/core.h"
#include "sim/core_checks.h"
#include "sim/core_ledger.h"
#include "sim/member_clock.h"
#include "sim/member_disk.h"
#include "sim/sim_links.h"
#include "sim/sim_runtime.h"

namespace batata::sim {

/// What the members of one simulated cluster share. All of it outlives them.
struct CoreWorld {
  SimRuntime& runtime;
  SimLinks& links;
  CoreChecks& checks;
  CoreLedger& ledger;
  std::chrono::milliseconds election_timeout{150}, heartbeat{30};
};

/// A member: its core, its disk, its clock, and a state machine that is the list of commands it has applied.
/// The disk stays when it crashes, all else is made anew. One thread.
///
/// Carries out what the core asks for as raft::Ready says. While term and vote, or a change of membership,
/// are on the way to the disk everything that comes waits, as it does in replica::Node, which blocks. Logs
/// are kept whole: a follower, or a member that joins, always finds its next entry in the leader's log;
/// snapshots are not simulated.
class CoreMember {
 public:
  CoreMember(CoreWorld& world, NodeId id);
  CoreMember(const CoreMember&) = delete;
  CoreMember& operator=(const CoreMember&) = delete;
  ~CoreMember() = default;

  /// Begins a life from what the disk has. A lone voter raises its term first, as raft::Core asks for.
  void start();
  void crash();
  /// Neither ticks nor messages nor news of the disk are seen until `resume`; then all that came, in order.
  void pause() { is_paused_ = true; }
  void resume();

  /// Errors: those of raft::Core::propose; kUnavailable when it is down, paused or waits for its disk. The
  /// ledger is told.
  [[nodiscard]] Result<LogIndex> propose(raft::EntryType type,
                                         std::span<const std::shared_ptr<const std::string>> payloads);

  [[nodiscard]] NodeId id() const { return id_; }
  [[nodiscard]] bool is_up() const { return core_ != nullptr; }
  [[nodiscard]] bool is_paused() const { return is_paused_; }
  /// Believes to lead. Errors in that are what Raft is made for.
  [[nodiscard]] bool leads() const { return is_up() && core_->state() == raft::State::kLeader; }
  [[nodiscard]] bool is_candidate() const { return is_up() && core_->state() == raft::State::kCandidate; }
  [[nodiscard]] Term term() const { return is_up() ? core_->term() : disk_.hard_state().term; }
  [[nodiscard]] LogIndex commit() const { return commit_; }
  [[nodiscard]] std::uint64_t life() const { return life_; }
  [[nodiscard]] const std::vector<raft::Entry>& log() const { return log_; }
  /// The newest in its log, committed or not.
  [[nodiscard]] const raft::Configuration& configuration() const { return configuration_; }
  /// Ids of the commands applied in this life, in order.
  [[nodiscard]] const std::vector<std::uint64_t>& applied() const { return applied_; }

  /// One line of all that, for a story.
  [[nodiscard]] std::string describe() const;

  [[nodiscard]] MemberDisk& disk() { return disk_; }
  [[nodiscard]] const MemberDisk& disk() const { return disk_; }
  /// Changes the clock's rate, in thousandths of the true one.
  void set_clock_rate(std::int64_t per_mille);
  void leap_clock(Duration ahead);

 private:
  using Input = std::function<void()>;
  [[nodiscard]] SteadyTime now() const { return clock_.at(world_.runtime.now()); }
  [[nodiscard]] bool is_busy() const { return core_ == nullptr || is_paused_ || is_saving_; }
  [[nodiscard]] MemberView view() const;
  void input(Input input);
  void drain();
  void pump();
  void carry_out(raft::Ready ready);
  void carry_out_saved(raft::Ready ready);
  void carry_out_appended(raft::Ready ready);
  void finish_save();
  void append(const std::vector<raft::Entry>& entries);
  void send(raft::Message message);
  void apply();
  void learn_configuration();
  void arm();

  CoreWorld& world_;
  NodeId id_;
  MemberDisk disk_;
  MemberClock clock_;
  std::uint64_t life_ = 0;
  bool is_paused_ = false;

  // One life's.
  std::unique_ptr<raft::Core> core_;
  std::deque<Input> inbox_;
  Input after_append_;  // what waits for the log to have `awaited_`
  LogIndex awaited_;
  Input after_save_;  // what waits for a pause to end
  bool is_saving_ = false, is_draining_ = false, is_tick_queued_ = false;
  Runtime::TimerId timer_ = 0;
  std::vector<raft::Entry> log_;
  raft::Configuration configuration_;
  LogIndex commit_, applied_index_;
  std::vector<std::uint64_t> applied_;
};

}  // namespace batata::sim
