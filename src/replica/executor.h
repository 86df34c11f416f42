#pragma once
#include "base/unique_function.h"

namespace batata::replica {

/// A place where jobs that block run, one after the other, away from the loop.
///
/// platform/storage/thread_executor.h is a thread; sim/sim_executor.h takes virtual time on the loop.
class Executor {
 public:
  using Job = UniqueFunction<void()>;
  virtual ~Executor() = default;

  /// Runs `work` behind everything submitted before, then posts `done` to the loop. Loop only.
  /// The queue has no bound of its own: whoever submits keeps few jobs in flight (replica/ keeps one or two).
  virtual void submit(Job work, Job done) = 0;

  /// Forgets jobs that have not begun and returns when the one that runs has ended. Nothing submitted later
  /// runs. A `done` that has been posted already may still come. Loop only.
  virtual void stop() = 0;
};

}  // namespace batata::replica
