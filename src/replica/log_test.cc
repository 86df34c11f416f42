#include "replica/log.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "replica/record.h"
#include "replica/segment.h"
#include "replica/segment_preparation.h"
#include "sim/sim_disk.h"

namespace batata::replica {
namespace {

using sim::SimDisk;
using sim::SimPower;

raft::Entry entry(std::uint64_t index, std::string text, std::uint64_t term = 1) {
  return {LogIndex{index}, Term{term}, raft::EntryType::kCommand,
          std::make_shared<const std::string>(std::move(text))};
}

constexpr std::uint64_t kSegmentBytes = 8'192;

class LogTest : public testing::Test {
 protected:
  LogTest() {
    log::set_sink([](const log::Line& line) { warnings += line.level == log::Level::kWarn; },
                  log::Level::kWarn);
    warnings = 0;
  }
  // Appends one entry a write.
  void write(Log& log, std::uint64_t first, std::uint64_t last, std::size_t bytes = 100) {
    for (std::uint64_t i = first; i <= last; ++i) {
      const auto one = entry(i, std::to_string(i) + std::string(bytes, 'x'));
      ASSERT_TRUE(log.append(std::span(&one, 1), false));
    }
  }
  // What a log on this disk gives, or the failure's message.
  std::vector<raft::Entry> read(SimDisk& disk) {
    std::vector<raft::Entry> entries;
    Log log(disk, kSegmentBytes);
    const auto opened = log.open([&](raft::Entry e) {
      while (!entries.empty() && entries.back().index >= e.index) entries.pop_back();
      entries.push_back(std::move(e));
    });
    failure_ = opened ? "" : opened.error().message;
    return entries;
  }
  void expect_whole(const std::vector<raft::Entry>& entries, std::uint64_t last) {
    EXPECT_EQ(failure_, "");
    ASSERT_EQ(entries.size(), last);
    for (std::uint64_t i = 1; i <= last; ++i) {
      EXPECT_EQ(entries[i - 1].index, LogIndex{i});
      EXPECT_TRUE(entries[i - 1].data->starts_with(std::to_string(i) + "x"));
    }
  }
  std::uint64_t end_of(const std::string& content) { return content.find_last_not_of('\0') + 1; }

  static int warnings;
  SimPower power_;
  SimDisk disk_{power_};
  std::string failure_;
};
int LogTest::warnings = 0;

TEST_F(LogTest, GivesBackWhatWasWrittenOverManySegments) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) { FAIL(); }));
  write(log, 1, 100);
  EXPECT_GT(disk_.names().size(), 2u);
  expect_whole(read(disk_), 100);
}

TEST_F(LogTest, GoesOnWhereItEnded) {
  for (std::uint64_t i = 0; i < 5; ++i) {
    Log log(disk_, kSegmentBytes);
    ASSERT_TRUE(log.open([](raft::Entry) {}));
    EXPECT_EQ(log.last(), LogIndex{i * 20});
    write(log, i * 20 + 1, i * 20 + 20);
  }
  expect_whole(read(disk_), 100);
}

TEST_F(LogTest, AWriteLargerThanASegmentIsNotSplit) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 1);
  write(log, 2, 2, 100'000);
  write(log, 3, 3);
  expect_whole(read(disk_), 3);
}

TEST_F(LogTest, ALowerIndexReplacesWhatFollowsIt) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 80);
  const std::vector<raft::Entry> other{entry(40, "40x", 2), entry(41, "41x", 2)};
  ASSERT_TRUE(log.append(other, false));
  const auto entries = read(disk_);
  expect_whole(entries, 41);
  EXPECT_EQ(entries.back().term, Term{2});
  EXPECT_EQ(entries[38].term, Term{1});
}

TEST_F(LogTest, UsesAPreparedFile) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 20);
  EXPECT_TRUE(log.wants_segment());
  SegmentPreparation preparation(disk_, kSegmentBytes, 0);
  while (!preparation.done()) ASSERT_TRUE(preparation.step());
  for (std::uint64_t i = 21; log.prepared_used() == 0; ++i) {
    const auto one = entry(i, std::to_string(i) + "x");
    ASSERT_TRUE(log.append(std::span(&one, 1), true));
  }
  EXPECT_EQ(disk_.contents(disk_.names().back()).size(), kSegmentBytes);
  expect_whole(read(disk_), log.last().value);
}

