#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "raft/configuration.h"

struct rs_core;

namespace batata::raft {

/// Numbers are those of the log's format.
enum class EntryType : std::uint8_t {
  kCommand = 1,  ///< for the state machine
  kBarrier = 2,  ///< a leader's own, says nothing
  kChange = 3,   ///< of membership; raft/configuration.h
};

/// One entry of the replicated log. The payload is shared, never changed.
struct Entry {
  LogIndex index;
  Term term;
  EntryType type = EntryType::kCommand;
  std::shared_ptr<const std::string> data;
};

struct HardState {
  Term term;
  NodeId vote;  ///< 0: nobody
  bool operator==(const HardState&) const = default;
};

/// What the state machine's last durable state stands for.
struct SnapshotMeta {
  LogIndex index;
  Term term;
  LogIndex configuration_index;
  std::string configuration;  ///< encoded
  bool operator==(const SnapshotMeta&) const = default;
};

struct AppendEntries {
  Term term;
  LogIndex previous_index;
  Term previous_term;
  LogIndex commit;
  /// To send: so many entries behind `previous_index` are to be taken from the log. Received: `entries` has
  /// them.
  std::uint32_t count = 0;
  std::vector<Entry> entries;
};
struct AppendEntriesResult {
  Term term;
  LogIndex rejected, last_index;
  std::uint16_t version = 0, features = 0, capacity = 0;
};
struct RequestVote {
  Term term;
  NodeId candidate;
  LogIndex last_index;
  Term last_term;
  bool disrupt_leader = false, pre_vote = false;
};
struct RequestVoteResult {
  Term term;
  bool granted = false, pre_vote = false;
  std::uint16_t version = 0, features = 0, capacity = 0;
};
struct TimeoutNow {
  Term term;
  LogIndex last_index;
  Term last_term;
};
struct Message {
  NodeId peer;  ///< to send: the receiver; received: the sender
  std::variant<AppendEntries, AppendEntriesResult, RequestVote, RequestVoteResult, TimeoutNow> body;
};

/// Work that the core asks for. Carry it out in the order of the members.
struct Ready {
  std::optional<HardState> hard_state;  ///< durable before anything else of this Ready happens
  /// Replaces the log from the first one's index on; report `persisted` when durable.
  std::vector<Entry> append;
  /// `append` is durable before `send` and before anything else is asked of the core: a leader changes the
  /// membership. Rare.
  bool append_before_send = false;
  std::vector<Message> send;  ///< in order, on one FIFO stream per peer; need not wait for `append` otherwise
  bool state_changed = false;  ///< if no longer leader, what waits for a commit has an unknown outcome
  /// Has risen: apply up to here; report kChange entries by `committed_change`.
  std::optional<LogIndex> commit;
};

enum class State : std::uint8_t { kFollower = 1, kCandidate = 2, kLeader = 3 };

struct CoreOptions {
  NodeId id{1};
  std::string address;
  std::uint32_t seed = 1;  ///< of election timeouts; must differ between members
  std::chrono::milliseconds election_timeout{1000};
  std::chrono::milliseconds heartbeat{100};
};

/// What a member remembers from before: all of it durable.
struct StartState {
  HardState hard_state;
  std::optional<SnapshotMeta> snapshot;  ///< absent: the log begins with entry 1
  std::vector<Entry> entries;            ///< consecutive; data is needed for kChange only
};

/// The consensus core: messages, ticks and proposals in, work out. No I/O, no clock, no threads. Loop only.
///
/// Wraps raft_step() of libraft 0.22.1. After every call that may change something, take the Ready and carry
/// it out. Link rule: messages of one sender must arrive in the order sent; loss is fine, reordering is not.
/// Not covered: snapshots sent to a follower whose next entry has left the log, catch-up of new members,
/// transfer. Source: "In Search of an Understandable Consensus Algorithm", figure 3.1 of the dissertation;
/// libraft's Core API.
class Core final {
 public:
  explicit Core(CoreOptions options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  /// First call. A lone voter leads afterwards, in the term given, with every entry committed: raise the term
  /// before, so that no index and term ever name two entries. Errors: kUnsupported when an older libraft is
  /// linked; kDamaged for entries or a snapshot that cannot be a log.
  [[nodiscard]] Status start(SteadyTime now, const StartState& state);
  /// Call at `next_tick()`. Elections, heartbeats.
  void tick(SteadyTime now);
  /// Errors: kInvalidArgument for a message that no core sent. It is then ignored.
  [[nodiscard]] Status step(SteadyTime now, const Message& message);
  /// Appends entries in one go and returns the index of the first. They come back in Ready::append.
  /// A kChange is proposed alone, is one step from `configuration()` (is_one_step) that leaves this leader
  /// its vote, and waits until the one before it is committed and reported by `committed_change`, and until
  /// something of this leader's term is committed: propose a kBarrier where there is nothing to propose.
  /// Errors, after which nothing was appended: kUnavailable when not leading or handing leadership over, or a
  /// change has to wait; kInvalidArgument for a change that is none.
  /// Source: section 4.1 of the dissertation, and its correction on raft-dev, 2015-07-10.
  [[nodiscard]] Result<LogIndex> propose(SteadyTime now, EntryType type,
                                         std::span<const std::shared_ptr<const std::string>> payloads);
  /// Everything up to the entry (index, term) is durable. Harmless when that entry has been replaced since.
  void persisted(SteadyTime now, LogIndex index, Term term);
  /// The committed entry at `index` changes the membership. Errors: kDamaged for a damaged payload.
  [[nodiscard]] Status committed_change(SteadyTime now, LogIndex index, std::string_view data);
  /// The state machine is durable up to `meta.index`; the log now begins with `first_kept` (at most one
  /// more).
  [[nodiscard]] Status compacted(SteadyTime now, const SnapshotMeta& meta, LogIndex first_kept);

  /// What has come together since the last call.
  [[nodiscard]] Ready take_ready();

  [[nodiscard]] State state() const;
  [[nodiscard]] Term term() const;
  [[nodiscard]] NodeId leader() const;  ///< 0: unknown
  [[nodiscard]] LogIndex commit_index() const;
  [[nodiscard]] LogIndex last_index() const;
  /// The membership it acts by: the newest in its log, committed or not. Empty before the log has one.
  [[nodiscard]] Configuration configuration() const;
  [[nodiscard]] SteadyTime next_tick() const;

 private:
  struct Call;
  void take(const Call& call);
  [[nodiscard]] Status check_change(std::span<const std::shared_ptr<const std::string>> payloads) const;
  void receive(SteadyTime now, const Message& message);
  [[nodiscard]] bool receive_entries(SteadyTime now, NodeId peer, const AppendEntries& message);

  CoreOptions options_;
  struct Free {
    void operator()(rs_core* core) const;
  };
  std::unique_ptr<rs_core, Free> core_;
  Ready ready_;
};

/// Version of the library that is linked, as libraft counts: 2201 is 0.22.1.
[[nodiscard]] int linked_version();

}  // namespace batata::raft
