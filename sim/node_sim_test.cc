#include "sim/node_sim.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/sanitized.h"

namespace batata::sim {
namespace {

class NodeSimTest : public testing::Test {
 protected:
  // Cut tails and restarts are what these tests are made of; thousands of lines would hide a failure.
  NodeSimTest() {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
  }
};

TEST_F(NodeSimTest, NoAcknowledgedWriteIsLostOrDoubledInManyHistories) {
  constexpr std::uint64_t kHistories = kSanitized ? 100 : 500;
  std::uint64_t acknowledged = 0, damages_refused = 0, ends_lost = 0;
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    const NodeSimReport report = run_node_sim(seed);
    ASSERT_EQ(report.failure, "") << "seed " << seed;
    acknowledged += report.acknowledged;
    damages_refused += report.damages_refused;
    ends_lost += report.ends_lost;
  }
  EXPECT_GT(acknowledged, 50 * kHistories) << "the histories have become too short to prove anything";
  EXPECT_GT(damages_refused, kHistories) << "too little is damaged to prove anything";
  EXPECT_GT(ends_lost, kHistories * 2 / 5) << "too little is damaged at the log's end to prove anything";
}

// Each has a line in sim/seeds.md.
TEST_F(NodeSimTest, SeedsThatOnceFailedStayMended) {
  for (const std::uint64_t seed : {105u}) EXPECT_EQ(run_node_sim(seed).failure, "") << "seed " << seed;
}

TEST_F(NodeSimTest, TheSameSeedGivesTheSameHistory) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const NodeSimReport first = run_node_sim(seed), second = run_node_sim(seed);
    EXPECT_EQ(first.trace, second.trace);
    EXPECT_EQ(first.steps, second.steps);
    EXPECT_EQ(first.story, second.story);
  }
}

TEST_F(NodeSimTest, OtherSeedsGiveOtherHistories) {
  EXPECT_NE(run_node_sim(1).trace, run_node_sim(2).trace);
}

}  // namespace
}  // namespace batata::sim