TEST_F(LogTest, RemovesWholeSegmentsAndOpensAfterwards) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 100);
  ASSERT_TRUE(remove_files(disk_, log.forget_upto(LogIndex{60})));
  EXPECT_GT(log.first(), LogIndex{1});
  EXPECT_LE(log.first(), LogIndex{61});
  const auto entries = read(disk_);
  EXPECT_EQ(failure_, "");
  EXPECT_EQ(entries.front().index, log.first());
  EXPECT_EQ(entries.back().index, LogIndex{100});
  ASSERT_TRUE(remove_files(disk_, log.forget_upto(LogIndex{1'000})));
  EXPECT_FALSE(read(disk_).empty()) << "the newest file must stay";
}

TEST_F(LogTest, ATornLastWriteIsCutOnceWithOneLine) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 10);
  auto& content = disk_.contents(disk_.names().front());
  content[end_of(content) - 20] ^= 1;
  expect_whole(read(disk_), 9);
  EXPECT_EQ(warnings, 1);
  expect_whole(read(disk_), 9);
  EXPECT_EQ(warnings, 1) << "the tail was cut before";
}

TEST_F(LogTest, NothingStaleComesBackBehindATornRecord) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 3);
  const std::vector<raft::Entry> together{entry(4, "4x"), entry(5, "5x"), entry(6, "6x")};
  ASSERT_TRUE(log.append(together, false));
  const std::string name = disk_.names().front();
  auto& content = disk_.contents(name);
  const std::string before = content;
  const std::size_t end = end_of(before) / 8 * 8 + 8;
  content[end - 3 * record_size(2) + kRecordHeaderBytes] ^= 1;  // entry 4 is torn; 5 and 6 are intact
  expect_whole(read(disk_), 3);
  Log again(disk_, kSegmentBytes);
  ASSERT_TRUE(again.open([](raft::Entry) {}));
  const auto other = entry(4, "4x", 2);
  ASSERT_TRUE(again.append(std::span(&other, 1), false));
  // Even with the old bytes of 5 and 6 behind it again, the chain does not lead there.
  auto& now = disk_.contents(name);
  const std::size_t behind = end - 2 * record_size(2);
  now.resize(std::max(now.size(), before.size()), '\0');
  for (std::size_t i = behind; i < before.size(); ++i) now[i] = before[i];
  const auto entries = read(disk_);
  expect_whole(entries, 4);
  EXPECT_EQ(entries.back().term, Term{2});
}

TEST_F(LogTest, EveryFlippedBitBeforeTheLastWriteIsRefusedWithItsPlace) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 60);
  const auto names = disk_.names();
  ASSERT_GE(names.size(), 2u);
  for (const std::string& name : names) {
    const bool newest = name == names.back();
    const std::string good = disk_.contents(name);
    // The last record of the newest file cannot be told from a torn write; the seal of the others is not
    // needed where there is what it speaks of.
    const std::size_t last = end_of(good) / 8 * 8 + 8 - record_size(newest ? 102 : 0);
    for (std::size_t at = 0; at < last; at += at < 40 || at >= kRecordsAt ? 1 : kRecordsAt - at) {
      if (at >= 36 && at < kRecordsAt) continue;  // unused
      disk_.contents(name)[at] ^= static_cast<char>(1 << at % 8);
      const auto entries = read(disk_);
      EXPECT_NE(failure_, "") << name << " offset " << at << " gave " << entries.size();
      EXPECT_NE(failure_.find(at < kRecordsAt || newest ? name : "log-"), std::string::npos) << failure_;
      disk_.contents(name) = good;
    }
  }
  expect_whole(read(disk_), 60);
}

TEST_F(LogTest, AMissingSegmentIsRefused) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 150);
  ASSERT_GE(disk_.names().size(), 3u);
  disk_.forget(disk_.names()[1]);
  (void)read(disk_);
  EXPECT_NE(failure_.find("missing"), std::string::npos) << failure_;
}

TEST_F(LogTest, AMissingNewestSegmentIsRefused) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 150);
  const std::string before = disk_.names()[disk_.names().size() - 2];
  disk_.forget(disk_.names().back());
  (void)read(disk_);
  EXPECT_NE(failure_.find(before), std::string::npos) << failure_;
  EXPECT_NE(failure_.find("the file that continues this one is missing"), std::string::npos) << failure_;
}

