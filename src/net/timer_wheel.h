#pragma once
#include <array>
#include <cstddef>

#include "base/types.h"

namespace batata::net {

class TimerWheel;

/// Something that waits for a time in a TimerWheel; leaves it when destroyed. Not copyable, not movable.
class WheelTimer {
 public:
  WheelTimer() = default;
  WheelTimer(const WheelTimer&) = delete;
  WheelTimer& operator=(const WheelTimer&) = delete;
  virtual ~WheelTimer() { cancel(); }
  /// Called by the wheel at `due()` or up to one tick later. The timer has left the wheel and may set itself
  /// again.
  virtual void expired() = 0;
  [[nodiscard]] bool is_set() const { return next_ != nullptr; }
  [[nodiscard]] SteadyTime due() const { return due_; }
  /// Leaves the wheel; nothing happens when it is in none.
  void cancel();

 private:
  friend TimerWheel;
  WheelTimer* next_ = nullptr;
  WheelTimer* prev_ = nullptr;
  SteadyTime due_;
};

/// All timers of one I/O thread in a ring of slots of 16.8 ms: setting and cancelling cost a few pointers,
/// however many there are. Timers beyond the ring's 17 s go round it. One thread; timers must leave before
/// the wheel is destroyed.
class TimerWheel {
 public:
  explicit TimerWheel(SteadyTime now);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Sets `timer`, also one that is set already. `due` in the past means the next `advance`.
  void set(WheelTimer& timer, SteadyTime due);
  /// Calls every timer that is due at `now`.
  void advance(SteadyTime now);
  /// When `advance` may have something to do: never too late, now and then too early; never() when it is
  /// empty.
  [[nodiscard]] SteadyTime next() const;

 private:
  static constexpr int kTickBits = 24;  // 2^24 ns
  static constexpr std::int64_t kSlots = 1024;
  struct Sentinel final : WheelTimer {
    Sentinel();
    ~Sentinel() override;
    void expired() override {}
  };
  static bool empty(const Sentinel& slot) { return slot.next_ == &slot; }
  static void link(Sentinel& slot, WheelTimer& timer);

  std::int64_t cursor_;  // the tick that `advance` has reached; its slot is done
  std::int64_t next_;    // no slot before this tick is occupied; INT64_MAX: none at all
  std::array<Sentinel, kSlots> slots_;
};

}  // namespace batata::net
