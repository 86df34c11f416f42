#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "raft/core.h"
#include "sim/sim_runtime.h"

namespace batata::sim {

/// What a member has on its disk, and what is on the way there: term and vote in one place, the log in
/// another. Writes become durable after a random time, those of the log in order. Outlives the lives of its
/// member. One thread.
///
/// A crash keeps of the log's writes under way any prefix, and of term and vote under way all or nothing.
class MemberDisk {
 public:
  using Saved = std::function<void()>;
  using Persisted = std::function<void(LogIndex, Term)>;
  explicit MemberDisk(SimRuntime& runtime) : runtime_(runtime) {}

  /// What a start finds.
  [[nodiscard]] const raft::HardState& hard_state() const { return hard_state_; }
  [[nodiscard]] const std::vector<raft::Entry>& log() const { return log_; }
  [[nodiscard]] bool has(const raft::Entry& entry) const;
  /// Puts it there at once; for what was before the simulation, and for a start, which waits for its disk.
  void put(raft::HardState hard_state) { hard_state_ = hard_state; }
  void put(std::vector<raft::Entry> log) { log_ = std::move(log); }

  /// Makes term and vote durable, then calls `saved`. One at a time.
  void save(raft::HardState hard_state, Saved saved);
  /// Writes entries, each in place of all from its index on; `persisted` is told of the last of each sync.
  void append(const std::vector<raft::Entry>& entries);
  void on_persisted(Persisted persisted) { persisted_ = std::move(persisted); }

  /// Ends the life: nothing of it is reported any more.
  void crash();

  void set_latency(Duration shortest, Duration longest) { shortest_ = shortest, longest_ = longest; }
  /// The log takes so many entries more, each with a sync of its own, and then hangs until `resume`; a crash
  /// loses what waits. For scripts.
  void hang_after(std::uint64_t entries) { allowed_ = entries; }
  void resume();
  /// Calls `trip` in the `steps`-th step from now. Steps: the beginning of a write, and its end before
  /// anybody is told.
  void trip_after(std::uint64_t steps, std::function<void()> trip) {
    trip_steps_ = steps;
    trip_ = std::move(trip);
  }

 private:
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  [[nodiscard]] bool step();
  [[nodiscard]] Duration latency();
  void begin_sync();
  void end_sync(std::uint64_t count);
  void put(raft::Entry entry);

  SimRuntime& runtime_;
  raft::HardState hard_state_;
  std::vector<raft::Entry> log_;
  std::optional<raft::HardState> saving_;
  std::deque<raft::Entry> writing_;
  bool syncing_ = false;
  std::uint64_t life_ = 0, allowed_ = kUnlimited, trip_steps_ = 0;
  std::function<void()> trip_;
  Persisted persisted_;
  Duration shortest_ = std::chrono::microseconds(50), longest_ = std::chrono::milliseconds(3);
};

}  // namespace batata::sim
