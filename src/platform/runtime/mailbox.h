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

  /// Hands `job` over: at once, or soon together with others when a MailBatch lives on this thread. It is
  /// destroyed unrun when the mailbox is closed. Jobs of one thread keep their order.
  void push(Job job);

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
  friend class MailBatch;
  void deliver(std::vector<Job>& jobs);

  std::mutex mutex_;
  std::vector<Job> jobs_;        // guarded by mutex_
  bool resting_ = true;          // guarded by mutex_
  bool closed_ = false;          // guarded by mutex_
  UniqueFunction<void()> wake_;  // guarded by mutex_
};

/// Gathers what its thread pushes to mailboxes while it lives, so that many jobs cost one lock and one
/// wake-up. For loops, which push by the hundred and never wait for what they push: each keeps one while it
/// works through a turn.
///
/// One at most on each thread. A mailbox must live as long as its jobs that wait here.
class MailBatch {
 public:
  MailBatch();
  ~MailBatch();
  MailBatch(const MailBatch&) = delete;
  MailBatch& operator=(const MailBatch&) = delete;

  /// Hands over what has been gathered. It happens by itself at the end, and whenever kJobsMax wait for one
  /// mailbox, so that its owner can begin.
  void hand_over();

  static constexpr std::size_t kJobsMax = 16;

 private:
  friend class Mailbox;
  struct Parcel {
    Mailbox* to;
    std::vector<Mailbox::Job> jobs;
  };
  void add(Mailbox& to, Mailbox::Job job);

  std::vector<Parcel> parcels_;  // one for each mailbox: the loops of a process are few
};

}  // namespace batata::platform
