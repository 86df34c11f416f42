#include "replica/hard_state.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "replica/position.h"
#include "sim/sim_disk.h"

namespace batata::replica {
namespace {

raft::HardState state(std::uint64_t term, std::uint64_t vote) {
  return {Term{term}, NodeId{vote}};
}

class HardStateTest : public testing::Test {
 protected:
  HardStateTest() {
    log::set_sink([](const log::Line&) {}, log::Level::kError);
  }
  Result<std::optional<raft::HardState>> load() { return HardStateFile(disk_).load(); }
  void save(const raft::HardState& s) {
    HardStateFile file(disk_);
    ASSERT_TRUE(file.load());
    ASSERT_TRUE(file.save(s));
  }
  void damage(int slot) { disk_.contents(HardStateFile::kName)[slot * HardStateFile::kSlotBytes + 25] ^= 4; }

  sim::SimPower power_;
  sim::SimDisk disk_{power_};
};

TEST_F(HardStateTest, ANewMemberHasNone) {
  const auto loaded = load();
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->has_value());
}

TEST_F(HardStateTest, TheLastOneSavedIsLoaded) {
  save(state(3, 1));
  save(state(4, 2));
  EXPECT_EQ(**load(), state(4, 2));
}

TEST_F(HardStateTest, EitherSlotIsEnough) {
  for (const int slot : {0, 1}) {
    save(state(7, 1));
    damage(slot);
    EXPECT_EQ(**load(), state(7, 1));
  }
}

TEST_F(HardStateTest, TwoDamagedSlotsAreRefused) {
  save(state(7, 1));
  damage(0);
  damage(1);
  const auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("hard_state"), std::string::npos);
}

TEST_F(HardStateTest, ACrashWhileSavingLeavesTheOldOrTheNew) {
  for (std::uint64_t steps = 1; steps < 12; ++steps) {
    sim::SimPower power;
    sim::SimDisk disk(power);
    HardStateFile file(disk);
    ASSERT_TRUE(file.load());
    ASSERT_TRUE(file.save(state(5, 1)));
    power.cut_after(steps);
    const bool saved = file.save(state(6, 2)).has_value();
    power.restore();
    disk.crash([n = steps]() mutable { return n = n * 2862933555777941757 + 3037000493, n >> 32; });
    const auto loaded = HardStateFile(disk).load();
    ASSERT_TRUE(loaded && loaded->has_value()) << steps;
    EXPECT_TRUE(**loaded == state(6, 2) || (!saved && **loaded == state(5, 1))) << steps;
  }
}

TEST(PositionTest, SurvivesItsEncodingAndRefusesDamage) {
  const Position position{LogIndex{300}, Term{7}, LogIndex{1}, std::string("conf\0x", 6)};
  const auto record = encode(position);
  EXPECT_EQ(record.name, kPositionName);
  EXPECT_EQ(*decode_position(record.value), position);
  for (std::size_t n = 0; n < record.value.size(); ++n)
    EXPECT_FALSE(decode_position(record.value.substr(0, n)));
  EXPECT_FALSE(decode_position(record.value + "x"));
}

}  // namespace
}  // namespace batata::replica
