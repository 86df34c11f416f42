#include "net/timer_wheel.h"

#include <algorithm>

namespace batata::net {

void WheelTimer::cancel() {
  if (next_ == nullptr) return;
  prev_->next_ = next_;
  next_->prev_ = prev_;
  next_ = prev_ = nullptr;
}

TimerWheel::Sentinel::Sentinel() {
  next_ = prev_ = this;
}
TimerWheel::Sentinel::~Sentinel() {
  while (next_ != this) next_->cancel();
  next_ = prev_ = nullptr;
}

TimerWheel::TimerWheel(SteadyTime now) : cursor_(now.ns >> kTickBits), next_(INT64_MAX) {}

void TimerWheel::link(Sentinel& slot, WheelTimer& timer) {
  timer.prev_ = slot.prev_;
  timer.next_ = &slot;
  slot.prev_->next_ = &timer;
  slot.prev_ = &timer;
}

void TimerWheel::set(WheelTimer& timer, SteadyTime due) {
  timer.cancel();
  timer.due_ = due;
  // The tick after `due`, so that a timer never runs early; within one turn of the ring.
  const std::int64_t tick = due == SteadyTime::never() ? INT64_MAX : (due.ns >> kTickBits) + 1;
  const std::int64_t at = std::clamp(tick, cursor_ + 1, cursor_ + kSlots - 1);
  link(slots_[static_cast<std::size_t>(at % kSlots)], timer);
  next_ = std::min(next_, at);
}

void TimerWheel::advance(SteadyTime now) {
  const std::int64_t until = now.ns >> kTickBits;
  while (next_ <= until) {
    cursor_ = next_;
    Sentinel& slot = slots_[static_cast<std::size_t>(cursor_ % kSlots)];
    Sentinel due;  // taken out first: what is set meanwhile must not be seen in this round
    while (!empty(slot)) {
      WheelTimer& timer = *slot.next_;
      timer.cancel();
      link(due, timer);
    }
    next_ = cursor_ + 1;
    while (next_ < cursor_ + kSlots && empty(slots_[static_cast<std::size_t>(next_ % kSlots)])) ++next_;
    if (next_ == cursor_ + kSlots) next_ = INT64_MAX;
    while (!empty(due)) {
      WheelTimer& timer = *due.next_;
      timer.cancel();
      if (timer.due_.ns >> kTickBits < cursor_) {
        timer.expired();
      } else {
        set(timer, timer.due_);
      }
    }
  }
  cursor_ = std::max(cursor_, until);
}

SteadyTime TimerWheel::next() const {
  return next_ == INT64_MAX ? SteadyTime::never() : SteadyTime{next_ << kTickBits};
}

}  // namespace batata::net
