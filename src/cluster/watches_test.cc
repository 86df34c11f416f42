#include "cluster/watches.h"

#include <gtest/gtest.h>

#include <optional>

#include "async/scope.h"
#include "cluster/cursor.h"
#include "cluster/wait.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::cluster {
namespace {

using namespace std::chrono_literals;

class WatchesTest : public testing::Test {
 protected:
  void put(std::string key, std::string value) {
    store::Command command;
    command.txn.then.emplace_back(store::Put{std::move(key), std::move(value), {}});
    proposer.watches.notify(proposer.store.apply(command).events);
  }
  static Task<void> wait(Watches& watches, Interest interest, Revision known, SteadyTime deadline,
                         std::optional<Result<Revision>>& out) {
    out = co_await watches.changed(std::move(interest), known, deadline);
  }
  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  std::optional<Result<Revision>> out;
  Scope scope{runtime};
};

TEST_F(WatchesTest, WakeForTheKeyOrRangeThatChanges) {
  for (const auto& range : {store::KeyRange::one("b"), store::KeyRange::prefix("b")}) {
    out.reset();
    scope.spawn(wait(proposer.watches, {{range}}, proposer.store.revision(), SteadyTime::never(), out));
    put("a", "1");
    runtime.settle();
    EXPECT_FALSE(out);
    put("b", "1");
    runtime.settle();
    ASSERT_TRUE(out);
    EXPECT_EQ((*out)->value + 1, proposer.store.revision().value);
    EXPECT_EQ(proposer.watches.waiting(), 0u);
  }
}

TEST_F(WatchesTest, ReturnAtOnceForAChangeThatIsThereAlready) {
  put("b", "1");
  scope.spawn(wait(proposer.watches, {{store::KeyRange::one("b")}}, Revision{0}, SteadyTime::never(), out));
  ASSERT_TRUE(out && *out);
  EXPECT_EQ(**out, Revision{0});
}

TEST_F(WatchesTest, TellTheRevisionBeforeTheFirstOfSeveralChanges) {
  put("a", "1");
  put("c1", "1");
  put("b", "1");
  const Interest interest{{store::KeyRange::one("b"), store::KeyRange::prefix("c")}};
  scope.spawn(wait(proposer.watches, interest, Revision{0}, SteadyTime::never(), out));
  ASSERT_TRUE(out && *out);
  EXPECT_EQ(**out, Revision{1});
  out.reset();
  scope.spawn(wait(proposer.watches, interest, Revision{3}, SteadyTime::never(), out));
  put("a", "2");
  put("c2", "2");
  put("b", "2");
  runtime.settle();
  ASSERT_TRUE(out && *out);
  EXPECT_EQ(**out, Revision{4});
}

TEST_F(WatchesTest, SayWhenNothingChangedInTime) {
  scope.spawn(wait(proposer.watches, {{store::KeyRange::one("b")}}, Revision{0}, runtime.now() + 1s, out));
  runtime.run_for(2s);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->error().code, Errc::kDeadlineExceeded);
}

TEST_F(WatchesTest, ACancelledWaitLeavesNothingBehind) {
  {
    Scope inner(runtime);
    inner.spawn(wait(proposer.watches, {{store::KeyRange::one("b"), store::KeyRange::prefix("c")}},
                     Revision{0}, runtime.now() + 1s, out));
    EXPECT_EQ(proposer.watches.waiting(), 1u);
  }
  EXPECT_EQ(proposer.watches.waiting(), 0u);
  put("b", "1");
  runtime.run_for(2s);
  EXPECT_FALSE(out);
}

TEST_F(WatchesTest, EndedBoundedWaitsEndAtOnceAndOthersGoOn) {
  std::optional<Result<Revision>> unbounded, later;
  const Interest interest{{store::KeyRange::one("b"), store::KeyRange::prefix("c")}};
  scope.spawn(wait(proposer.watches, interest, Revision{0}, runtime.now() + 1h, out));
  scope.spawn(wait(proposer.watches, interest, Revision{0}, SteadyTime::never(), unbounded));
  proposer.watches.end_bounded_waits();
  scope.spawn(wait(proposer.watches, interest, Revision{0}, runtime.now() + 1h, later));
  runtime.settle();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->error().code, Errc::kDeadlineExceeded);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->error().code, Errc::kDeadlineExceeded);
  EXPECT_FALSE(unbounded);
  put("c1", "1");
  runtime.settle();
  ASSERT_TRUE(unbounded);
  EXPECT_TRUE(*unbounded);
}

Task<void> follow(Cursor& cursor, SteadyTime deadline, std::vector<std::string>& seen) {
  for (;;) {
    auto batch = co_await cursor.next(deadline);
    if (!batch) co_return;
    for (const auto& event : batch->events) seen.push_back(event.after->value);
  }
}

TEST_F(WatchesTest, ACursorSeesEveryEventOnceAndInOrder) {
  Cursor cursor(proposer.watches, store::KeyRange::prefix("k"), Revision{0});
  std::vector<std::string> seen;
  scope.spawn(follow(cursor, runtime.now() + 10s, seen));
  for (int i = 0; i < 50; ++i) {
    put(i % 3 == 0 ? "other" : "k" + std::to_string(i % 5), std::to_string(i));
    if (i % 7 == 0) runtime.settle();
  }
  runtime.run_for(20s);
  std::vector<std::string> wanted;
  for (int i = 0; i < 50; ++i)
    if (i % 3 != 0) wanted.push_back(std::to_string(i));
  EXPECT_EQ(seen, wanted);
  EXPECT_EQ(scope.size(), 0u);
}

TEST_F(WatchesTest, ACursorThatWaitedLongNeedsNoHistoryOfWhatOthersWrote) {
  Cursor cursor(proposer.watches, store::KeyRange::prefix("k"), Revision{0});
  std::vector<std::string> seen;
  scope.spawn(follow(cursor, SteadyTime::never(), seen));
  for (std::size_t i = 0; i <= store::Store::kHistoryEventsMax; ++i) put("other", "x");
  ASSERT_GT(proposer.store.oldest_known(), Revision{0});
  put("k", "seen");
  runtime.settle();
  EXPECT_EQ(seen, std::vector<std::string>{"seen"});
}

Task<void> poll(Watches& watches, SteadyTime deadline, std::optional<std::optional<std::string>>& answer) {
  Context context{.deadline = deadline, .principal = {}, .request_id = 0};
  Interest interest{{store::KeyRange::one("k")}};
  auto query = [&watches]() -> std::optional<std::string> {
    const auto kv = watches.store().latest().get("k");
    if (kv == nullptr || kv->value != "wanted") return std::nullopt;
    return kv->value;
  };
  answer = co_await wait_for_change<std::string>(std::move(context), watches, std::move(interest), query);
}

TEST_F(WatchesTest, WaitForChangeAsksAgainUntilThereIsAnAnswer) {
  std::optional<std::optional<std::string>> answer;
  scope.spawn(poll(proposer.watches, runtime.now() + 10s, answer));
  put("k", "no");
  runtime.settle();
  EXPECT_FALSE(answer);
  put("k", "wanted");
  runtime.settle();
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, "wanted");
}

TEST_F(WatchesTest, WaitForChangeEndsAtItsDeadline) {
  std::optional<std::optional<std::string>> answer;
  scope.spawn(poll(proposer.watches, runtime.now() + 10s, answer));
  runtime.run_for(11s);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
}

}  // namespace
}  // namespace batata::cluster
