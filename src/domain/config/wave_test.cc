#include "domain/config/wave.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

TEST(Wave, TakesAsManyAsThereMayBe) {
  Wave wave;
  for (std::size_t i = 0; i < Wave::kMax; ++i) EXPECT_TRUE(wave.takes(1)) << i;
  EXPECT_FALSE(wave.takes(0));
}

TEST(Wave, TakesAsManyBytesAsThereMayBe) {
  Wave wave;
  EXPECT_TRUE(wave.takes(Wave::kBytesMax - 1));
  EXPECT_TRUE(wave.takes(1));
  EXPECT_FALSE(wave.takes(1));
  EXPECT_TRUE(wave.takes(0)) << "what is refused does not count";
}

TEST(Wave, TakesOneHoweverLargeItIs) {
  Wave wave;
  EXPECT_TRUE(wave.takes(2 * Wave::kBytesMax));
  EXPECT_FALSE(wave.takes(1));
}

}  // namespace
}  // namespace batata::domain
