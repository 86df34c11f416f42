#include "cluster/planned_write.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "async/scope.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::cluster {
namespace {

class PlannedWrites : public testing::Test {
 protected:
  static Task<void> keep(Task<Result<bool>> task, std::optional<Result<bool>>& out) {
    out = co_await std::move(task);
  }
  Result<bool> write(std::function<PlannedTxn()> plan) {
    out.reset();
    scope.spawn(keep(write_planned(proposer, {}, "put k",
                                   [this, plan] {
                                     ++plans;
                                     return plan();
                                   }),
                     out));
    runtime.run_for(std::chrono::seconds(1));
    return out.value();
  }
  // Writes `k`, unless anybody has written it after `since`.
  static store::Txn put(Revision since) {
    store::Txn txn;
    txn.when.push_back({store::KeyRange::one("k"), since});
    txn.then.emplace_back(store::Put{"k", "v", {}});
    return txn;
  }
  void write_before() {
    store::Command command;
    command.txn.then.emplace_back(store::Put{"k", "other", {}});
    (void)proposer.store.apply(std::move(command));
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  int plans = 0;
  std::optional<Result<bool>> out;
  Scope scope{runtime};
};

TEST_F(PlannedWrites, AreWrittenOnce) {
  EXPECT_TRUE(write([this] { return put(proposer.store.revision()); }).value());
  EXPECT_EQ(plans, 1);
  EXPECT_EQ(proposer.store.latest().get("k")->value, "v");
}

TEST_F(PlannedWrites, WriteNothingWhenThePlanHasNothing) {
  EXPECT_FALSE(write([] { return std::nullopt; }).value());
  EXPECT_EQ(proposer.store.revision(), Revision{});
}

TEST_F(PlannedWrites, ArePlannedAnewWhenOthersComeBetween) {
  const auto done = write([this]() -> PlannedTxn {
    store::Txn txn = put(proposer.store.revision());
    if (plans < kPlansMax) write_before();
    return txn;
  });
  EXPECT_TRUE(done.value());
  EXPECT_EQ(plans, kPlansMax);
  EXPECT_EQ(proposer.store.latest().get("k")->value, "v");
}

TEST_F(PlannedWrites, GiveUpInTheEnd) {
  const auto done = write([this]() -> PlannedTxn {
    store::Txn txn = put(proposer.store.revision());
    write_before();
    return txn;
  });
  EXPECT_EQ(plans, kPlansMax);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::kUnavailable);
  EXPECT_EQ(done.error().message, "put k: others write it too often");
}

TEST_F(PlannedWrites, TellWhyThePlanOrTheProposerRefused) {
  const auto refused = write([] { return fail(Errc::kConflict, "taken"); });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "taken");

  proposer.refuse = true;
  const auto down = write([this] { return put(proposer.store.revision()); });
  ASSERT_FALSE(down.has_value());
  EXPECT_EQ(down.error().code, Errc::kUnavailable);
  EXPECT_EQ(down.error().message.substr(0, 6), "put k:");
}

}  // namespace
}  // namespace batata::cluster
