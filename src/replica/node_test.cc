#include "replica/node.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "base/log.h"
#include "replica/hard_state.h"
#include "replica/position.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"
#include "sim/sim_state.h"

namespace batata::replica {
namespace {

using std::chrono::milliseconds;

constexpr auto kSync = milliseconds(10);

store::Txn put(std::string key, std::string value = "v") {
  return {{}, {store::Put{std::move(key), std::move(value), {}}}};
}

class NodeTest : public testing::Test {
 protected:
  NodeTest() {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
    options_.segment_bytes = 64u << 10;
    options_.fatal = [this](const Error& error) { fatal_.push_back(error.message); };
  }
  void TearDown() override { end(); }
  Status open() {
    log_executor_ = std::make_unique<sim::SimExecutor>(runtime_, sync_, sync_);
    state_executor_ = std::make_unique<sim::SimExecutor>(runtime_, kSync, kSync);
    node_ = std::make_unique<Node>(runtime_, disk_, *log_executor_, state_, *state_executor_, options_);
    scope_ = std::make_unique<Scope>(runtime_);
    return node_->open();
  }
  void end() {
    scope_.reset();
    node_.reset();
    runtime_.clear();
    log_executor_.reset();
    state_executor_.reset();
    disk_.end_process();
  }
  Duration sync_ = kSync;  // what a job of the log takes
  using Answer = std::optional<Result<store::TxnResult>>;
  static Task<void> ask(Node& node, cluster::Context context, store::Txn txn, Answer& answer) {
    answer = co_await node.propose(std::move(context), std::move(txn));
  }
  static Task<void> stop(Node& node, bool& stopped) {
    co_await node.stop();
    stopped = true;
  }
  void propose(store::Txn txn, Answer& answer, Duration deadline = std::chrono::hours(1)) {
    cluster::Context context{runtime_.now() + deadline, {}, 0};
    scope_->spawn(ask(*node_, std::move(context), std::move(txn), answer));
  }
  // A member that has one key, and ends as a crash does; or in order, with all of it in the state.
  void write_and_end() {
    ASSERT_TRUE(open());
    Answer answer;
    propose(put("a"), answer);
    runtime_.run_for(milliseconds(100));
    ASSERT_TRUE(answer && *answer);
    end();
  }
  void write_and_stop() {
    write_and_end();
    ASSERT_TRUE(open());
    bool stopped = false;
    scope_->spawn(stop(*node_, stopped));
    runtime_.run_for(std::chrono::seconds(10));
    ASSERT_TRUE(stopped);
    end();
  }
  bool has(const std::string& key) { return node_->store().latest().get(key) != nullptr; }

