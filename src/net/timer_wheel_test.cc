#include "net/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <vector>

namespace batata::net {
namespace {

struct Recorder final : WheelTimer {
  std::function<void()> on_expired;
  void expired() override { on_expired(); }
};

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kLate = 17 * kMs;

TEST(TimerWheel, FiresEveryTimerOnceAndNeverEarly) {
  std::mt19937 random(7);
  SteadyTime now{static_cast<std::int64_t>(random() % 1000) * kMs};
  TimerWheel wheel(now);
  int fired = 0;
  std::vector<Recorder> timers(500);
  for (auto& timer : timers) {
    const SteadyTime due{now.ns + static_cast<std::int64_t>(random() % 60'000) * kMs};
    timer.on_expired = [&, due] {
      EXPECT_GE(now, due);
      EXPECT_LE(now.ns, due.ns + kLate + 10 * kMs);
      ++fired;
    };
    wheel.set(timer, due);
  }
  while (wheel.next() != SteadyTime::never()) {
    now.ns += 10 * kMs;
    wheel.advance(now);
  }
  EXPECT_EQ(fired, 500);
}

TEST(TimerWheel, CancelledAndDestroyedTimersDoNotFire) {
  TimerWheel wheel({0});
  Recorder cancelled;
  cancelled.on_expired = [] { FAIL(); };
  wheel.set(cancelled, {kMs});
  cancelled.cancel();
  EXPECT_FALSE(cancelled.is_set());
  {
    Recorder destroyed;
    destroyed.on_expired = [] { FAIL(); };
    wheel.set(destroyed, {kMs});
  }
  wheel.advance({1000 * kMs});
  EXPECT_EQ(wheel.next(), SteadyTime::never());
}

TEST(TimerWheel, ATimerMaySetItselfAndCancelAnotherWhileItFires) {
  TimerWheel wheel({0});
  Recorder again, victim;
  int rounds = 0;
  victim.on_expired = [] { FAIL(); };
  again.on_expired = [&] {
    victim.cancel();
    if (++rounds < 3) wheel.set(again, {0});
  };
  wheel.set(again, {kMs});
  wheel.set(victim, {kMs});
  for (std::int64_t i = 1; i < 10; ++i) wheel.advance({i * kLate});
  EXPECT_EQ(rounds, 3);
}

TEST(TimerWheel, SaysWhenItMustBeAdvanced) {
  TimerWheel wheel({0});
  Recorder timer;
  bool fired = false;
  timer.on_expired = [&] { fired = true; };
  wheel.set(timer, {100'000 * kMs});
  int steps = 0;
  while (!fired && ++steps < 100) wheel.advance(wheel.next());
  EXPECT_TRUE(fired);
  EXPECT_LT(steps, 10);  // once round the ring for each 17 s, not once a tick
}

}  // namespace
}  // namespace batata::net
