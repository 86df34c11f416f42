#include "domain/coordination/lock_plan.h"

#include <gtest/gtest.h>

#include <utility>

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

const LockId kId{"T", "k"};

// A store to which plans are applied at times that the test says.
class LockPlans : public testing::Test {
 protected:
  bool acquire(std::int64_t at_ms, std::chrono::milliseconds ttl, const LockId& id = kId) {
    const LockLeases leases{LeaseId{++last_}, LeaseId{++last_}};
    return apply(at_ms, plan_acquire(store.latest(), id, {"me", WallTime{at_ms}, ttl}, leases));
  }
  bool release(std::int64_t at_ms, const LockId& id = kId) {
    return apply(at_ms, plan_release(store.latest(), id));
  }
  bool apply(std::int64_t at_ms, std::optional<store::Txn> txn) {
    if (!txn) return false;
    const auto applied = store.apply({0, WallTime{at_ms}, std::move(*txn)});
    return applied.result.applied;
  }
  void pass(std::int64_t at_ms) { apply(at_ms, store::Txn{}); }

  store::Store store;

 private:
  std::uint64_t last_ = 0;
};

TEST_F(LockPlans, AFreeLockIsAcquiredOnce) {
  EXPECT_TRUE(acquire(1000, 10s));
  EXPECT_FALSE(acquire(1001, 10s));
  EXPECT_TRUE(acquire(1001, 10s, {"T", "other"}));
  EXPECT_TRUE(acquire(1001, 10s, {"U", "k"}));
}

TEST_F(LockPlans, ALockIsFreeWhenItsTimeIsUpByTheCommandsClock) {
  ASSERT_TRUE(acquire(1000, 10s));
  pass(10'999);
  EXPECT_FALSE(acquire(10'999, 10s));
  pass(11'000);
  EXPECT_TRUE(acquire(11'000, 10s));
}

TEST_F(LockPlans, OfTwoPlansFromOneStateOneHolds) {
  auto first = plan_acquire(store.latest(), kId, {"a", {}, 10s}, {LeaseId{101}, LeaseId{102}});
  auto second = plan_acquire(store.latest(), kId, {"b", {}, 10s}, {LeaseId{103}, LeaseId{104}});
  EXPECT_TRUE(apply(1000, std::move(first)));
  EXPECT_FALSE(apply(1000, std::move(second)));
}

TEST_F(LockPlans, APlanToReleaseDoesNotHoldForTheNextHolder) {
  ASSERT_TRUE(acquire(1000, 10s));
  auto late = plan_release(store.latest(), kId);
  pass(11'000);
  ASSERT_TRUE(acquire(11'000, 10s));
  EXPECT_FALSE(apply(11'001, std::move(late)));
}

TEST_F(LockPlans, AReleaseFindsWhatIsHeldAndWhatRanOutButNothingElse) {
  EXPECT_FALSE(release(1000));
  ASSERT_TRUE(acquire(1000, 10s));
  EXPECT_TRUE(release(1001));
  EXPECT_FALSE(release(1002));
  ASSERT_TRUE(acquire(1002, 1s));
  pass(5000);
  EXPECT_TRUE(release(5000));
  EXPECT_FALSE(release(5000));
}

TEST_F(LockPlans, ALockForNoTimeIsAcquiredAndFree) {
  EXPECT_TRUE(acquire(1000, 0ms));
  EXPECT_TRUE(acquire(1000, 10s));
}

TEST_F(LockPlans, NothingIsLeftOfAReleasedLock) {
  ASSERT_TRUE(acquire(1000, 10s));
  ASSERT_TRUE(release(1001));
  EXPECT_EQ(store.size(), 0u);
  EXPECT_FALSE(store.next_expiry().has_value());
}

TEST_F(LockPlans, ALockThatRanOutIsForgottenInTheEnd) {
  ASSERT_TRUE(acquire(1000, 1s));
  pass(2000);
  EXPECT_EQ(store.size(), 1u);
  pass(2000 + kLockRemembered.count());
  EXPECT_EQ(store.size(), 0u);
  EXPECT_FALSE(store.next_expiry().has_value());
}

TEST_F(LockPlans, AcquiringAgainWhatRanOutLeavesNoLeaseBehind) {
  ASSERT_TRUE(acquire(1000, 1s));
  pass(2000);
  ASSERT_TRUE(acquire(2000, 1s));
  ASSERT_TRUE(release(2001));
  EXPECT_FALSE(store.next_expiry().has_value());
}

}  // namespace
}  // namespace batata::domain
