#include "domain/discovery/check_pace.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

constexpr HealthParams kTcp{5'000, 1'000, 0.75};

TEST(CheckPace, TurnsSickAfterAsManyFailuresAsAreNeeded) {
  CheckPace pace(2s);
  EXPECT_EQ(pace.note(Probe::kFailed, 500ms, true, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kFailed, 500ms, true, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kFailed, 500ms, true, 3, kTcp), false);
  // Said again until it is so.
  EXPECT_EQ(pace.note(Probe::kFailed, 500ms, true, 3, kTcp), false);
  EXPECT_EQ(pace.note(Probe::kFailed, 500ms, false, 3, kTcp), std::nullopt);
}

TEST(CheckPace, OneSuccessBetweenStartsTheCountAnew) {
  CheckPace pace(2s);
  EXPECT_EQ(pace.note(Probe::kFailed, 1ms, true, 2, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, true, 2, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kFailed, 1ms, true, 2, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kFailed, 1ms, true, 2, kTcp), false);
}

TEST(CheckPace, TurnsSickAtOnceWhenRefused) {
  CheckPace pace(2s);
  EXPECT_EQ(pace.note(Probe::kRefused, 1ms, true, 3, kTcp), false);
}

TEST(CheckPace, TurnsWellAfterAsManySuccessesAsAreNeeded) {
  CheckPace pace(2s);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, false, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, false, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kRefused, 1ms, false, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, false, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, false, 3, kTcp), std::nullopt);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, false, 3, kTcp), true);
}

TEST(CheckPace, NeedsAtLeastOneWhateverIsSet) {
  CheckPace pace(2s);
  EXPECT_EQ(pace.note(Probe::kAlive, 1ms, false, 0, kTcp), true);
  EXPECT_EQ(pace.note(Probe::kFailed, 1ms, true, -7, kTcp), false);
}

TEST(CheckPace, FollowsTheTimesOfTheAnswersWithinItsBounds) {
  CheckPace pace(4s);
  (void)pace.note(Probe::kAlive, 0ms, true, 3, kTcp);
  EXPECT_EQ(pace.interval(), 3s);  // 0.75 of four seconds
  for (int i = 0; i < 50; ++i) (void)pace.note(Probe::kAlive, 0ms, true, 3, kTcp);
  EXPECT_EQ(pace.interval(), 1s);
  for (int i = 0; i < 50; ++i) (void)pace.note(Probe::kFailed, 0ms, true, 3, kTcp);
  EXPECT_GT(pace.interval(), 4'900ms);
  EXPECT_LE(pace.interval(), 5s);
}

TEST(CheckPace, StaysUsableWhateverIntervalsAreSet) {
  CheckPace pace(1s);
  for (const HealthParams& odd :
       {HealthParams{-1, -1, 0.5}, HealthParams{0, 0, 0}, HealthParams{1, 1, 1e300},
        HealthParams{INT64_MAX, INT64_MAX, 0}, HealthParams{INT64_MAX, 0, -1e300}}) {
    for (int i = 0; i < 3; ++i) (void)pace.note(Probe::kFailed, 1ms, true, 3, odd);
    EXPECT_GE(pace.interval(), 500ms);
    EXPECT_LE(pace.interval(), 24h);
  }
}

}  // namespace
}  // namespace batata::domain
