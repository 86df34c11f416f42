#include "net/holders.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace batata::net {
namespace {

constexpr std::size_t kMost = 1 << 20;

// A connection that gives up all it has, or all but `keeps`.
class FakeHolder final : public Holder {
 public:
  FakeHolder(Holders& all, wire::Load& load) : all_(all), load_(load) {}
  void hold(std::size_t bytes) {
    held = bytes;
    all_.note(*this, bytes);
  }
  std::uint64_t taken() const override { return taken_bytes; }
  void shed() override {
    ++sheds;
    if (meanwhile != nullptr) meanwhile();
    load_.unsent().note(static_cast<std::ptrdiff_t>(keeps) - static_cast<std::ptrdiff_t>(held));
    hold(keeps);
  }
  std::size_t held = 0, keeps = 0;
  std::uint64_t taken_bytes = 0;
  int sheds = 0;
  std::function<void()> meanwhile;  // what others do before it has given up anything

 private:
  Holders& all_;
  wire::Load& load_;
};

class HoldersTest : public testing::Test {
 protected:
  // Looks so many times, as often as it would be.
  void look(int times) {
    for (int i = 0; i < times; ++i) {
      now = now + Holders::kLook + std::chrono::milliseconds(20);  // and a tick of the wheel
      wheel.advance(now);
    }
  }
  wire::Load load{{.unsent_bytes = kMost}};
  SteadyTime now{1'000'000'000};
  TimerWheel wheel{now};
  GreatestHeld greatest{2};
  Holders holders{&load, greatest, 0, wheel, now};
  FakeHolder large{holders, load}, small{holders, load};
};

TEST_F(HoldersTest, NobodyGoesWhileThereIsRoom) {
  large.hold(kMost);
  load.unsent().note(kMost);
  look(10);
  EXPECT_EQ(large.sheds, 0);
  EXPECT_EQ(holders.size(), 1u);
}

TEST_F(HoldersTest, TheGreatestGoesInAShortageAndNobodyElse) {
  small.hold(400'000);
  large.hold(900'000);
  load.unsent().note(1'300'000);
  look(2);
  EXPECT_EQ(large.sheds, 0) << "it has had no time yet";
  look(1);
  EXPECT_EQ(large.sheds, 1);
  EXPECT_EQ(small.sheds, 0);
}

TEST_F(HoldersTest, WhoWillSoonBeDoneIsSpared) {
  small.hold(400'000);
  large.hold(900'000);
  load.unsent().note(1'300'000);
  for (int i = 0; i < 4; ++i) {
    large.taken_bytes += 900'000 / 16 + 1;
    look(1);
  }
  EXPECT_EQ(large.sheds, 0);
  EXPECT_EQ(small.sheds, 1);
}

TEST_F(HoldersTest, ManyOfOneSizeGoTogetherUntilThereIsRoom) {
  std::vector<std::unique_ptr<FakeHolder>> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back(std::make_unique<FakeHolder>(holders, load));
    many.back()->hold(20'000);
  }
  load.unsent().note(2'000'000);
  look(3);
  int sheds = 0;
  for (const auto& one : many) sheds += one->sheds;
  EXPECT_EQ(sheds, (2'000'000 - static_cast<int>(kMost - kMost / 8)) / 20'000 + 1);
}

TEST_F(HoldersTest, TheGreatestOfAnotherThreadGoesBeforeThoseOfThisOne) {
  small.hold(400'000);
  load.unsent().note(kMost + 1);
  greatest.tell(1, 900'000);
  look(5);
  EXPECT_EQ(small.sheds, 0);
  greatest.tell(1, 0);
  look(1);
  EXPECT_EQ(small.sheds, 1);
}

TEST_F(HoldersTest, WhoHasNextToNothingStays) {
  small.hold(Holders::kWorthShedding - 1);
  load.unsent().note(kMost + 1);
  look(5);
  EXPECT_EQ(small.sheds, 0);
}

TEST_F(HoldersTest, WhoHasNothingIsForgotten) {
  small.hold(1);
  large.hold(1);
  small.hold(0);
  EXPECT_EQ(holders.size(), 1u);
  large.hold(0);
  look(2);
  EXPECT_EQ(wheel.next(), SteadyTime::never()) << "nobody is looked at";
}

TEST_F(HoldersTest, WhoHasGoneProtectsNobodyOfAnotherThread) {
  large.hold(900'000);
  load.unsent().note(2'000'000);
  look(3);
  ASSERT_EQ(large.sheds, 1);
  EXPECT_EQ(greatest.of_all(), 0u);
}

TEST_F(HoldersTest, AfterSheddingTheGreatestThatIsLeftIsTold) {
  small.hold(400'000);
  large.hold(900'000);
  large.keeps = 500'000;
  load.unsent().note(1'300'000);
  look(3);
  ASSERT_EQ(large.sheds, 1);
  EXPECT_EQ(small.sheds, 0);
  EXPECT_EQ(greatest.of_all(), 500'000u);
}

TEST_F(HoldersTest, WhenTheLastHasTakenAllNothingIsTold) {
  large.hold(900'000);
  load.unsent().note(kMost + 1);
  look(2);
  ASSERT_EQ(greatest.of_all(), 900'000u);
  large.hold(0);
  EXPECT_EQ(greatest.of_all(), 0u);
  small.hold(400'000);
  look(2);
  EXPECT_EQ(small.sheds, 0) << "a shortage is looked at anew";
  look(1);
  EXPECT_EQ(small.sheds, 1);
}

TEST_F(HoldersTest, WhoJoinsInAShortageHasTimeToTakeSomething) {
  small.hold(Holders::kWorthShedding - 1);  // keeps the looks going
  load.unsent().note(kMost + 1);
  look(4);
  large.hold(900'000);
  look(1);
  EXPECT_EQ(large.sheds, 0) << "it may be here for a millisecond";
  large.taken_bytes += 100'000;
  look(1);
  EXPECT_EQ(large.sheds, 0);
  look(1);
  EXPECT_EQ(large.sheds, 1);
}

TEST_F(HoldersTest, WhatOneHasTakenBeforeItJoinedDoesNotSpareIt) {
  small.hold(Holders::kWorthShedding - 1);
  load.unsent().note(kMost + 1);
  look(4);
  large.taken_bytes = 1'000'000'000;
  large.hold(900'000);
  look(2);
  EXPECT_EQ(large.sheds, 1);
}

TEST_F(HoldersTest, WhoSeemsToHaveTakenLessThanBeforeHasTakenNothing) {
  large.hold(900'000);
  large.taken_bytes = 100'000;
  load.unsent().note(kMost + 1);
  look(2);
  large.taken_bytes -= 1000;
  look(1);
  EXPECT_EQ(large.sheds, 1);
}

TEST_F(HoldersTest, WhoWasEmptiedByTheEndOfAnotherIsPassedOver) {
  FakeHolder other(holders, load);
  large.hold(900'000);
  other.hold(800'000);
  small.hold(700'000);
  large.meanwhile = [&] { other.hold(0); };
  load.unsent().note(2'400'000);
  look(3);
  EXPECT_EQ(large.sheds, 1);
  EXPECT_EQ(other.sheds, 0);
  EXPECT_EQ(small.sheds, 1);
}

TEST_F(HoldersTest, NobodyGoesForWhatAnotherThreadHasGivenUpMeanwhile) {
  large.hold(900'000);
  small.hold(800'000);
  large.meanwhile = [&] { load.unsent().note(-900'000); };
  load.unsent().note(2'600'000);
  look(3);
  EXPECT_EQ(large.sheds, 1);
  EXPECT_EQ(small.sheds, 0);
}

TEST_F(HoldersTest, NobodyGoesForWhatAnotherThreadIsAboutToGiveUp) {
  TimerWheel other_wheel(now);
  Holders others(&load, greatest, 1, other_wheel, now);
  FakeHolder other(others, load);
  large.hold(900'000);
  other.hold(800'000);
  load.unsent().note(1'700'000);
  const auto other_looks = [&] { other_wheel.advance(now); };
  for (int i = 0; i < 2; ++i) {
    look(1);
    other_looks();
  }
  large.meanwhile = other_looks;
  look(1);
  EXPECT_EQ(large.sheds, 1);
  EXPECT_EQ(other.sheds, 0);
}

TEST_F(HoldersTest, AnotherThreadGivesUpWhatIsStillTooMuch) {
  TimerWheel other_wheel(now);
  Holders others(&load, greatest, 1, other_wheel, now);
  FakeHolder other(others, load);
  large.hold(900'000);
  other.hold(800'000);
  load.unsent().note(2'600'000);
  for (int i = 0; i < 3; ++i) {
    look(1);
    other_wheel.advance(now);
  }
  EXPECT_EQ(large.sheds, 1);
  EXPECT_EQ(other.sheds, 1);
}

}  // namespace
}  // namespace batata::net
