#pragma once
#include <memory>

#include "async/runtime.h"

namespace batata::platform {

/// The domain loop of a real process: one thread, steady and wall clocks of the system, random numbers of the
/// system.
///
/// Posts of other threads come through a mailbox that wakes the loop only when it was empty; posts of the
/// loop itself go to a plain queue. All timers stand in one ordered structure that one system timer drives.
class AsioRuntime final : public Runtime {
 public:
  AsioRuntime();
  ~AsioRuntime() override;
  AsioRuntime(const AsioRuntime&) = delete;
  AsioRuntime& operator=(const AsioRuntime&) = delete;

  void post(Job job) override;
  bool on_loop() const override;
  SteadyTime now() const override;
  WallTime wall_now() const override;
  TimerId at(SteadyTime when, Job job) override;
  void cancel(TimerId id) override;
  std::uint64_t random() override;

  /// Runs jobs and timers on the calling thread, which is the loop from now on, until `stop`. May be called
  /// again afterwards, by the same or another thread.
  void run();
  /// Makes `run` return after the jobs that are being run. Any thread.
  void stop();
  /// Destroys every job and timer that has not run, and refuses posts of other threads from now on. After
  /// `run` has returned; jobs' captures are destroyed on the calling thread, which counts as the loop
  /// meanwhile.
  void clear();

 private:
  struct Loop;
  const std::unique_ptr<Loop> loop_;
};

}  // namespace batata::platform
