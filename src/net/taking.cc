#include "net/taking.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace batata::net {

Taking::Pace Taking::judge(SteadyTime now, Duration window, std::size_t rate) {
  const Duration quarter = window / kQuarters;
  const std::int64_t over = 1 + (now - due_) / quarter;  // more than one when the timer is late
  passed_ += over;
  Pace pace = Pace::kGood;
  if (passed_ >= kQuarters) {
    const double sum = static_cast<double>(std::accumulate(taken_.begin(), taken_.end(), std::size_t{0}));
    const double least = static_cast<double>(rate) * std::chrono::duration<double>(window).count();
    if (sum < std::max(least, 1.0)) pace = taken_[0] + taken_[1] == 0 ? Pace::kNothing : Pace::kTooSlow;
  }
  const auto shift = static_cast<std::ptrdiff_t>(std::min<std::int64_t>(over, kQuarters));
  std::shift_right(taken_.begin(), taken_.end(), shift);
  std::fill_n(taken_.begin(), shift, 0);
  due_ = due_ + quarter * over;
  return pace;
}

}  // namespace batata::net
