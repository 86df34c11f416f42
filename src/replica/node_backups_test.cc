#include "replica/node_backups.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "sim/sim_member.h"
#include "tests/support/backup_bytes.h"

namespace batata::replica {
namespace {

using Member = sim::SimMember;
using Begun = Result<cluster::Backups::Begun>;
using Part = Result<cluster::Backups::Part>;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A state whose readers are watched: how many live, and whether one went where it would hold up the loop.
class WatchedState final : public StateStorage {
 public:
  explicit WatchedState(Member& member) : member_(member) { member.storage = this; }
  Status open() override { return member_.state.open(); }
  Status load(const Visit& visit) override { return member_.state.load(visit); }
  Status write(const std::vector<store::Record>& batch) override { return member_.state.write(batch); }
  Status flush() override { return member_.state.flush(); }
  Status checkpoint(const std::string& directory) override { return member_.state.checkpoint(directory); }
  std::unique_ptr<StateReader> reader() override {
    EXPECT_TRUE(member_.state_executor->runs_job());
    return std::make_unique<Reader>(*this, member_.state.reader());
  }

  int readers = 0, freed_on_loop = 0;
  bool fails = false;  // reading

 private:
  class Reader final : public StateReader {
   public:
    Reader(WatchedState& state, std::unique_ptr<StateReader> reader)
        : state_(state), reader_(std::move(reader)) {
      ++state_.readers;
    }
    ~Reader() override {
      --state_.readers;
      if (!state_.member_.state_executor->runs_job()) ++state_.freed_on_loop;
    }
    Status read(const Visit& visit, std::size_t bytes_max) override {
      EXPECT_TRUE(state_.member_.state_executor->runs_job());
      if (state_.fails) return fail(Errc::kDamaged, "a block of a table does not check");
      return reader_->read(visit, bytes_max);
    }
    bool done() const override { return !state_.fails && reader_->done(); }

