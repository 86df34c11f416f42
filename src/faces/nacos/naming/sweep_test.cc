#include "faces/nacos/naming/sweep.h"

#include <gtest/gtest.h>

#include <vector>

namespace batata::nacos {
namespace {

class SweepTest : public testing::Test {
 protected:
  // Whom the next slice meets.
  std::vector<std::uint64_t> slice(int most) {
    std::vector<std::uint64_t> met;
    sweep_.advance(all_, most, [&](std::uint64_t serial, char&) { met.push_back(serial); });
    return met;
  }
  using Met = std::vector<std::uint64_t>;

  std::map<std::uint64_t, char> all_ = {{1, 'a'}, {2, 'b'}, {3, 'c'}, {4, 'd'}, {5, 'e'}};
  Sweep sweep_;
};

TEST_F(SweepTest, MeetsEverybodyOnce) {
  EXPECT_EQ(slice(10), Met{});
  sweep_.meet_everybody();
  EXPECT_EQ(slice(2), (Met{1, 2}));
  EXPECT_FALSE(sweep_.meets(2));
  EXPECT_TRUE(sweep_.meets(3) && sweep_.meets(99));
  EXPECT_EQ(slice(2), (Met{3, 4}));
  EXPECT_TRUE(sweep_.under_way());
  EXPECT_EQ(slice(2), (Met{5}));
  EXPECT_FALSE(sweep_.under_way() || sweep_.meets(1));
  sweep_.meet_everybody();
  EXPECT_EQ(slice(10), (Met{1, 2, 3, 4, 5}));
}

TEST_F(SweepTest, AChangeInTheMiddleIsAWholeRoundFromThere) {
  sweep_.meet_everybody();
  EXPECT_EQ(slice(3), (Met{1, 2, 3}));
  sweep_.meet_everybody();
  EXPECT_TRUE(sweep_.meets(1) && sweep_.meets(3) && sweep_.meets(4));
  EXPECT_EQ(slice(3), (Met{4, 5, 1}));
  EXPECT_FALSE(sweep_.meets(1) || sweep_.meets(4));
  sweep_.meet_everybody();  // in the second part
  EXPECT_EQ(slice(10), (Met{2, 3, 4, 5, 1}));
  EXPECT_FALSE(sweep_.under_way());
}

TEST_F(SweepTest, ThroughChangesWithoutEndEverybodyHasTheirTurn) {
  Met met;
  for (int turn = 0; turn < 3; ++turn) {
    sweep_.meet_everybody();
    for (const auto serial : slice(2)) met.push_back(serial);
  }
  EXPECT_EQ(met, (Met{1, 2, 3, 4, 5, 1}));
}

TEST_F(SweepTest, WhoGoesAndComesMeanwhile) {
  sweep_.meet_everybody();
  EXPECT_EQ(slice(2), (Met{1, 2}));
  all_.erase(3);
  all_.emplace(6, 'f');
  EXPECT_EQ(slice(10), (Met{4, 5, 6}));
  sweep_.meet_everybody();
  EXPECT_EQ(slice(5), (Met{1, 2, 4, 5, 6}));
  all_.clear();
  sweep_.meet_everybody();
  EXPECT_EQ(slice(1), Met{});
  EXPECT_FALSE(sweep_.under_way());
}

}  // namespace
}  // namespace batata::nacos
