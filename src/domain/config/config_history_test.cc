#include "domain/config/config_history.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

const ConfigId kId{"public", "g", "a"};

Task<void> keep(Task<bool> task, std::optional<bool>& out) {
  out = co_await task;
}
Task<void> keep_status(Task<Status> task, std::optional<Status>& out) {
  out = co_await task;
}

class History : public testing::Test {
 protected:
  void write(const ConfigId& id, std::uint64_t nid, HistoryView entry) {
    entry.at = runtime.wall_now();
    store::Txn txn;
    txn.then.emplace_back(store::Put{history_key(id, nid), encode_history(entry), {}});
    ASSERT_TRUE(proposer.store.apply({0, runtime.wall_now(), std::move(txn)}).result.applied);
  }
  void write(std::uint64_t nid, ChangeKind kind, std::string_view content, std::string_view gray = {}) {
    HistoryView entry;
    entry.kind = kind;
    entry.gray_name = gray;
    entry.config.content = content;
    write(kId, nid, entry);
  }
  bool answer(Task<bool> task) {
    std::optional<bool> out;
    scope.spawn(keep(std::move(task), out));
    runtime.settle();
    return out.value();
  }
  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  ConfigHistory history{runtime, proposer.store, proposer, std::chrono::hours(24)};
  Scope scope{runtime};
};

TEST_F(History, IsListedTheNewestFirstAndFoundByNumber) {
  write(1, ChangeKind::kInsert, "one");
  write(300, ChangeKind::kUpdate, "one");
  write({"public", "g", "other"}, 5, {});
  const auto entries = history.list(kId);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].nid, 300u);
  EXPECT_EQ(entries[1].view.config.content, "one");
  EXPECT_TRUE(history.find(kId, 300));
  EXPECT_FALSE(history.find(kId, 5));
}

TEST_F(History, KnowsWhatAConfigWasBefore) {
  EXPECT_FALSE(history.previous(kId));
  write(1, ChangeKind::kInsert, "one");
  EXPECT_FALSE(history.previous(kId)) << "there was nothing before";
  write(2, ChangeKind::kUpdate, "one");
  write(3, ChangeKind::kDelete, "beta", "beta");
  EXPECT_EQ(history.previous(kId)->nid, 2u);
}

TEST_F(History, KnowsWhatCameAfterAChangeOfTheSameValue) {
  write(1, ChangeKind::kUpdate, "one");
  write(2, ChangeKind::kUpdate, "b", "beta");
  write(3, ChangeKind::kUpdate, "two");
  EXPECT_EQ(history.next(kId, 1, "")->nid, 3u);
  EXPECT_EQ(history.next(kId, 1, "beta")->nid, 2u);
  EXPECT_FALSE(history.next(kId, 3, ""));
}

