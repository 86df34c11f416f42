#pragma once
#include <cstdint>
#include <limits>

#include "base/result.h"

namespace batata::sim {

/// The mains of a simulated machine. Every step of its disks costs one unit; when the units are used up, the
/// machine is dark and every further step fails, until `restore`. So a crash can come between any two steps
/// of a disk.
class SimPower {
 public:
  /// The machine goes dark after so many more steps.
  void cut_after(std::uint64_t steps) { left_ = steps; }
  void restore() { left_ = kUnlimited; }
  [[nodiscard]] bool dark() const { return left_ == 0; }
  /// Errors: kInternal when dark.
  [[nodiscard]] Status spend() {
    if (left_ == 0) return fail(Errc::kInternal, "the machine has no power");
    if (left_ != kUnlimited) --left_;
    return {};
  }

 private:
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t left_ = kUnlimited;
};

}  // namespace batata::sim
