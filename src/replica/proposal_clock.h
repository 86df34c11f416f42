#pragma once
#include <algorithm>
#include <chrono>

#include "async/runtime.h"
#include "base/types.h"

namespace batata::replica {

/// The time that proposals are stamped with: the machine's, but never behind one that was given before, nor
/// slower than time passes. Otherwise a machine whose clock was set back would keep every lease until the
/// clock is where it was. Loop only.
class ProposalClock {
 public:
  explicit ProposalClock(const Runtime& runtime) : runtime_(runtime) {}
  /// No earlier time is given: a state knows of it.
  void start_at(WallTime earliest) { set(std::max(earliest, runtime_.wall_now())); }
  [[nodiscard]] WallTime now() {
    const Duration passed = runtime_.now() - since_;
    const WallTime at_least{at_.ms + std::chrono::duration_cast<std::chrono::milliseconds>(passed).count()};
    if (const WallTime machine = runtime_.wall_now(); machine > at_least) set(machine);
    return std::max(at_, at_least);
  }

 private:
  void set(WallTime time) {
    at_ = time;
    since_ = runtime_.now();
  }
  const Runtime& runtime_;
  WallTime at_;  // at the time `since_`
  SteadyTime since_;
};

}  // namespace batata::replica
