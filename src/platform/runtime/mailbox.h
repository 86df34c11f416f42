#pragma once
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "base/unique_function.h"

namespace batata::platform {

/// Jobs that any thread hands to one loop. It wakes the loop only when that rests, so neither a burst of
/// posts nor posts to a loop that is busy cost more than one wake-up.
///
/// `push` and `close` may be called from any thread, `drain` and `rest` by the owner's thread only. It has no
/// bound of its own: what is posted stands for a request, a reply or a message, and those are bounded where
/// they come from.
class Mailbox {
 public:
  using Job = UniqueFunction<void()>;

  /// `wake` makes the owner call `drain` soon. It is called under the lock, by the thread that pushes. The
  /// owner rests until its first `drain`.
  explicit Mailbox(UniqueFunction<void()> wake) : wake_(std::move(wake)) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// False when the mailbox is closed: the job is destroyed unrun.
  bool push(Job job) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    jobs_.push_back(std::move(job));
    if (std::exchange(resting_, false)) wake_();
    return true;
  }

  /// Moves what has arrived into `batch`, which must be empty; keeps the room `batch` had for the next jobs.
  void drain(std::vector<Job>& batch) {
    const std::lock_guard lock(mutex_);
    resting_ = false;
    jobs_.swap(batch);
  }

  /// Called by the owner before it waits for something else: the next push shall wake it. False when there
  /// are jobs already; then it must drain.
  [[nodiscard]] bool rest() {
    const std::lock_guard lock(mutex_);
    resting_ = jobs_.empty();
    return resting_;
  }

  /// Refuses every later push and destroys what has not run. `wake` is not called again.
  void close() {
    std::vector<Job> unrun;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    jobs_.swap(unrun);  // destroyed after the lock: a job's captures may push
  }

 private:
  std::mutex mutex_;
  std::vector<Job> jobs_;        // guarded by mutex_
  bool resting_ = true;          // guarded by mutex_
  bool closed_ = false;          // guarded by mutex_
  UniqueFunction<void()> wake_;  // guarded by mutex_
};

}  // namespace batata::platform
