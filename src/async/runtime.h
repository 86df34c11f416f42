#pragma once
#include <cstdint>

#include "base/types.h"
#include "base/unique_function.h"

namespace batata {

/// The only source of time, order and chance for code above base/. One loop, run by one thread.
///
/// platform/asio_runtime.h is the real one; sim/sim_runtime.h has virtual time and one ordered queue.
class Runtime {
 public:
  using Job = UniqueFunction<void()>;
  using TimerId = std::uint64_t;  ///< 0 names no timer
  virtual ~Runtime() = default;

  /// Runs `job` later on the loop, in the order of the posts of one thread. Any thread.
  virtual void post(Job job) = 0;
  /// True when called from the loop.
  [[nodiscard]] virtual bool on_loop() const = 0;
  /// Steady time. Any thread.
  [[nodiscard]] virtual SteadyTime now() const = 0;
  /// Time of day, for data and answers only; it may jump. Any thread.
  [[nodiscard]] virtual WallTime wall_now() const = 0;
  /// Runs `job` on the loop at `when` or soon after (within 10 ms). Loop only.
  virtual TimerId at(SteadyTime when, Job job) = 0;
  /// Forgets a timer; nothing happens when it has run. Loop only.
  virtual void cancel(TimerId id) = 0;
  /// A random number; from a seed in the simulator. Loop only.
  virtual std::uint64_t random() = 0;
};

}  // namespace batata
