#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/task.h"
#include "base/unique_function.h"

namespace batata {

/// A place where jobs that block or take long run, one after the other, away from the loop.
///
/// platform/storage/thread_executor.h is a thread; sim/sim_executor.h takes virtual time on the loop.
class Executor {
 public:
  using Job = UniqueFunction<void()>;
  virtual ~Executor() = default;

  /// Runs `work` behind everything submitted before, then posts `done` to the loop. Loop only.
  /// The queue has no bound of its own: whoever submits keeps few jobs in flight, or bounds them.
  virtual void submit(Job work, Job done) = 0;

  /// Forgets jobs that have not begun and returns when the one that runs has ended. Nothing submitted later
  /// runs. A `done` that has been posted already may still come. Loop only.
  virtual void stop() = 0;
};

/// Runs `work` on `executor` and gives what it returns. Loop only; `work` must hold all that it reads, and
/// nothing that belongs to the loop.
///
/// The caller may be cancelled at any time; `work` is carried out all the same. Never completes when the
/// executor is stopped before.
template <class T>
Task<T> run_elsewhere(Runtime& runtime, Executor& executor, UniqueFunction<T()> work) {
  auto given = std::make_shared<std::optional<T>>();
  OneShot<bool> done(runtime);
  executor.submit([given, work = std::move(work)]() mutable { given->emplace(work()); },
                  [setter = done.setter()] { setter.set(true); });
  co_await done;
  co_return std::move(**given);
}

}  // namespace batata
