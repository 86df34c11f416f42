#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "cluster/applied_times.h"
#include "store/store.h"

namespace batata::cluster {

/// What a waiter cares about: any event in any of the ranges.
struct Interest {
  std::vector<store::KeyRange> ranges;
};

/// Wakes those who wait for keys to change. One per node; every push and every long poll waits here. Loop
/// only.
///
/// Holds no events: a waiter that wakes reads them from the store's history, so a slow one costs history, not
/// memory.
class Watches {
 public:
  Watches(Runtime& runtime, const store::Store& store) : runtime_(runtime), store_(store) {}
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  /// Called by replica/ after each apply, with what the apply changed. Waits rely on hearing of every change:
  /// a store that took over another one's state while somebody waits would have to end the waits.
  void notify(const std::vector<store::Event>& events);

  /// Completes as soon as an event of `interest` after `known` exists, at once if one does already. Gives the
  /// revision before the first of them: who reads events from there on misses none, and needs no history of
  /// what others wrote during the wait. Errors: kDeadlineExceeded, kCompacted (history does not reach back to
  /// `known`).
  Task<Result<Revision>> changed(Interest interest, Revision known, SteadyTime deadline);

  /// Ends all waits that have a deadline, as if it had come, and from now on each of them at once: the node
  /// is stopping, and its clients shall ask another one. Waits without a deadline are the node's own and go
  /// on.
  void end_bounded_waits();

  /// When the events of which it has been notified were applied.
  [[nodiscard]] const AppliedTimes& applied() const { return applied_; }

  [[nodiscard]] const store::Store& store() const { return store_; }
  [[nodiscard]] Runtime& runtime() const { return runtime_; }
  /// Waits going on now.
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  struct Waiter {
    OneShot<Revision>::Setter wake;  // the first event's; kNothing: the deadline
    bool bounded;                    // the wait has a deadline
  };
  class Registration;
  static constexpr Revision kNothing{0};
  // The first event's revision, or kNothing.
  Result<Revision> changed_already(const Interest& interest, Revision known) const;

  Runtime& runtime_;
  const store::Store& store_;
  AppliedTimes applied_;
  std::multimap<std::string, Waiter*, std::less<>> by_key_;  // ordered: its iterators stay valid
  std::list<std::pair<store::KeyRange, Waiter*>> by_range_;  // few: one per hub, not one per client
  std::size_t waiting_ = 0;
  bool bounded_waits_ended_ = false;
};

}  // namespace batata::cluster
