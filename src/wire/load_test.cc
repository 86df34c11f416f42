#include "wire/load.h"

#include <gtest/gtest.h>

#include <vector>

#include "wire/right.h"

namespace batata::wire {
namespace {

std::size_t fill(Load& load, Priority priority, std::vector<Load::Place>& places) {
  std::size_t begun = 0;
  while (auto place = load.begin(priority, 0)) {
    places.push_back(std::move(*place));
    ++begun;
  }
  return begun;
}

TEST(Load, EachPriorityLeavesRoomToThoseBeforeIt) {
  Load load({.in_flight = 16});
  std::vector<Load::Place> places;
  EXPECT_EQ(fill(load, Priority::kAdministration, places), 8u);
  EXPECT_EQ(fill(load, Priority::kWrite, places), 4u);
  EXPECT_EQ(fill(load, Priority::kRead, places), 2u);
  EXPECT_EQ(fill(load, Priority::kVital, places), 2u);
  EXPECT_EQ(load.in_flight(), 16u);
}

TEST(Load, APlaceIsGivenBackOnceByWhoeverHasItLast) {
  Load load({.in_flight = 16});
  {
    auto first = load.begin(Priority::kRead, 7);
    ASSERT_TRUE(first);
    Load::Place second = std::move(*first);
    Load::Place third;
    third = std::move(second);
    EXPECT_EQ(load.in_flight(), 1u);
    EXPECT_EQ(load.unfinished().bytes(), 7u);
  }
  EXPECT_EQ(load.in_flight(), 0u);
  EXPECT_EQ(load.unfinished().bytes(), 0u);
}

TEST(Load, WhoOnlyWaitsIsNotInFlightAndHoldsItsBytes) {
  Load load({.in_flight = 16});
  {
    auto place = load.begin(Priority::kRead, 7);
    ASSERT_TRUE(place);
    place->wait_only();
    place->wait_only();
    Load::Place moved = std::move(*place);
    EXPECT_EQ(load.in_flight(), 0u);
    EXPECT_EQ(load.unfinished().bytes(), 7u);
  }
  EXPECT_EQ(load.in_flight(), 0u);
  EXPECT_EQ(load.unfinished().bytes(), 0u);
}

TEST(Load, TheBytesOfRequestsLeaveRoomToThoseBeforeThem) {
  Load load({.unfinished_bytes = 800'000});
  std::vector<Load::Place> places;
  const auto fill = [&](Priority priority) {
    std::size_t begun = 0;
    for (; auto place = load.begin(priority, 100'000); ++begun) places.push_back(std::move(*place));
    return begun;
  };
  EXPECT_TRUE(load.takes_in(100'000));
  EXPECT_EQ(fill(Priority::kAdministration), 5u) << "the last one is what makes it too much";
  EXPECT_FALSE(load.takes_in(100'000)) << "as much as administration";
  EXPECT_TRUE(load.takes_in(10'000));
  load.unfinished().note(1);
  EXPECT_FALSE(load.takes_in(10'000));
  EXPECT_TRUE(load.takes_in(1000));
  load.unfinished().note(-1);
  EXPECT_EQ(fill(Priority::kWrite), 2u);
  EXPECT_FALSE(load.takes_in(1000));
  EXPECT_FALSE(load.is_short());
  EXPECT_EQ(fill(Priority::kRead), 1u);
  EXPECT_TRUE(load.is_short());
  EXPECT_EQ(fill(Priority::kVital), 1u);
  EXPECT_EQ(load.unfinished().bytes(), 900'000u);
}

TEST(Load, TooManyUnsentBytesRefuseAllButVitalRequestsUntilThereAreAnEighthFewer) {
  Load load({.unsent_bytes = 8000});
  load.unsent().note(8000);
  EXPECT_TRUE(load.admits(Priority::kRead));
  load.unsent().note(1);
  EXPECT_TRUE(load.unsent().too_many());
  EXPECT_FALSE(load.admits(Priority::kRead));
  EXPECT_FALSE(load.admits(Priority::kAdministration));
  EXPECT_TRUE(load.admits(Priority::kVital));
  load.unsent().note(-1000);
  EXPECT_FALSE(load.admits(Priority::kWrite)) << "else it would flap";
  load.unsent().note(-1);
  EXPECT_TRUE(load.admits(Priority::kWrite));
}

TEST(LoadHeldBytes, ThreadsTellOfThemInStepsThatTogetherAreASixteenthOfTheLimit) {
  EXPECT_EQ(HeldBytes(1 << 20).step(4), std::size_t{1 << 14});
  EXPECT_EQ(HeldBytes(std::size_t{1} << 40).step(4), std::size_t{256 << 10});
  EXPECT_EQ(HeldBytes(1).step(0), 1u);
}

TEST(Load, WhatWasRefusedIsToldByPriorityAndReason) {
  Load load({.in_flight = 1, .unsent_bytes = 10});
  const auto place = load.begin(Priority::kVital, 0);
  EXPECT_FALSE(load.begin(Priority::kWrite, 0));
  load.unsent().note(11);
  EXPECT_FALSE(load.admits(Priority::kRead));
  std::string text;
  metrics::Writer out(text);
  load.write(out);
  for (const std::string_view line :
       {"batata_requests_in_flight 1\n",
        "batata_requests_shed_total{priority=\"write\",reason=\"in_flight\"} 1\n",
        "batata_requests_shed_total{priority=\"read\",reason=\"unsent_bytes\"} 1\n",
        "batata_requests_shed_total{priority=\"read\",reason=\"in_flight\"} 0\n", "batata_unsent_bytes 11\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

TEST(LoadPriority, FollowsFromMethodAndPermission) {
  EXPECT_EQ(priority_of(Method::kGet, "config:r"), Priority::kRead);
  EXPECT_EQ(priority_of(Method::kPost, "config:w"), Priority::kWrite);
  EXPECT_EQ(priority_of(Method::kGet, kAdministrators), Priority::kAdministration);
}

}  // namespace
}  // namespace batata::wire
