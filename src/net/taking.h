#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/types.h"

namespace batata::net {

/// Whether a client takes what waits for it: in each window of time all of it, or at least so many bytes a
/// second. A byte now and then is not enough. Windows move on by quarters, so that a burst, such as what the
/// systems' buffers take at first, counts for one window only. One thread.
class Taking {
 public:
  /// Something waits. The first window begins, unless one has.
  void begin(SteadyTime now, Duration window) {
    if (due_ != SteadyTime::never()) return;
    due_ = now + window / kQuarters;
    passed_ = 0;
    taken_ = {};
  }
  void note_taken(std::size_t bytes) { taken_[0] += bytes; }
  /// Nothing waits any more.
  void end() { due_ = SteadyTime::never(); }
  /// When the quarter ends; never() while nothing waits.
  [[nodiscard]] SteadyTime due() const { return due_; }

  enum class Pace : std::uint8_t {
    kGood,
    kTooSlow,
    kNothing,  ///< was taken in the later half
  };
  /// At due() or later: how the last window was; one that is not over is good. The next quarter begins.
  /// `rate`: bytes a second; 0: anything at all is good.
  [[nodiscard]] Pace judge(SteadyTime now, Duration window, std::size_t rate);

 private:
  static constexpr int kQuarters = 4;
  SteadyTime due_ = SteadyTime::never();
  std::int64_t passed_ = 0;                     // quarters that are over
  std::array<std::size_t, kQuarters> taken_{};  // in the last quarters, the present one first
};

}  // namespace batata::net
