#include "wire/date.h"

#include <gtest/gtest.h>

namespace batata::wire {
namespace {

TEST(HttpDate, IsThatOfTheStandard) {
  EXPECT_EQ(HttpDate({1'795'269'539'000}).text(), "Sat, 21 Nov 2026 13:58:59 GMT");
  EXPECT_EQ(HttpDate({0}).text(), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(HttpDate({951'782'400'999}).text(), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(HttpDate({-1}).text(), "Wed, 31 Dec 1969 23:59:59 GMT");
}

}  // namespace
}  // namespace batata::wire
