#include "sim/sim_disk.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace batata::sim {
namespace {

// What a crash may leave of a file with a synced first sector, of which two more were written and not synced.
std::set<std::string> left_by_crashes() {
  const std::string sector(512, 'x');
  std::set<std::string> left;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimPower power;
    SimDisk disk(power);
    auto file = *disk.create("file");
    EXPECT_TRUE(file->write(0, sector) && file->sync() && disk.sync_directory());
    EXPECT_TRUE(file->write(512, sector) && file->write(1'024, sector));
    std::mt19937_64 random(seed);
    disk.crash([&] { return random(); });
    std::string sectors;
    const std::string& content = disk.contents("file");
    for (std::size_t at = 0; at < content.size(); at += 512) sectors += content[at] == 'x' ? 'x' : '0';
    left.insert(sectors);
  }
  return left;
}

TEST(SimDisk, ACrashKeepsAnyOfTheUnsyncedWritesAndGrowsFilesWithoutTheirBytes) {
  EXPECT_EQ(left_by_crashes(), (std::set<std::string>{"x", "x0", "x00", "x0x", "xx", "xx0", "xxx"}));
}

TEST(SimDisk, ACrashTearsAWriteBetweenAnySectors) {
  std::set<std::string> left;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimPower power;
    SimDisk disk(power);
    auto file = *disk.create("file");
    EXPECT_TRUE(file->write(0, std::string(1'536, 'a')) && file->sync() && disk.sync_directory());
    EXPECT_TRUE(file->write(500, std::string(600, 'b')));  // parts of three sectors
    std::mt19937_64 random(seed);
    disk.crash([&] { return random(); });
    const std::string& content = disk.contents("file");
    left.insert({content[511], content[512], content[1'023], content[1'024]});
  }
  EXPECT_EQ(left.size(), 8u) << "each of three parts is there or not";
}

}  // namespace
}  // namespace batata::sim
