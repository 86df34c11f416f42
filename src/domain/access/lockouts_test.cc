#include "domain/access/lockouts.h"

#include <gtest/gtest.h>

#include <string>

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

const LockoutLimits kLimits{.failures_max = 5, .first_lock = 30s, .lock_max = 100s, .forgotten_after = 30min};

TEST(Lockouts, FifthFailureLocksForAWhile) {  // S09
  Lockouts lockouts(kLimits);
  const SteadyTime start{1};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(lockouts.fail("joe", start), Duration::zero());
  EXPECT_EQ(lockouts.locked_until("joe", start), std::nullopt);
  EXPECT_EQ(lockouts.fail("joe", start), 30s);
  EXPECT_EQ(lockouts.locked_until("joe", start), start + 30s);
  EXPECT_EQ(lockouts.locked_until("ann", start), std::nullopt);
  EXPECT_EQ(lockouts.locked_until("joe", start + 30s), std::nullopt);
}

TEST(Lockouts, LastLongerWithEachFailureUpToABound) {
  Lockouts lockouts(kLimits);
  SteadyTime now{1};
  for (int i = 0; i < 5; ++i) (void)lockouts.fail("joe", now);
  now = now + 30s;
  EXPECT_EQ(lockouts.fail("joe", now), 60s);
  EXPECT_EQ(lockouts.fail("joe", now + 60s), 100s);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(lockouts.fail("joe", now + 161s), 100s);
}

TEST(Lockouts, AreForgottenAfterAQuietTimeOrASuccess) {
  Lockouts lockouts(kLimits);
  const SteadyTime start{1};
  for (int i = 0; i < 4; ++i) (void)lockouts.fail("joe", start);
  EXPECT_EQ(lockouts.fail("joe", start + 30min), Duration::zero());
  for (int i = 0; i < 3; ++i) (void)lockouts.fail("joe", start + 30min);
  lockouts.clear("joe");
  EXPECT_EQ(lockouts.fail("joe", start + 30min), Duration::zero());
  EXPECT_EQ(lockouts.size(), 1u);
}

TEST(Lockouts, OfNoLimitLockNothing) {
  Lockouts lockouts({.failures_max = 0});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(lockouts.fail("joe", SteadyTime{1}), Duration::zero());
  EXPECT_EQ(lockouts.size(), 0u);
}

TEST(Lockouts, StayBoundedHoweverManyNamesFail) {
  Lockouts lockouts(kLimits);
  for (std::size_t i = 0; i < Lockouts::kNamesMax + 100; ++i)
    (void)lockouts.fail(std::to_string(i), SteadyTime{1});
  EXPECT_EQ(lockouts.size(), Lockouts::kNamesMax);
}

TEST(RecentMap, ForgetsWhatWasTouchedLongestAgo) {
  RecentMap<int> map(2);
  map.touch("a") = 1;
  map.touch("b") = 2;
  map.touch("a") = 3;
  map.touch("c") = 4;
  EXPECT_EQ(map.find("b"), nullptr);
  ASSERT_NE(map.find("a"), nullptr);
  EXPECT_EQ(*map.find("a"), 3);
  map.erase("a");
  map.erase("a");
  EXPECT_EQ(map.size(), 1u);
}

}  // namespace
}  // namespace batata::domain