   private:
    WatchedState& state_;
    std::unique_ptr<StateReader> reader_;
  };
  Member& member_;
};

class NodeBackupsTest : public testing::Test {
 protected:
  NodeBackupsTest() {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
  }
  void fill(int keys = 1) {
    EXPECT_TRUE(member_.opens());
    for (int i = 0; i < keys; ++i) member_.put("key-" + std::to_string(i), std::string(100'000, 'v'));
  }

  template <class T>
  struct Asked {
    std::optional<T> answer;
    Scope::Id task = 0;
  };
  template <class T>
  static Task<void> keep(Task<T> task, std::shared_ptr<Asked<T>> asked) {
    asked->answer.emplace(co_await task);
  }
  template <class T>
  std::shared_ptr<Asked<T>> ask(Task<T> task) {
    auto asked = std::make_shared<Asked<T>>();
    asked->task = member_.scope->spawn(keep(std::move(task), asked));
    return asked;
  }
  auto ask_begin() { return ask(member_.backups->begin()); }
  auto ask_part(const std::string& id, std::uint64_t number) {
    return ask(member_.backups->part(id, number));
  }
  template <class T>
  T answer(std::shared_ptr<Asked<T>> asked) {
    for (int i = 0; i < 1000 && !asked->answer; ++i) runtime_.run_for(member_.step);
    if (!asked->answer) return fail(Errc::kInternal, "no answer");
    return std::move(*asked->answer);
  }
  Begun begin() { return answer(ask_begin()); }
  Part part(const std::string& id, std::uint64_t number) { return answer(ask_part(id, number)); }
  static std::string text(const Part& part) { return part ? *part->bytes : part.error().message; }
  // The rest of a backup, from a part on.
  std::string rest(const std::string& id, std::uint64_t number = 0) {
    std::string all;
    for (;; ++number) {
      const auto next = part(id, number);
      if (!next) return all + next.error().message;
      all += text(next);
      if (next->last) return all;
    }
  }

  sim::SimRuntime runtime_{1};
  Member member_{runtime_};
  WatchedState state_{member_};
};

TEST_F(NodeBackupsTest, OneAtATimeAndOnlyForThoseWhoAsk) {
  fill();
  const auto first = begin();
  ASSERT_TRUE(first);
  EXPECT_EQ(begin().error().code, Errc::kUnavailable) << "another one is under way";
  EXPECT_EQ(part("another", 0).error().code, Errc::kNotFound);
  for (const std::uint64_t number : {std::uint64_t{1}, UINT64_MAX})
    EXPECT_EQ(part(first->id, number).error().code, Errc::kInvalidArgument) << number;
  const auto once = part(first->id, 0), again = part(first->id, 0);
  ASSERT_TRUE(once && again);
  EXPECT_TRUE(once->last);
  EXPECT_TRUE(text(once) == text(again)) << "an answer may get lost";
  EXPECT_EQ(part(first->id, 1).error().code, Errc::kInvalidArgument) << "there is no more";
  const auto second = begin();
  ASSERT_TRUE(second) << "the first has ended";
  runtime_.run_for(NodeBackups::kIdleMax + seconds(2));
  EXPECT_EQ(part(second->id, 0).error().code, Errc::kNotFound) << "nobody asked for a minute";
  EXPECT_TRUE(begin());
}

TEST_F(NodeBackupsTest, APartThatIsBeingMadeIsGivenToAllWhoAsk) {
  fill(100);
  const auto begun = begin();
  ASSERT_TRUE(begun);
  const auto first = ask_part(begun->id, 0), second = ask_part(begun->id, 0);
  EXPECT_EQ(part(begun->id, 1).error().code, Errc::kInvalidArgument);
  const std::string one = text(answer(first));
  EXPECT_TRUE(one == text(answer(second)));
  EXPECT_TRUE(records_in(one + rest(begun->id, 1)));
}

TEST_F(NodeBackupsTest, FewAskForOnePart) {
  fill();
  const auto begun = begin();
  ASSERT_TRUE(begun);
  std::vector<std::shared_ptr<Asked<Part>>> asked;
  for (std::size_t i = 0; i < NodeBackups::kAskersMax; ++i) asked.push_back(ask_part(begun->id, 0));
  EXPECT_EQ(part(begun->id, 0).error().code, Errc::kUnavailable);
  for (const auto& each : asked) EXPECT_TRUE(answer(each));
}

TEST_F(NodeBackupsTest, WhoGoesAwayLeavesThePartToWhoAsksAgain) {
  fill(100);
  const auto begun = begin();
  ASSERT_TRUE(begun);
  member_.scope->cancel(ask_part(begun->id, 0)->task);
  runtime_.run_for(seconds(1));
  EXPECT_TRUE(records_in(rest(begun->id)));
}

TEST_F(NodeBackupsTest, IsNotForgottenWhileAPartIsBeingMade) {
  member_.step = NodeBackups::kIdleMax * 2;
  EXPECT_TRUE(member_.opens());
  const auto begun = begin();
  ASSERT_TRUE(begun);
  EXPECT_TRUE(part(begun->id, 0));
  EXPECT_TRUE(part(begun->id, 0)) << "once more";
}

TEST_F(NodeBackupsTest, OneThatNobodyAsksForMakesRoomSoon) {
  fill(100);
  const auto first = begin();
  ASSERT_TRUE(first && part(first->id, 0));
  runtime_.run_for(NodeBackups::kQuietMax - seconds(2));
  EXPECT_FALSE(begin()) << "who asked may be writing to a slow disk";
  runtime_.run_for(seconds(4));
  EXPECT_TRUE(part(first->id, 1)) << "nobody else wants to, so it is there still";
  runtime_.run_for(NodeBackups::kQuietMax + seconds(2));
  const auto second = begin();
  ASSERT_TRUE(second);
  EXPECT_EQ(part(first->id, 2).error().code, Errc::kNotFound);
  EXPECT_TRUE(records_in(rest(second->id)));
}

TEST_F(NodeBackupsTest, OneWhoseClientWentAwayWhileItWaitedMakesRoomAtOnce) {
  fill(100);
  const auto first = begin();
  ASSERT_TRUE(first);
  member_.scope->cancel(ask_part(first->id, 0)->task);
  runtime_.run_for(milliseconds(100));
  EXPECT_TRUE(begin());
  EXPECT_EQ(part(first->id, 0).error().code, Errc::kNotFound);
}

TEST_F(NodeBackupsTest, IsNotQuietWhileAPartIsSent) {
  fill(100);
  const auto first = begin();
  ASSERT_TRUE(first);
  auto sent = part(first->id, 0);  // a slow connection holds its bytes
  ASSERT_TRUE(sent);
  runtime_.run_for(NodeBackups::kIdleMax * 2);
  EXPECT_EQ(begin().error().code, Errc::kUnavailable);
  EXPECT_TRUE(records_in(text(sent) + rest(first->id, 1)));
  sent = fail(Errc::kInternal, "sent");
}

TEST_F(NodeBackupsTest, CanBeGivenUp) {
  fill(100);
  const auto first = begin();
  ASSERT_TRUE(first);
  const auto asked = ask_part(first->id, 0);
  EXPECT_EQ(member_.backups->give_up("another").error().code, Errc::kNotFound);
  ASSERT_TRUE(member_.backups->give_up(first->id));
  EXPECT_EQ(answer(asked).error().code, Errc::kNotFound);
  EXPECT_EQ(member_.backups->give_up(first->id).error().code, Errc::kNotFound);
  EXPECT_TRUE(records_in(rest(begin()->id)));
}

TEST_F(NodeBackupsTest, WhatItReadsFromIsNeverFreedOnTheLoop) {
  fill(100);
  const auto expect_freed = [&](const char* how) {
    runtime_.run_for(seconds(1));
    EXPECT_EQ(state_.readers, 0) << how;
    EXPECT_EQ(state_.freed_on_loop, 0) << how;
  };
  rest(begin()->id);
  expect_freed("read to its end");
  ASSERT_TRUE(member_.backups->give_up(begin()->id));
  expect_freed("given up");
  ASSERT_TRUE(part(begin()->id, 0));
  runtime_.run_for(NodeBackups::kIdleMax + seconds(2));
  expect_freed("forgotten");
  const auto quiet = begin();
  runtime_.run_for(NodeBackups::kQuietMax + seconds(2));
  const auto next = begin();
  EXPECT_EQ(state_.readers, 1) << "it has made room";
  ask_part(next->id, 0);
  ASSERT_TRUE(member_.backups->give_up(next->id));
  expect_freed("given up while a part was being made");
  for (int ms = 0; ms < 20; ++ms) {
    const auto asked = ask_begin();
    runtime_.run_for(milliseconds(ms) / 2);
    member_.scope->cancel(asked->task);
    if (asked->answer && *asked->answer) ASSERT_TRUE(member_.backups->give_up((*asked->answer)->id));
    expect_freed("its client went away while it began");
  }
  ASSERT_TRUE(begin());
  member_.backups.reset();
  expect_freed("the server is stopping");
}

TEST_F(NodeBackupsTest, AStateThatCannotBeReadEndsIt) {
  fill(100);
  const auto begun = begin();
  ASSERT_TRUE(begun && part(begun->id, 0));
  state_.fails = true;
  const auto first = ask_part(begun->id, 1), second = ask_part(begun->id, 1);
  EXPECT_EQ(answer(first).error().code, Errc::kDamaged);
  EXPECT_EQ(answer(second).error().code, Errc::kDamaged);
  EXPECT_EQ(part(begun->id, 1).error().code, Errc::kNotFound);
  state_.fails = false;
  EXPECT_TRUE(records_in(rest(begin()->id)));
}

Task<void> stop(Node& node, bool& stopped) {
  co_await node.stop();
  stopped = true;
}

TEST_F(NodeBackupsTest, OneThatIsUnderWayOutlivesTheNodesStop) {
  fill(100);
  const auto begun = begin();
  ASSERT_TRUE(begun);
  const auto first = part(begun->id, 0);
  bool stopped = false;
  member_.scope->spawn(stop(*member_.node, stopped));
  const auto late = ask_begin();
  runtime_.run_for(seconds(1));
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(late->answer);
  EXPECT_EQ(late->answer->error().code, Errc::kUnavailable);
  EXPECT_TRUE(records_in(text(first) + rest(begun->id, 1)));
}

TEST_F(NodeBackupsTest, OneThatBeginsAsTheNodeFailsIsRefused) {
  fill();
  member_.put("more", "x");
  member_.power.cut_after(0);
  const auto asked = ask_begin();
  runtime_.run_for(seconds(1));
  EXPECT_TRUE(member_.has_failed);
  ASSERT_TRUE(asked->answer);
  EXPECT_EQ(asked->answer->error().code, Errc::kUnavailable);
  EXPECT_EQ(begin().error().code, Errc::kUnavailable);
}

// Wherever the node ends, nothing is left of the backup, and the next life takes one.
TEST_F(NodeBackupsTest, ACrashAtAnyTimeLeavesNothing) {
  fill(100);
  for (int ms = 0; ms < 60; ++ms) {
    member_.put("more-" + std::to_string(ms), std::string(10'000, 'x'));
    const auto asked = ask_begin();
    for (int at = 0; at < ms; ++at) {
      runtime_.run_for(milliseconds(1));
      if (asked->answer && *asked->answer && at % 3 == 0) ask_part((*asked->answer)->id, 0);
    }
    member_.end();
    EXPECT_EQ(state_.readers, 0) << ms;
    ASSERT_TRUE(member_.opens()) << ms;
  }
  const auto records = records_in(rest(begin()->id));
  ASSERT_TRUE(records) << records.error().message;
  EXPECT_GT(records->size(), 160u);
}

}  // namespace
}  // namespace batata::replica
