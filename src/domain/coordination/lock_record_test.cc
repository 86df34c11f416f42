#include "domain/coordination/lock_record.h"

#include <gtest/gtest.h>

#include "domain/coordination/lock_id.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

TEST(LockRecord, IsReadAsItWasWritten) {
  const LockRecord lock{"1700000000000_10.0.0.9_50000", WallTime{1'700'000'000'123}, 30s};
  const auto read = decode_lock(encode_lock(lock));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, lock);
}

TEST(LockRecord, OtherBytesAreRefused) {
  const std::string good = encode_lock({"holder", WallTime{1}, 1ms});
  EXPECT_FALSE(decode_lock(""));
  EXPECT_FALSE(decode_lock("\x02" + good.substr(1)));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decode_lock(std::string_view(good).substr(0, size)));
  EXPECT_FALSE(decode_lock(good + "x"));
}

TEST(LockId, KeysNameTheirLocks) {
  const LockId nul{"T", std::string("a\0b", 3)};
  for (const LockId& id : {LockId{"NACOS_LOCK", "k"}, LockId{"T", ""}, nul}) {
    const auto read = lock_id(lock_key(id));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, id);
    EXPECT_NE(held_key(id), lock_key(id));
  }
  EXPECT_FALSE(lock_id("lock/T"));
  EXPECT_FALSE(lock_id("config/a"));
}

}  // namespace
}  // namespace batata::domain
