#pragma once
#include <algorithm>

#include "base/types.h"

namespace batata::net {

/// Counts something that a peer may do often, but not without end: `burst` at once, `per_second` for ever.
class FloodMeter {
 public:
  FloodMeter(int burst, int per_second) : burst_(burst), per_second_(per_second), left_(burst) {}
  /// Counts one. False when it is too much.
  [[nodiscard]] bool count(SteadyTime now) {
    const double seconds = static_cast<double>((now - last_).count()) / 1e9;
    left_ = std::min<double>(burst_, left_ + seconds * per_second_) - 1;
    last_ = now;
    return left_ >= 0;
  }
  /// Gives `times` back, for what the peer may do in return for something of ours.
  void give(int times) { left_ = std::min<double>(burst_, left_ + times); }

 private:
  int burst_, per_second_;
  double left_;
  SteadyTime last_;
};

}  // namespace batata::net
