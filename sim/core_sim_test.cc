#include "sim/core_sim.h"

#include <gtest/gtest.h>

#include "base/sanitized.h"

namespace batata::sim {
namespace {

TEST(CoreSimTest, RaftsPropertiesHoldInManyHistories) {
  constexpr std::uint64_t kHistories = kSanitized ? 200 : 1'000;
  std::uint64_t acknowledged = 0, elections = 0, changes = 0;
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    const CoreSimReport report = run_core_sim(seed);
    ASSERT_EQ(report.failure, "") << "seed " << seed;
    acknowledged += report.acknowledged;
    elections += report.elections;
    changes += report.changes;
  }
  EXPECT_GT(acknowledged, 200 * kHistories) << "the histories have become too short to prove anything";
  EXPECT_GT(elections, 4 * kHistories);
  EXPECT_GT(changes, 10 * kHistories);
}

// Each has a line in sim/seeds.md.
TEST(CoreSimTest, SeedsThatOnceFailedStayMended) {
  for (const std::uint64_t seed : {1u, 9u, 14u, 320u, 1'689u, 3'560u, 53'030u})
    EXPECT_EQ(run_core_sim(seed).failure, "") << "seed " << seed;
}

TEST(CoreSimTest, TheSameSeedGivesTheSameHistory) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const CoreSimReport first = run_core_sim(seed), second = run_core_sim(seed);
    EXPECT_EQ(first.trace, second.trace);
    EXPECT_EQ(first.steps, second.steps);
    EXPECT_EQ(first.story, second.story);
  }
}

TEST(CoreSimTest, OtherSeedsGiveOtherHistories) {
  EXPECT_NE(run_core_sim(1).trace, run_core_sim(2).trace);
}

}  // namespace
}  // namespace batata::sim
