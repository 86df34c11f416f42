#include "platform/runtime/memory_use.h"

#include <gtest/gtest.h>

namespace batata::platform {
namespace {

TEST(MemoryUse, IsAShare) {
  EXPECT_GT(memory_use(), 0);
  EXPECT_LE(memory_use(), 1);
}

}  // namespace
}  // namespace batata::platform
