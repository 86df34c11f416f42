#pragma once
#include <cstdint>

#include "base/types.h"

namespace batata::sim {

/// A member's own steady clock: it runs at a rate of its own and may leap ahead, as after a suspended
/// machine, but never goes back. Value type; the true time is the simulation's.
class MemberClock {
 public:
  [[nodiscard]] SteadyTime at(SteadyTime true_time) const {
    return {shown_ns_ + (true_time.ns - since_ns_) / 1'000 * rate_per_mille_};
  }
  /// The first true time, not before `now`, at which this clock shows `shown`.
  [[nodiscard]] SteadyTime when(SteadyTime shown, SteadyTime now) const {
    if (shown <= at(now)) return now;
    return {since_ns_ + ((shown.ns - shown_ns_) / rate_per_mille_ + 1) * 1'000};
  }
  /// Thousandths of a second that pass on this clock in each second of true time from now on: 1000 is right,
  /// 1100 a tenth too fast. At least 1.
  void set_rate(SteadyTime true_time, std::int64_t per_mille) {
    rebase(true_time);
    rate_per_mille_ = per_mille;
  }
  void leap(SteadyTime true_time, Duration ahead) {
    rebase(true_time);
    shown_ns_ += ahead.count();
  }

 private:
  void rebase(SteadyTime true_time) {
    shown_ns_ = at(true_time).ns;
    since_ns_ = true_time.ns;
  }
  std::int64_t since_ns_ = 0, shown_ns_ = 0, rate_per_mille_ = 1'000;
};

}  // namespace batata::sim