  sim::SimRuntime runtime_;
  sim::SimPower power_;
  sim::SimDisk disk_{power_};
  sim::SimState state_{power_};
  NodeOptions options_;
  std::vector<std::string> fatal_;
  std::unique_ptr<sim::SimExecutor> log_executor_, state_executor_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<Scope> scope_;
};

TEST_F(NodeTest, LeadsAsSoonAsItIsOpen) {
  ASSERT_TRUE(open());
  EXPECT_TRUE(node_->leading());
  EXPECT_EQ(runtime_.now(), SteadyTime{0});
}

TEST_F(NodeTest, RefusesWritesWhileTheDiskIsNearlyFullAndTakesThemAgainByItself) {
  options_.free_bytes_min = 1'000;
  ASSERT_TRUE(open());
  Answer before, refused, after;
  propose(put("before"), before);
  runtime_.run_for(milliseconds(1'500));
  ASSERT_TRUE(before && *before);
  disk_.set_free_bytes(999);
  runtime_.run_for(milliseconds(1'500));
  propose(put("refused"), refused);
  runtime_.run_for(milliseconds(100));
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().code, Errc::kUnavailable);
  EXPECT_NE(refused->error().message.find("less than 1000 bytes are free on the disk of sim"),
            std::string::npos);
  EXPECT_TRUE(has("before"));
  EXPECT_TRUE(node_->status().disk_nearly_full);
  disk_.set_free_bytes(1'061);
  runtime_.run_for(milliseconds(1'500));
  Answer still_refused;
  propose(put("refused"), still_refused);
  runtime_.run_for(milliseconds(100));
  EXPECT_TRUE(still_refused && !*still_refused) << "some more must be free than when it became low";
  disk_.set_free_bytes(1'062);
  runtime_.run_for(milliseconds(1'500));
  propose(put("after"), after);
  runtime_.run_for(milliseconds(100));
  EXPECT_TRUE(after && *after);
  EXPECT_FALSE(node_->status().disk_nearly_full);
  EXPECT_TRUE(fatal_.empty());
}

TEST_F(NodeTest, OpensOnADiskThatIsNearlyFullAndRefusesWrites) {
  options_.free_bytes_min = 1'000;
  disk_.set_free_bytes(999);
  ASSERT_TRUE(open());
  Answer answer;
  propose(put("a"), answer);
  runtime_.run_for(milliseconds(100));
  EXPECT_TRUE(answer && !*answer);
}

TEST_F(NodeTest, AnswersOnlyAfterTheSync) {
  ASSERT_TRUE(open());
  Answer answer;
  propose(put("a"), answer);
  runtime_.run_for(kSync - milliseconds(1));
  EXPECT_FALSE(answer);
  EXPECT_FALSE(has("a"));
  runtime_.run_for(milliseconds(1));
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->revision, Revision{1});
  EXPECT_NE(node_->latest().find("a"), nullptr);
}

TEST_F(NodeTest, CommandsOfOneTurnShareAnEntryAndThoseDuringItsSyncTheNext) {
  ASSERT_TRUE(open());
  std::vector<Answer> answers(200);
  for (int i = 0; i < 100; ++i) propose(put(std::to_string(i)), answers[i]);
  runtime_.run_for(milliseconds(5));
  for (int i = 100; i < 200; ++i) propose(put(std::to_string(i)), answers[i]);
  runtime_.run_for(2 * kSync);
  for (const Answer& answer : answers) EXPECT_TRUE(answer && *answer);
  EXPECT_EQ(node_->status().applied, LogIndex{3}) << "the founding entry and two more";
  std::string text;
  metrics::Writer out(text);
  node_->write(out);
  // The founding entry is no command.
  for (const std::string_view line :
       {"batata_log_group_commands_count 2\n", "batata_log_group_commands_sum 200\n",
        "batata_log_sync_seconds_count 2\n", "batata_raft_is_leader 1\n", "batata_log_applied_index 3\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

TEST_F(NodeTest, ADeadlineThatHasPassedBeginsNothing) {
  ASSERT_TRUE(open());
  Answer late;
  propose(put("late"), late, milliseconds(0));
  runtime_.run_for(5 * kSync);
  EXPECT_EQ(late->error().code, Errc::kDeadlineExceeded);
  EXPECT_FALSE(has("late"));
}

TEST_F(NodeTest, ADeadlineThatPassesWhileWaitingIsCertainAndWhileUnderWayIsNot) {
  options_.deadline_grain = milliseconds(1);
  ASSERT_TRUE(open());
  Answer under_way, waiting;
  propose(put("under way"), under_way, milliseconds(3));
  runtime_.settle();
  propose(put("waiting"), waiting, milliseconds(3));
  runtime_.run_for(milliseconds(6));
  ASSERT_TRUE(under_way && waiting);
  EXPECT_EQ(under_way->error().code, Errc::kOutcomeUnknown);
  EXPECT_EQ(waiting->error().code, Errc::kDeadlineExceeded);
  runtime_.run_for(milliseconds(100));
  EXPECT_TRUE(has("under way"));
  EXPECT_FALSE(has("waiting"));
}

TEST_F(NodeTest, StopsAlthoughAnEntryOutlivesTheDeadlineOfItsCaller) {
  options_.deadline_grain = milliseconds(1);
  ASSERT_TRUE(open());
  Answer answer;
  propose(put("a"), answer, milliseconds(3));
  runtime_.run_for(milliseconds(6));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().code, Errc::kOutcomeUnknown);
  bool stopped = false;
  scope_->spawn(stop(*node_, stopped));
  runtime_.run_for(milliseconds(100));
  EXPECT_TRUE(stopped);
}

TEST_F(NodeTest, ACallerThatGoesAwayTakesItsWaitingCommandBack) {
  ASSERT_TRUE(open());
  Answer first, second;
  propose(put("first"), first);
  runtime_.settle();
  {
    Scope short_lived(runtime_);
    short_lived.spawn(ask(*node_, {}, put("second"), second));
  }
  runtime_.run_for(5 * kSync);
  EXPECT_TRUE(has("first"));
  EXPECT_FALSE(has("second"));
  EXPECT_EQ(node_->status().queued, 0u);
}

TEST_F(NodeTest, RefusesBeyondItsBounds) {
  options_.command_bytes_max = 1'000;
  options_.queued_max = 2;
  ASSERT_TRUE(open());
  Answer large, first, second, third;
  propose(put("large", std::string(1'000, 'x')), large);
  propose(put("first"), first);
  propose(put("second"), second);
  propose(put("third"), third);
  runtime_.run_for(5 * kSync);
  EXPECT_EQ(large->error().code, Errc::kInvalidArgument);
  EXPECT_EQ(third->error().code, Errc::kResourceExhausted);
  EXPECT_TRUE(*first && *second);
}

TEST_F(NodeTest, LeasesEndWithoutAnyTraffic) {
  ASSERT_TRUE(open());
  Answer answer;
  propose({{}, {store::Grant{LeaseId{9}, milliseconds(500)}, store::Put{"leased", "v", LeaseId{9}}}}, answer);
  runtime_.run_for(milliseconds(480));
  EXPECT_TRUE(has("leased"));
  runtime_.run_for(milliseconds(100));
  EXPECT_FALSE(has("leased"));
  const LogIndex applied = node_->status().applied;
  runtime_.run_for(std::chrono::seconds(10));
  EXPECT_EQ(node_->status().applied, applied) << "no more empty commands than needed";
}

TEST_F(NodeTest, TheEndOfALeaseIsProposedOnceHoweverSlowTheDisk) {
  sync_ = milliseconds(300);
  ASSERT_TRUE(open());
  Answer answer;
  propose({{}, {store::Grant{LeaseId{9}, milliseconds(500)}}}, answer);
  runtime_.run_for(std::chrono::seconds(3));
  const auto leases = node_->status().log_last.value;
  EXPECT_EQ(node_->store().next_expiry(), std::nullopt);
  EXPECT_LE(leases, 3u) << "the founding entry, the lease, its end";
}

TEST_F(NodeTest, AShorterLeaseGrantedLaterEndsInTime) {
  ASSERT_TRUE(open());
  Answer first, second;
  propose({{}, {store::Grant{LeaseId{1}, milliseconds(60'000)}}}, first);
  runtime_.run_for(2 * kSync);
  propose({{}, {store::Grant{LeaseId{2}, milliseconds(100)}, store::Put{"short", "v", LeaseId{2}}}}, second);
  runtime_.run_for(milliseconds(160));
  EXPECT_FALSE(has("short"));
}

TEST_F(NodeTest, AFailedSyncEndsTheNodeOnceAndAnswersNothing) {
  ASSERT_TRUE(open());
  Answer answer, later;
  disk_.fail_next_write();
  propose(put("a"), answer);
  runtime_.run_for(5 * kSync);
  EXPECT_EQ(fatal_.size(), 1u);
  EXPECT_FALSE(answer);
  EXPECT_FALSE(node_->leading());
  propose(put("b"), later);
  EXPECT_EQ(later->error().code, Errc::kUnavailable);
}

TEST_F(NodeTest, EachStartOpensANewTerm) {
  ASSERT_TRUE(open());
  const Term first = node_->status().term;
  end();
  ASSERT_TRUE(open());
  EXPECT_GT(node_->status().term, first);
}

TEST_F(NodeTest, RefusesTheDirectoryOfAnotherMember) {
  ASSERT_TRUE(open());
  end();
  options_.id = NodeId{2};
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::kUnsupported);
}

TEST_F(NodeTest, RefusesADirectoryOfWhichPartsAreMissing) {
  write_and_end();
  sim::SimDisk& disk = disk_;
  const std::string segment = disk.names().back();
  ASSERT_TRUE(segment.starts_with("log-"));
  disk.forget(segment);
  const auto without_log = open();
  EXPECT_FALSE(without_log);
  end();
}

TEST_F(NodeTest, RefusesALogWithoutItsHardState) {
  ASSERT_TRUE(open());
  end();
  disk_.forget(HardStateFile::kName);
  EXPECT_FALSE(open());
}

TEST_F(NodeTest, RefusesPartsOfOtherHistories) {
  write_and_stop();
  const std::string name{kPositionName}, whole = state_.records().at(name);
  const auto refusal = [&](std::uint64_t term) {
    auto position = decode_position(whole);
    position->term = Term{term};
    state_.records()[name] = encode(*position).value;
    const auto opened = open();
    end();
    return opened ? "" : opened.error().message;
  };
  EXPECT_NE(refusal(1).find("the log and the state are not of one history"), std::string::npos);
  EXPECT_NE(refusal(9).find("hard_state is older than the state"), std::string::npos);
  state_.records()[name] = whole;
  EXPECT_TRUE(open());
}

TEST_F(NodeTest, AStartThatIsRefusedChangesNoByteOfTheLog) {
  write_and_end();
  const std::string segment = disk_.names().back();
  std::string& content = disk_.contents(segment);
  content[content.find_last_not_of('\0') - 9] ^= 1;  // it looks like a write that was not whole
  const std::string before = content;
  disk_.forget(HardStateFile::kName);
  EXPECT_FALSE(open());
  EXPECT_EQ(disk_.contents(segment), before);
}

TEST_F(NodeTest, RefusesADamagedState) {
  write_and_end();
  state_.records()["k"] = "\xff";
  EXPECT_FALSE(open());
}

TEST_F(NodeTest, RefusesAStateThatDoesNotSayItsRevision) {
  write_and_stop();
  const auto whole = state_.records();
  ASSERT_TRUE(open());
  end();
  state_.records() = whole;
  ASSERT_EQ(state_.records().erase("z"), 1u);
  const auto without = open();
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, Errc::kDamaged);
  end();
  state_.records() = whole;
  state_.records()["zfoo"] = whole.at("z");  // another name is another thing
  EXPECT_FALSE(open());
}

TEST_F(NodeTest, ShortensHistoryThroughTheLog) {
  options_.history = {.events = 8, .age = std::chrono::minutes(10)};
  ASSERT_TRUE(open());
  std::vector<Answer> answers(20);
  for (Answer& answer : answers) {
    propose(put("k"), answer);
    runtime_.run_for(std::chrono::seconds(1));
  }
  EXPECT_GE(node_->store().history_size(), 8u);
  EXPECT_LE(node_->store().history_size(), 9u);
  runtime_.run_for(std::chrono::minutes(11));
  EXPECT_EQ(node_->store().history_size(), 0u);
  EXPECT_EQ(node_->store().oldest_known(), node_->store().revision());
  const LogIndex quiet = node_->status().log_last;
  runtime_.run_for(std::chrono::hours(2));
  EXPECT_EQ(node_->status().log_last, quiet) << "an idle node writes nothing";
  const std::uint64_t digest = node_->store().digest();
  end();
  ASSERT_TRUE(open());
  EXPECT_EQ(node_->store().digest(), digest) << "the log has it";
}

TEST_F(NodeTest, ALeaseEndsInItsTimeThoughTheClockIsSetBack) {
  constexpr std::int64_t kDayMs = 24 * 3600 * 1000;
  ASSERT_TRUE(open());
  Answer before, after;
  propose({{}, {store::Grant{LeaseId{1}, std::chrono::seconds(30)}, store::Put{"before", "v", LeaseId{1}}}},
          before);
  runtime_.run_for(std::chrono::seconds(1));
  runtime_.jump_wall_clock(-kDayMs);
  propose({{}, {store::Grant{LeaseId{2}, std::chrono::seconds(30)}, store::Put{"after", "v", LeaseId{2}}}},
          after);
  runtime_.run_for(std::chrono::seconds(20));
  EXPECT_TRUE(has("before") && has("after"));
  runtime_.run_for(std::chrono::seconds(15));
  EXPECT_FALSE(has("before") || has("after"));

  Answer third;
  propose({{}, {store::Grant{LeaseId{3}, std::chrono::seconds(30)}, store::Put{"third", "v", LeaseId{3}}}},
          third);
  runtime_.run_for(std::chrono::seconds(1));
  end();
  runtime_.jump_wall_clock(-kDayMs);
  ASSERT_TRUE(open());
  EXPECT_TRUE(has("third"));
  runtime_.run_for(std::chrono::seconds(20));
  EXPECT_TRUE(has("third"));
  runtime_.run_for(std::chrono::seconds(15));
  EXPECT_FALSE(has("third")) << "it was started anew with an older clock";
}

}  // namespace
}  // namespace batata::replica
