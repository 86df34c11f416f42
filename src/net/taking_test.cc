#include "net/taking.h"

#include <gtest/gtest.h>

#include <chrono>

namespace batata::net {
namespace {

using std::chrono::seconds;
constexpr auto kWindow = seconds(20), kQuarter = seconds(5);
constexpr std::size_t kRate = 100;
constexpr SteadyTime kStart{1'000'000'000};

// The paces at the ends of quarters in which so much was taken, up to the first that is not good.
std::vector<Taking::Pace> paces(const std::vector<std::size_t>& taken, std::size_t rate) {
  Taking taking;
  taking.begin(kStart, kWindow);
  std::vector<Taking::Pace> paces;
  for (const std::size_t bytes : taken) {
    taking.note_taken(bytes);
    paces.push_back(taking.judge(taking.due(), kWindow, rate));
    if (paces.back() != Taking::Pace::kGood) break;
  }
  return paces;
}

TEST(Taking, HasNoTimeWhileNothingWaits) {
  Taking taking;
  EXPECT_EQ(taking.due(), SteadyTime::never());
  taking.begin(kStart, kWindow);
  EXPECT_EQ(taking.due(), kStart + kQuarter);
  taking.begin(kStart + seconds(3), kWindow);
  EXPECT_EQ(taking.due(), kStart + kQuarter) << "more that waits buys no time";
  taking.end();
  EXPECT_EQ(taking.due(), SteadyTime::never());
}

TEST(Taking, IsJudgedByWhatWasTakenInTheWindow) {
  using enum Taking::Pace;
  EXPECT_EQ(paces({0, 0, 0, 0}, kRate), (std::vector{kGood, kGood, kGood, kNothing}));
  EXPECT_EQ(paces({1, 1, 1, 1}, kRate), (std::vector{kGood, kGood, kGood, kTooSlow}));
  EXPECT_EQ(paces({1999, 0, 0, 0}, kRate), (std::vector{kGood, kGood, kGood, kNothing}));
  EXPECT_EQ(paces({500, 499, 500, 500}, kRate), (std::vector{kGood, kGood, kGood, kTooSlow}));
  EXPECT_EQ(paces({500, 500, 500, 500}, kRate), (std::vector{kGood, kGood, kGood, kGood}));
  EXPECT_EQ(paces({0, 1, 0, 0}, 0), (std::vector{kGood, kGood, kGood, kGood})) << "anything at all";
  EXPECT_EQ(paces({0, 0, 0, 0}, 0), (std::vector{kGood, kGood, kGood, kNothing}));
}

TEST(Taking, ABurstCountsForOneWindow) {
  using enum Taking::Pace;
  EXPECT_EQ(paces({1'000'000, 0, 0, 0, 0}, kRate), (std::vector{kGood, kGood, kGood, kGood, kNothing}));
  EXPECT_EQ(paces({0, 0, 0, 2000, 0, 0, 0, 10}, kRate),
            (std::vector{kGood, kGood, kGood, kGood, kGood, kGood, kGood, kTooSlow}));
}

TEST(Taking, ALateTimerIsNoExcuse) {
  Taking taking;
  taking.begin(kStart, kWindow);
  EXPECT_EQ(taking.judge(kStart + seconds(19), kWindow, kRate), Taking::Pace::kGood);
  EXPECT_EQ(taking.due(), kStart + kWindow);
  EXPECT_EQ(taking.judge(kStart + kWindow, kWindow, kRate), Taking::Pace::kNothing);
}

}  // namespace
}  // namespace batata::net
