#include "net/holders.h"

#include <gtest/gtest.h>

namespace batata::net {
namespace {

constexpr std::size_t kMost = 1 << 20;

// A connection that gives up all it has.
class FakeHolder final : public Holder {
 public:
  explicit FakeHolder(Holders& all) : all_(all) {}
  void hold(std::size_t bytes) {
    held = bytes;
    all_.note(*this, bytes);
  }
  std::uint64_t taken() const override { return taken_bytes; }
  void shed() override {
    ++sheds;
    hold(0);
  }
  std::size_t held = 0;
  std::uint64_t taken_bytes = 0;
  int sheds = 0;

 private:
  Holders& all_;
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
  FakeHolder large{holders}, small{holders};
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
    many.push_back(std::make_unique<FakeHolder>(holders));
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

}  // namespace
}  // namespace batata::net
