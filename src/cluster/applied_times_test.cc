#include "cluster/applied_times.h"

#include <gtest/gtest.h>

namespace batata::cluster {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1'000'000'000};

TEST(AppliedTimes, TellsWhenARevisionWasApplied) {
  AppliedTimes times;
  times.note(Revision{3}, kStart);
  times.note(Revision{5}, kStart + 1ms);
  EXPECT_EQ(times.of(Revision{2}, {}), kStart);
  EXPECT_EQ(times.of(Revision{3}, {}), kStart);
  EXPECT_EQ(times.of(Revision{4}, {}), kStart + 1ms);
  EXPECT_EQ(times.of(Revision{6}, kStart + 1h), kStart + 1h);
}

TEST(AppliedTimes, WhatComesInOneGrainIsOfOneTime) {
  AppliedTimes times;
  times.note(Revision{1}, kStart);
  times.note(Revision{2}, kStart + 200us);
  times.note(Revision{3}, kStart + 300us);
  EXPECT_EQ(times.of(Revision{2}, {}), kStart);
  EXPECT_EQ(times.of(Revision{3}, {}), kStart + 300us);
}

TEST(AppliedTimes, ForgetsTheOldestAndHoldsNoMoreThanItsBound) {
  AppliedTimes times;
  constexpr auto kMany = AppliedTimes::kTimesMax + 10;
  for (std::size_t i = 1; i <= kMany; ++i) times.note(Revision{i}, kStart + 1ms * static_cast<int>(i));
  EXPECT_EQ(times.of(Revision{1}, {}), kStart + 11ms);
  EXPECT_EQ(times.of(Revision{kMany}, {}), kStart + 1ms * static_cast<int>(kMany));
}

}  // namespace
}  // namespace batata::cluster