TEST_F(History, TellsNumbersOfOtherConfigsFromUnknownOnes) {
  for (std::uint64_t i = 1; i <= 2 * ConfigHistory::kSliceMax; ++i)
    write({"public", "g", std::to_string(i)}, i, {});
  EXPECT_TRUE(answer(history.has_nid(ConfigHistory::kSliceMax + 7)));
  EXPECT_FALSE(answer(history.has_nid(999'999)));
  EXPECT_TRUE(answer(history.has_config(numeric_id({"public", "g", "7"}))));
  EXPECT_FALSE(answer(history.has_config(numeric_id(kId))));
}

TEST_F(History, LosesWhatIsOlderThanTheRetention) {
  for (std::uint64_t i = 1; i <= ConfigHistory::kSliceMax + 10; ++i)
    write({"public", "g", std::to_string(i)}, i, {});
  runtime.run_for(std::chrono::hours(25));
  write(1, ChangeKind::kInsert, "young");
  std::optional<Status> done;
  scope.spawn(keep_status(history.clean_once(), done));
  runtime.run_for(std::chrono::seconds(1));
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(proposer.store.size(), 1u);
  EXPECT_TRUE(history.find(kId, 1));
}

TEST_F(History, IsCleanedUpByItself) {
  write(1, ChangeKind::kInsert, "old");
  scope.spawn(history.clean_up());
  runtime.run_for(std::chrono::hours(23));
  EXPECT_TRUE(history.find(kId, 1));
  runtime.run_for(std::chrono::hours(2));
  EXPECT_FALSE(history.find(kId, 1));
}

TEST_F(History, WaitsForTheNextTimeWhenItCannotBeCleanedUp) {
  write(1, ChangeKind::kInsert, "old");
  scope.spawn(history.clean_up());
  proposer.refuse = true;
  runtime.run_for(std::chrono::hours(25));
  EXPECT_TRUE(history.find(kId, 1));
  proposer.refuse = false;
  runtime.run_for(ConfigHistory::kCleanPeriod + std::chrono::seconds(1));
  EXPECT_FALSE(history.find(kId, 1));
}

// Passes on, and remembers until when.
class TimedProposer final : public cluster::Proposer {
 public:
  explicit TimedProposer(cluster::Proposer& next) : next_(next) {}
  Task<Result<store::TxnResult>> propose(cluster::Context context, store::Txn txn) override {
    deadline = context.deadline;
    return next_.propose(std::move(context), std::move(txn));
  }
  Task<Result<Revision>> read_barrier(cluster::Context context) override {
    return next_.read_barrier(std::move(context));
  }
  std::optional<SteadyTime> deadline;

 private:
  cluster::Proposer& next_;
};

// A disk that hangs must not leave the clean-up waiting for ever.
TEST_F(History, IsCleanedUpWithinATime) {
  TimedProposer timed(proposer);
  ConfigHistory cleaned{runtime, proposer.store, timed, std::chrono::hours(24)};
  write(1, ChangeKind::kInsert, "old");
  runtime.run_for(std::chrono::hours(25));
  const SteadyTime begin = runtime.now();
  std::optional<Status> done;
  scope.spawn(keep_status(cleaned.clean_once(), done));
  runtime.run_for(std::chrono::seconds(1));
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(timed.deadline, begin + ConfigHistory::kWriteTimeout);
}

TEST_F(History, OfOneConfigHasABound) {
  std::size_t most = 0;
  for (std::uint64_t i = 1; i <= 500; ++i) {
    if (const auto surplus = history.surplus(kId, config_key(kId), 1)) {
      store::Txn txn;
      txn.then.emplace_back(store::Erase{*surplus});
      ASSERT_TRUE(proposer.store.apply({0, runtime.wall_now(), std::move(txn)}).result.applied);
    }
    write(i, ChangeKind::kUpdate, "x");
    most = std::max(most, history.list(kId).size());
  }
  EXPECT_LE(most, ConfigHistory::kEntriesMax + ConfigHistory::kUncounted);
  EXPECT_EQ(history.list(kId).front().nid, 500u);
}

TEST_F(History, OfAllConfigsHasABound) {
  ConfigHistory small{runtime, proposer.store, proposer, std::chrono::hours(24), 25'000};
  const std::string value(10'000, 'x');
  for (std::uint64_t i = 1; i <= 4; ++i) {
    HistoryView entry;
    entry.config.content = value;
    write({"public", "g", std::to_string(i)}, i, entry);
    runtime.run_for(std::chrono::minutes(1));
  }
  std::optional<Status> done;
  scope.spawn(keep_status(small.clean_once(), done));
  runtime.run_for(std::chrono::seconds(1));
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(proposer.store.size(), 2u);
  EXPECT_TRUE(small.find({"public", "g", "3"}, 3));
  EXPECT_TRUE(small.find({"public", "g", "4"}, 4));
  done.reset();
  scope.spawn(keep_status(small.clean_once(), done));
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_EQ(proposer.store.size(), 2u);
}

TEST_F(History, OfLargeValuesIsShorter) {
  const std::string large(16u << 20, 'x');
  for (std::uint64_t i = 1; i <= 6; ++i) write(i, ChangeKind::kUpdate, large);
  const auto surplus = history.surplus(kId, config_key(kId), large.size());
  ASSERT_TRUE(surplus);
  EXPECT_TRUE(surplus->contains(history_key(kId, 3)));
  EXPECT_FALSE(surplus->contains(history_key(kId, 4)));
}

TEST(PlanClean, ErasesOldEntriesAndDamagedOnes) {
  HistoryView old, young;
  old.at = {5};
  young.at = {9};
  const auto kv = [](std::uint64_t nid, std::string value) {
    return std::make_shared<const store::KeyValue>(
        store::KeyValue{history_key(kId, nid), std::move(value), {1}, {1}, {}});
  };
  const auto txn = plan_clean({kv(1, encode_history(old)), kv(2, encode_history(young)), kv(3, "\x07")}, {6});
  ASSERT_EQ(txn.then.size(), 2u);
  EXPECT_TRUE(std::get<store::Erase>(txn.then[0]).range.contains(history_key(kId, 1)));
  EXPECT_TRUE(std::get<store::Erase>(txn.then[1]).range.contains(history_key(kId, 3)));
}

}  // namespace
}  // namespace batata::domain
