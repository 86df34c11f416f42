#include "platform/runtime/system_load.h"

#include <gtest/gtest.h>

namespace batata::platform {
namespace {

TEST(SystemLoad, IsAShareOfTheMachine) {
  SystemLoad load;
  EXPECT_GE(SystemLoad::run_queue(), 0);
  for (int i = 0; i < 2; ++i) {
    const double cpu = load.cpu();
    EXPECT_GE(cpu, 0);
    EXPECT_LE(cpu, 1);
  }
}

}  // namespace
}  // namespace batata::platform
