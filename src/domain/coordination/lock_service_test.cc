#include "domain/coordination/lock_service.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

class Locks : public testing::Test {
 protected:
  // A task that keeps its result where the test can see it.
  static Task<void> keep(Task<Result<bool>> task, std::optional<Result<bool>>& result) {
    result = co_await task;
  }
  Result<bool> run(Task<Result<bool>> task) {
    std::optional<Result<bool>> result;
    scope.spawn(keep(std::move(task), result));
    runtime.run_for(20ms);
    return result ? *result : fail(Errc::kInternal, "no result yet");
  }
  Result<bool> acquire(std::string key, std::chrono::milliseconds ttl) {
    return run(locks.acquire({}, {"T", std::move(key)}, "me", ttl));
  }
  Result<bool> release(std::string key) { return run(locks.release({}, {"T", std::move(key)})); }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  LockService locks{runtime, proposer.store, proposer};
  Scope scope{runtime};
};

TEST_F(Locks, AreHeldUntilTheyAreReleased) {
  EXPECT_EQ(acquire("k", 10s).value(), true);
  EXPECT_EQ(acquire("k", 10s).value(), false);
  ASSERT_TRUE(locks.held({"T", "k"}));
  EXPECT_EQ(locks.held({"T", "k"})->holder, "me");
  EXPECT_EQ(release("k").value(), true);
  EXPECT_FALSE(locks.held({"T", "k"}));
  EXPECT_EQ(release("k").value(), false);
  EXPECT_EQ(acquire("k", 10s).value(), true);
}

TEST_F(Locks, AreFreeWhenTheirTimeIsUpAlsoIfNothingHasToldTheStore) {
  ASSERT_EQ(acquire("k", 1s).value(), true);
  runtime.run_for(900ms);
  EXPECT_EQ(acquire("k", 1s).value(), false);
  runtime.run_for(100ms);
  EXPECT_EQ(acquire("k", 1s).value(), true);
}

// Stamps commands with a clock that stands still.
class LateClock final : public cluster::Proposer {
 public:
  LateClock(store::Store& store, WallTime time) : store_(store), time_(time) {}
  Task<Result<store::TxnResult>> propose(cluster::Context, store::Txn txn) override {
    ++proposals;
    co_return store_.apply({0, time_, std::move(txn)}).result;
  }
  Task<Result<Revision>> read_barrier(cluster::Context) override { co_return store_.revision(); }
  int proposals = 0;

 private:
  store::Store& store_;
  const WallTime time_;
};

TEST_F(Locks, AreHeldAsLongAsTheProposersClockSays) {
  LateClock late(proposer.store, runtime.wall_now());
  LockService theirs(runtime, proposer.store, late);
  ASSERT_EQ(run(theirs.acquire({}, {"T", "k"}, "a", 1s)).value(), true);
  runtime.run_for(2s);
  const int before = late.proposals;
  EXPECT_EQ(run(theirs.acquire({}, {"T", "k"}, "b", 1s)).value(), false);
  EXPECT_EQ(late.proposals, before + 1);
}

TEST_F(Locks, AskedForAtTheSameTimeAreGivenOnce) {
  std::optional<Result<bool>> first, second;
  scope.spawn(keep(locks.acquire({}, {"T", "k"}, "a", 10s), first));
  scope.spawn(keep(locks.acquire({}, {"T", "k"}, "b", 10s), second));
  runtime.run_for(20ms);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->value(), second->value());
}

TEST_F(Locks, ThatCannotBeWrittenAreNotAcquired) {
  proposer.refuse = true;
  const auto refused = acquire("k", 10s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
  proposer.refuse = false;
  EXPECT_EQ(release("k").value(), false);
}

TEST_F(Locks, WithoutAProperNameAreRefused) {
  EXPECT_EQ(run(locks.acquire({}, {"", "k"}, "me", 1s)).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(run(locks.release({}, {std::string("a\0b", 3), "k"})).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(acquire(std::string(LockService::kKeyBytesMax + 1, 'k'), 1s).error().code,
            Errc::kInvalidArgument);
  EXPECT_EQ(acquire(std::string(LockService::kKeyBytesMax, 'k'), 1s).value(), true);
}

TEST_F(Locks, AreNoMoreThanCanBeRemembered) {
  store::Txn full;
  for (std::size_t i = 0; i < LockService::kKnownMax; ++i)
    full.then.emplace_back(store::Put{lock_key({"T", std::to_string(i)}), {}, {}});
  ASSERT_TRUE(proposer.store.apply({0, runtime.wall_now(), std::move(full)}).result.applied);
  const auto refused = acquire("k", 10s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kResourceExhausted);
  EXPECT_EQ(acquire("1", 10s).value(), true) << "it is known already";
  EXPECT_EQ(release("2").value(), true);
  runtime.run_for(LockService::kRecountPause);
  EXPECT_EQ(acquire("k", 10s).value(), true);
}

}  // namespace
}  // namespace batata::domain
