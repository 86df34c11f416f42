#include "domain/discovery/beats.h"

#include <gtest/gtest.h>

#include <chrono>

#include "cluster/single_node_registry.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

const registry::ServiceKey kService{"public", "DEFAULT_GROUP", "orders"};
const registry::ServiceKey kOther{"public", "DEFAULT_GROUP", "users"};

struct BeatsTest : testing::Test {
  static registry::Instance instance(std::map<std::string, std::string> metadata = {}) {
    registry::Instance made;
    made.id = "i";
    made.ip = "10.0.0.1";
    made.port = 80;
    made.metadata = std::move(metadata);
    return made;
  }
  // "healthy", "unhealthy" or "gone"
  std::string state(const registry::ServiceKey& service = kService) const {
    const auto instances = registry.list(service);
    if (instances.empty()) return "gone";
    return instances[0]->healthy ? "healthy" : "unhealthy";
  }

  sim::SimRuntime runtime;
  cluster::SingleNodeRegistry registry{NodeId{1}};
  Beats beats{runtime, registry};
};

TEST_F(BeatsTest, SilenceMakesUnhealthyAfter15SecondsAndRemovesAfter30) {
  beats.put(kService, instance());
  runtime.run_for(14'999ms);
  EXPECT_EQ(state(), "healthy");
  runtime.run_for(1ms);
  EXPECT_EQ(state(), "unhealthy");
  runtime.run_for(14'999ms);
  EXPECT_EQ(state(), "unhealthy");
  runtime.run_for(1ms);
  EXPECT_EQ(state(), "gone");
  EXPECT_EQ(beats.addresses(), 0u);
  EXPECT_FALSE(beats.beat(kService, "10.0.0.1", 80));
}

TEST_F(BeatsTest, BeatsKeepItHealthyForEver) {
  beats.put(kService, instance());
  for (int i = 0; i < 100; ++i) {
    runtime.run_for(5s);
    EXPECT_TRUE(beats.beat(kService, "10.0.0.1", 80));
    ASSERT_EQ(state(), "healthy");
  }
}

TEST_F(BeatsTest, ABeatHealsAndTheTimesCountFromIt) {
  beats.put(kService, instance());
  runtime.run_for(20s);
  ASSERT_EQ(state(), "unhealthy");
  EXPECT_TRUE(beats.beat(kService, "10.0.0.1", 80));
  EXPECT_EQ(state(), "healthy");
  runtime.run_for(14'999ms);
  EXPECT_EQ(state(), "healthy");
  runtime.run_for(1ms);
  EXPECT_EQ(state(), "unhealthy");
}

TEST_F(BeatsTest, AHealedOneTurnsUnhealthyInTimeAlsoWhenItsRemovalIsFarOff) {
  beats.put(kService, instance({{"preserved.heart.beat.interval", "1000"},
                                {"preserved.heart.beat.timeout", "3000"},
                                {"preserved.ip.delete.timeout", "60000"}}));
  runtime.run_for(4s);
  ASSERT_EQ(state(), "unhealthy");
  beats.beat(kService, "10.0.0.1", 80);
  runtime.run_for(3s);
  EXPECT_EQ(state(), "unhealthy");
}

TEST_F(BeatsTest, MetadataSetsTheTimes) {
  beats.put(kService,
            instance({{"preserved.heart.beat.timeout", "6000"}, {"preserved.ip.delete.timeout", "9000"}}));
  runtime.run_for(5'999ms);
  EXPECT_EQ(state(), "healthy");
  runtime.run_for(1ms);
  EXPECT_EQ(state(), "unhealthy");
  runtime.run_for(3s);
  EXPECT_EQ(state(), "gone");
}

TEST_F(BeatsTest, ADeleteTimeoutBeforeTheBeatTimeoutRemovesAtOnce) {
  beats.put(kService, instance({{"preserved.ip.delete.timeout", "6000"}}));
  runtime.run_for(6s);
  EXPECT_EQ(state(), "gone");
}

TEST_F(BeatsTest, EachServiceOfAnAddressIsKeptByItsOwnBeats) {
  beats.put(kService, instance());
  beats.put(kOther, instance());
  runtime.run_for(10s);
  beats.beat(kOther, "10.0.0.1", 80);
  runtime.run_for(6s);
  EXPECT_EQ(state(kService), "unhealthy");
  EXPECT_EQ(state(kOther), "healthy");
  beats.erase(kService, "10.0.0.1", 80);
  EXPECT_EQ(state(kService), "gone");
  EXPECT_EQ(state(kOther), "healthy");
}

TEST_F(BeatsTest, AnAddressHasOneInstanceInAService) {
  beats.put(kService, instance());
  registry::Instance second = instance();
  second.id = "j";
  second.cluster = "c2";
  beats.put(kService, second);
  ASSERT_EQ(registry.list(kService).size(), 1u);
  EXPECT_EQ(registry.list(kService)[0]->cluster, "c2");
}

TEST_F(BeatsTest, RegisteringAgainCountsAsABeatWithNewTimes) {
  beats.put(kService, instance());
  runtime.run_for(10s);
  beats.put(kService, instance({{"preserved.heart.beat.timeout", "5000"}}));
  runtime.run_for(4'999ms);
  EXPECT_EQ(state(), "healthy");
  runtime.run_for(1ms);
  EXPECT_EQ(state(), "unhealthy");
}

TEST(BeatTimes, WhatIsNoNumberCountsAsNotSaid) {
  const BeatTimes times = beat_times_of({{"preserved.heart.beat.interval", "1s"},
                                         {"preserved.heart.beat.timeout", "-5"},
                                         {"preserved.ip.delete.timeout", "99999999999999999999"}});
  EXPECT_EQ(times.interval, 5s);
  EXPECT_EQ(times.unhealthy_after, 15s);
  EXPECT_EQ(times.removed_after, 30s);
}

TEST(BeatTimes, AnIntervalAboveEitherTimeoutContradicts) {
  EXPECT_TRUE(check(BeatTimes{}).has_value());
  EXPECT_TRUE(check(BeatTimes{.interval = 15s}).has_value());
  EXPECT_FALSE(check(BeatTimes{.interval = 16s}).has_value());
  EXPECT_FALSE(check(BeatTimes{.removed_after = 4s}).has_value());
}

}  // namespace
}  // namespace batata::domain