TEST_F(LogTest, ASealThatACrashLeftOutIsMadeByTheNextStart) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 150);
  auto& content = disk_.contents(disk_.names()[disk_.names().size() - 2]);
  const std::string sealed = content;
  content.resize(end_of(content) / 8 * 8 + 8 - record_size(0));
  const std::string newest = disk_.contents(disk_.names().back());
  expect_whole(read(disk_), 150);
  EXPECT_EQ(content, sealed);
  EXPECT_EQ(disk_.contents(disk_.names().back()), newest);
  disk_.forget(disk_.names().back());
  (void)read(disk_);
  EXPECT_NE(failure_.find("the file that continues this one is missing"), std::string::npos) << failure_;
}

TEST_F(LogTest, AFileThatWasBegunForALaterEntryTakesALowerOne) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 150);
  const std::string newest = disk_.names().back();
  // As a crash leaves it right after the file was begun; then a leader truncates the log.
  disk_.contents(newest).resize(kRecordsAt);
  Log again(disk_, kSegmentBytes);
  ASSERT_TRUE(again.open([](raft::Entry) {}));
  const auto other = entry(40, "40x", 2);
  ASSERT_TRUE(again.append(std::span(&other, 1), false));
  expect_whole(read(disk_), 40);
}

TEST_F(LogTest, WhatTheDiskCannotReadIsDamageWithItsPlace) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 60);
  disk_.make_unreadable(disk_.names().front(), kRecordsAt + 500);
  Log again(disk_, kSegmentBytes);
  const auto opened = again.open([](raft::Entry) {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::kDamaged);
  EXPECT_EQ(opened.error().message, "damaged log: file " + disk_.names().front() + " offset " +
                                        std::to_string(kRecordsAt) +
                                        ": the disk cannot read what lies at 4096: input/output error");
}

TEST_F(LogTest, SwappedSegmentsAreRefused) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 150);
  const auto names = disk_.names();
  std::swap(disk_.contents(names[0]), disk_.contents(names[1]));
  (void)read(disk_);
  EXPECT_NE(failure_.find(names[0]), std::string::npos) << failure_;
}

TEST_F(LogTest, AShortenedOlderSegmentIsRefused) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 100);
  auto& content = disk_.contents(disk_.names().front());
  content.resize(content.size() / 2);
  (void)read(disk_);
  EXPECT_NE(failure_.find("records are missing"), std::string::npos) << failure_;
}

TEST_F(LogTest, AFileOfAnotherVersionIsNotTouched) {
  Log log(disk_, kSegmentBytes);
  ASSERT_TRUE(log.open([](raft::Entry) {}));
  write(log, 1, 3);
  auto& content = disk_.contents(disk_.names().front());
  content[0] = 'C';
  const std::string before = content;
  (void)read(disk_);
  EXPECT_NE(failure_, "");
  EXPECT_EQ(disk_.contents(disk_.names().front()), before);
}

TEST_F(LogTest, ACrashBetweenAnyTwoStepsLosesNothingThatWasReported) {
  for (std::uint64_t steps = 1; steps < 120; ++steps) {
    SimPower power;
    SimDisk disk(power);
    std::uint64_t dice = steps * 0x9e3779b97f4a7c15;
    std::uint64_t reported = 0;
    power.cut_after(steps);
    {
      Log log(disk, kSegmentBytes);
      ASSERT_TRUE(log.open([](raft::Entry) {}).has_value() || power.dark());
      for (std::uint64_t i = 1; !power.dark(); ++i) {
        const auto one = entry(i, std::to_string(i) + std::string(700, 'x'));
        if (log.append(std::span(&one, 1), false)) reported = i;
      }
    }
    power.restore();
    disk.crash([&] { return dice = dice * 6364136223846793005 + 1442695040888963407, dice >> 33; });
    const auto entries = read(disk);
    EXPECT_EQ(failure_, "") << "steps " << steps;
    EXPECT_GE(entries.size(), reported) << "steps " << steps;
    EXPECT_LE(entries.size(), reported + 1) << "steps " << steps;
  }
}

}  // namespace
}  // namespace batata::replica
