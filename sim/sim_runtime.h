#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <unordered_map>
#include <utility>

#include "async/runtime.h"

namespace batata::sim {

/// One virtual clock and one ordered queue of jobs. Everything in a simulation happens in the order of this
/// queue, so the same seed gives the same run, which `trace()` fingerprints. One thread.
class SimRuntime final : public Runtime {
 public:
  explicit SimRuntime(std::uint64_t seed = 1) : random_(seed) {}

  void post(Job job) override { schedule(now_, std::move(job)); }
  bool on_loop() const override { return true; }
  SteadyTime now() const override { return now_; }
  WallTime wall_now() const override { return {kEpochMs + now_.ns / 1'000'000 + wall_skew_ms_}; }
  TimerId at(SteadyTime when, Job job) override {
    return schedule(when < now_ ? now_ : when, std::move(job));
  }
  void cancel(TimerId id) override;
  std::uint64_t random() override { return random_(); }

  /// Runs the next job. False when there is none.
  bool step();
  /// Runs every job that is due up to `when`, then moves the clock there.
  void run_until(SteadyTime when);
  void run_for(Duration duration) { run_until(now_ + duration); }
  /// Runs what is due now, without moving the clock.
  void settle() { run_until(now_); }
  /// Forgets every job, as the end of a process does.
  void clear();

  void jump_wall_clock(std::int64_t ms) { wall_skew_ms_ += ms; }
  /// Changes with every job run and everything noted: equal traces mean equal runs.
  [[nodiscard]] std::uint64_t trace() const { return trace_; }
  void note(std::uint64_t what);
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  static constexpr std::int64_t kEpochMs = 1'700'000'000'000;
  TimerId schedule(SteadyTime when, Job job);

  SteadyTime now_{0};
  std::int64_t wall_skew_ms_ = 0;
  std::uint64_t sequence_ = 0, steps_ = 0, trace_ = 0xcbf29ce484222325;
  std::map<std::pair<SteadyTime, std::uint64_t>, Job> queue_;
  std::unordered_map<TimerId, SteadyTime> when_;
  std::mt19937_64 random_;
};

}  // namespace batata::sim
