#include "sim/member_disk.h"

#include <gtest/gtest.h>

#include <set>

#include "sim/member_clock.h"

namespace batata::sim {
namespace {

raft::Entry entry(std::uint64_t index, std::uint64_t term) {
  return {LogIndex{index}, Term{term}, raft::EntryType::kCommand, nullptr};
}

class MemberDiskTest : public testing::Test {
 protected:
  MemberDiskTest() {
    disk_.on_persisted([this](LogIndex index, Term) { persisted_ = index; });
  }
  void run() { runtime_.run_for(std::chrono::seconds(1)); }

  SimRuntime runtime_;
  MemberDisk disk_{runtime_};
  LogIndex persisted_;
};

TEST_F(MemberDiskTest, WhatIsReportedIsThereAfterACrash) {
  disk_.append({entry(1, 1), entry(2, 1), entry(3, 1)});
  run();
  EXPECT_EQ(persisted_, LogIndex{3});
  disk_.append({entry(2, 2)});
  run();
  disk_.crash();
  ASSERT_EQ(disk_.log().size(), 2u);
  EXPECT_TRUE(disk_.has(entry(2, 2)));
}

TEST_F(MemberDiskTest, ACrashKeepsAnyPrefixOfWhatIsUnderWay) {
  std::set<std::size_t> kept;
  for (int i = 0; i < 100; ++i) {
    MemberDisk disk(runtime_);
    disk.append({entry(1, 1), entry(2, 1), entry(3, 1)});
    disk.crash();
    kept.insert(disk.log().size());
    run();  // what was under way does not come after all
    EXPECT_TRUE(kept.contains(disk.log().size()));
  }
  EXPECT_EQ(kept, (std::set<std::size_t>{0, 1, 2, 3}));
}

TEST_F(MemberDiskTest, TermAndVoteUnderWayAreKeptWholeOrNotAtAll) {
  int kept = 0;
  for (int i = 0; i < 100; ++i) {
    MemberDisk disk(runtime_);
    disk.save({Term{2}, NodeId{3}}, [] { ADD_FAILURE() << "reported after the end"; });
    disk.crash();
    if (disk.hard_state() == raft::HardState{Term{2}, NodeId{3}}) ++kept;
    run();
  }
  EXPECT_GT(kept, 20);
  EXPECT_LT(kept, 80);
}

TEST_F(MemberDiskTest, TripsInTheStepItWasToldTo) {
  for (std::uint64_t step = 1; step <= 2; ++step) {
    MemberDisk disk(runtime_);
    bool saved = false, tripped = false;
    disk.trip_after(step, [&] { tripped = true, disk.crash(); });
    disk.save({Term{2}, NodeId{}}, [&] { saved = true; });
    EXPECT_EQ(tripped, step == 1);
    run();
    EXPECT_TRUE(tripped);
    EXPECT_FALSE(saved);
  }
}

TEST_F(MemberDiskTest, AHangingLogGoesOnWhenItIsResumed) {
  disk_.hang_after(1);
  disk_.append({entry(1, 1), entry(2, 1)});
  run();
  EXPECT_EQ(persisted_, LogIndex{1});
  disk_.resume();
  run();
  EXPECT_EQ(persisted_, LogIndex{2});
}

TEST(MemberClock, RunsAtItsRateLeapsAndNeverGoesBack) {
  MemberClock clock;
  const SteadyTime second{1'000'000'000};
  clock.set_rate(second, 500);
  EXPECT_EQ(clock.at(SteadyTime{3'000'000'000}), SteadyTime{2'000'000'000});
  clock.leap(SteadyTime{3'000'000'000}, std::chrono::seconds(5));
  EXPECT_EQ(clock.at(SteadyTime{3'000'000'000}), SteadyTime{7'000'000'000});
  const SteadyTime when = clock.when(SteadyTime{8'000'000'000}, SteadyTime{3'000'000'000});
  EXPECT_GE(clock.at(when), SteadyTime{8'000'000'000});
  EXPECT_LE(when, SteadyTime{5'001'000'000});
}

}  // namespace
}  // namespace batata::sim
