#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>

#include "base/types.h"

namespace batata::cluster {

/// When revisions were applied, for the last few seconds at least: what is told of a change may say how late
/// it is. Loop only.
class AppliedTimes {
 public:
  /// Everything up to `upto` has been applied, the last of it `now`. Both grow.
  void note(Revision upto, SteadyTime now) {
    if (!times_.empty() && now - times_.back().at < kGrain) {
      times_.back().upto = upto;
      return;
    }
    times_.push_back({upto, now});
    if (times_.size() > kTimesMax) times_.pop_front();
  }
  /// When `revision` was applied, up to kGrain too early; of one that is too old to be known, the oldest time
  /// that is. `otherwise` for one that has not been noted.
  [[nodiscard]] SteadyTime of(Revision revision, SteadyTime otherwise) const {
    const auto it = std::ranges::lower_bound(times_, revision, {}, &Time::upto);
    return it == times_.end() ? otherwise : it->at;
  }

  static constexpr Duration kGrain = std::chrono::microseconds(250);
  static constexpr std::size_t kTimesMax = 16'384;  ///< 4 s of changes without a pause, 256 KiB

 private:
  struct Time {
    Revision upto;
    SteadyTime at;
  };
  std::deque<Time> times_;
};

}  // namespace batata::cluster
