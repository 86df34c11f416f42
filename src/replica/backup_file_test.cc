#include "replica/backup_file.h"

#include <gtest/gtest.h>

#include "replica/position.h"
#include "tests/support/backup_bytes.h"

namespace batata::replica {
namespace {

using store::Record;

constexpr std::uint64_t kMax = std::uint64_t{1} << 62;   // docs/formats.md
constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

Record position(std::uint64_t applied, std::uint64_t term, std::uint64_t configuration = 0) {
  return encode(Position{LogIndex{applied}, Term{term}, LogIndex{configuration}, {}});
}
Record meta(std::uint64_t revision, std::int64_t time_ms = 0) {
  Record record{"z", {}, false};
  ByteWriter out(record.value);
  out.u8(1), out.varint(revision), out.i64(time_ms), out.varint(0), out.varint(0);
  return record;
}
Record key(const std::string& name, std::string value = {}) {
  return {"k" + name, std::string("\1\1\0", 3) + std::move(value), false};
}
std::string block_of(const std::vector<Record>& records) {
  std::string block(1, '\2');
  ByteWriter out(block);
  for (const Record& record : records) out.string(record.name), out.string(record.value);
  return block;
}
std::string end_of(std::uint64_t records) {
  std::string block(1, '\3');
  ByteWriter(block).varint(records);
  return block;
}

testing::AssertionResult refused(const std::string& bytes) {
  const auto read = records_in(bytes);
  if (read) return testing::AssertionFailure() << "it was taken";
  const bool names_the_place = read.error().message.starts_with("damaged backup: offset ");
  if (read.error().code != Errc::kDamaged || !names_the_place)
    return testing::AssertionFailure() << read.error().message;
  return testing::AssertionSuccess() << read.error().message;
}

TEST(BackupFile, GivesBackWhatWasWritten) {
  const std::vector<Record> records{position(kMax, kMax, kMax), key("a", "1"),
                                    key("b", std::string(300'000, 'x')), key("c"), meta(kMax, kLatestMs)};
  const std::string bytes = backup_of(records, WallTime{kLatestMs});
  const auto read = records_in(bytes);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ((*read)[i].name, records[i].name);
    EXPECT_EQ((*read)[i].value, records[i].value);
  }
}

TEST(BackupFile, RefusesATimeOutOfRange) {
  for (const std::int64_t ms : {std::int64_t{-1}, INT64_MIN, kLatestMs + 1, INT64_MAX}) {
    EXPECT_TRUE(refused(backup_of({position(1, 1), meta(1)}, WallTime{ms}))) << ms;
    EXPECT_TRUE(refused(backup_of({position(1, 1), meta(1, ms)}))) << ms;
  }
}

TEST(BackupFile, RefusesNumbersOutOfRange) {
  ASSERT_TRUE(records_in(backup_of({position(1, 1), meta(0)})));
  for (const std::uint64_t number : {std::uint64_t{0}, kMax + 1, UINT64_MAX}) {
    EXPECT_TRUE(refused(backup_of({position(number, 1), meta(1)}))) << number;
    EXPECT_TRUE(refused(backup_of({position(1, number), meta(1)}))) << number;
  }
  EXPECT_TRUE(refused(backup_of({position(1, 1, 2), meta(1)}))) << "a membership that is yet to come";
  EXPECT_TRUE(refused(backup_of({position(1, 1), meta(kMax + 1)})));
  EXPECT_TRUE(refused(backup_of({position(1, 1), {"kk", std::string("\2\1\0", 3), false}, meta(5)})));
  EXPECT_TRUE(refused(backup_of({position(1, 1), {"tk", std::string(9, '\xff') + '\1', false}, meta(5)})));
}

TEST(BackupFile, RefusesRecordsThatNoStateHas) {
  for (const Record& odd :
       {Record{"", "x"}, Record{"q", "x"}, Record{"zz", "x"}, Record{"b", "x"}, Record{"aa", "x"}})
    EXPECT_TRUE(refused(backup_of({position(1, 1), odd, meta(1)}))) << odd.name;
}

TEST(BackupFile, RefusesRecordsThatAreNotInOrder) {
  EXPECT_TRUE(refused(backup_of({position(1, 1), key("b"), key("a"), meta(1)})));
  EXPECT_TRUE(refused(backup_of({position(1, 1), key("a"), key("a"), meta(1)})))
      << "one would hide the other";
  EXPECT_TRUE(refused(
      backup_of_blocks({block_of({position(1, 1), key("b")}), block_of({key("a"), meta(1)}), end_of(4)})))
      << "over two blocks";
}

TEST(BackupFile, RefusesOneThatDoesNotSayWhereItsStateStands) {
  EXPECT_TRUE(refused(backup_of({position(1, 1), key("a")})));
  EXPECT_TRUE(refused(backup_of({key("a"), meta(1)})));
  EXPECT_TRUE(refused(backup_of({})));
}

// What a block costs in memory follows from its size, not from how small its records are.
TEST(BackupFile, RefusesABlockThatGoesOnWhenItIsFull) {
  std::vector<Record> many{position(1, 1)};
  for (int i = 0; i < 20'000; ++i) many.push_back(key(std::to_string(1'000'000 + i), "0123456789"));
  many.push_back(meta(1));
  ASSERT_TRUE(records_in(backup_of(many)));
  EXPECT_TRUE(refused(backup_of_blocks({block_of(many), end_of(many.size())})));
  const std::vector<Record> full{position(1, 1), key("a", std::string(256u << 10, 'x'))};
  EXPECT_TRUE(records_in(backup_of_blocks({block_of(full), block_of({meta(1)}), end_of(3)})));
  EXPECT_TRUE(refused(backup_of_blocks({block_of({full[0], full[1], meta(1)}), end_of(3)})));
}

TEST(BackupFile, RefusesABlockWithNothingInIt) {
  EXPECT_TRUE(refused(backup_of_blocks({block_of({position(1, 1), meta(1)}), block_of({}), end_of(2)})));
}

}  // namespace
}  // namespace batata::replica
