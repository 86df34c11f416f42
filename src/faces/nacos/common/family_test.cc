#include "faces/nacos/common/family.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(Surface, IsFoundByThePath) {
  EXPECT_EQ(surface_of("/nacos/v1/cs/configs"), Surface::kV1);
  EXPECT_EQ(surface_of("/nacos/v2/cs/config"), Surface::kV2);
  EXPECT_EQ(surface_of("/nacos/v3/client/cs/config"), Surface::kV3);
  EXPECT_EQ(surface_of("/nacos/v10/cs/configs"), Surface::kV3);
  EXPECT_EQ(surface_of("/v3/console/cs/config"), Surface::kConsole);
  EXPECT_EQ(surface_of("/v30"), Surface::kV3);
}

TEST(Surface, OfTheConsoleSpeaksTheThirdGeneration) {
  EXPECT_EQ(family_of(Surface::kV1), Family::kV1);
  EXPECT_EQ(family_of(Surface::kV2), Family::kV2);
  EXPECT_EQ(family_of(Surface::kV3), Family::kV3);
  EXPECT_EQ(family_of(Surface::kConsole), Family::kV3);
}

}  // namespace
}  // namespace batata::nacos
