#include "faces/nacos/config/config_group_key.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(ConfigGroupKey, EscapesItsSigns) {
  EXPECT_EQ(config_group_key("a+b", "g%", "ns"), "a%2Bb+g%25+ns");
}

TEST(ConfigGroupKey, LeavesOutABlankNamespace) {
  EXPECT_EQ(config_group_key("a", "g", ""), "a+g");
}

}  // namespace
}  // namespace batata::nacos
