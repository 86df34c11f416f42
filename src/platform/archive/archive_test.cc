#include "domain/config/archive.h"

#include <gtest/gtest.h>

namespace batata::domain {
namespace {

std::string archive_of(const std::vector<ArchiveEntry>& entries) {
  auto bytes = write_archive(entries);
  EXPECT_TRUE(bytes.has_value());
  return bytes.value_or(std::string());
}

// Every place where `from` stands gets `to`, of the same length: names stand twice in an archive.
std::string patched(std::string bytes, const std::string& from, const std::string& to) {
  EXPECT_EQ(from.size(), to.size());
  for (auto at = bytes.find(from); at != bytes.npos; at = bytes.find(from, at + to.size()))
    bytes.replace(at, to.size(), to);
  return bytes;
}

// Where the directory's record of the first entry begins.
std::size_t directory_of(const std::string& bytes) {
  const auto at = bytes.find(std::string("PK\1\2", 4));
  EXPECT_NE(at, bytes.npos);
  return at;
}

TEST(Archive, IsReadAsItWasWritten) {
  const std::vector<ArchiveEntry> entries = {{"g/a.yaml", "a: 1"},
                                             {"g/empty", ""},
                                             {"\xE7\xBB\x84/binary", std::string("\0\xFF\r\n", 4)},
                                             {"g/long", std::string(300'000, 'x') + "end"}};
  const auto read = read_archive(archive_of(entries));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, entries);
}

TEST(Archive, OfNothingIsTheEndOfADirectory) {
  const std::string bytes = archive_of({});
  EXPECT_EQ(bytes, std::string("PK\5\6", 4) + std::string(18, '\0'));
  const auto read = read_archive(bytes);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_TRUE(read->empty());
}

TEST(Archive, EqualFilesMakeEqualArchives) {
  EXPECT_EQ(archive_of({{"g/a", "1"}}), archive_of({{"g/a", "1"}}));
}

TEST(Archive, WhatIsNoArchiveIsNotFound) {
  for (const std::string& bytes : {std::string("hello"), std::string(1000, 'x')})
    EXPECT_EQ(read_archive(bytes).error().code, Errc::kNotFound) << bytes;
}

TEST(Archive, NamesThatLeadOutAreRefused) {
  const std::string bytes = archive_of({{"ab/evil", "x"}});
  for (const std::string name : {"../evil", "/b/evil", "a/../vi", "..\\evil", "./aevil"}) {
    const auto read = read_archive(patched(bytes, "ab/evil", name));
    ASSERT_FALSE(read.has_value()) << name;
    EXPECT_EQ(read.error().code, Errc::kInvalidArgument) << name;
  }
  EXPECT_TRUE(read_archive(patched(bytes, "ab/evil", "..b/evi")).has_value());
}

TEST(Archive, LinksAreRefused) {
  std::string bytes = archive_of({{"g/link", "/etc/passwd"}});
  const std::size_t record = directory_of(bytes);
  bytes[record + 5] = 3;  // made on Unix
  // The upper half of the external attributes: S_IFLNK | 0777.
  bytes.replace(record + 38, 4, std::string("\0\0\xFF\xA1", 4));
  const auto read = read_archive(bytes);
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find("link"), std::string::npos);
}

TEST(Archive, EncryptedAndDamagedEntriesAreRefused) {
  const std::string good = archive_of({{"g/a", "some text"}});
  std::string encrypted = good;
  encrypted[directory_of(good) + 8] = static_cast<char>(encrypted[directory_of(good) + 8] | 1);
  encrypted[6] = static_cast<char>(encrypted[6] | 1);
  EXPECT_EQ(read_archive(encrypted).error().code, Errc::kInvalidArgument);
  std::string damaged = good;
  damaged[14] = static_cast<char>(damaged[14] ^ 1);  // its checksum
  damaged[directory_of(good) + 16] = static_cast<char>(damaged[directory_of(good) + 16] ^ 1);
  EXPECT_EQ(read_archive(damaged).error().code, Errc::kInvalidArgument);
  EXPECT_FALSE(read_archive(good.substr(0, good.size() / 2)).has_value());
}

TEST(Archive, TwoEntriesOfOneNameAreRefused) {
  const std::string bytes = archive_of({{"g/a", "1"}, {"g/b", "2"}});
  EXPECT_EQ(read_archive(patched(bytes, "g/b", "g/a")).error().code, Errc::kInvalidArgument);
}

TEST(Archive, FoldersAreLeftOut) {
  const std::string bytes = archive_of({{"g/x", ""}, {"g/a", "1"}});
  const auto read = read_archive(patched(bytes, "g/x", "gx/"));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, (std::vector<ArchiveEntry>{{"g/a", "1"}}));
}

TEST(Archive, BombsAreRefused) {
  const std::string bomb = archive_of({{"g/a", std::string(4u << 20, '\0')}});
  EXPECT_LT(bomb.size(), 10'000u);
  EXPECT_EQ(read_archive(bomb).error().code, Errc::kResourceExhausted);  // far more than it is
  ArchiveLimits limits;
  limits.ratio_max = 10'000;
  EXPECT_TRUE(read_archive(bomb, limits).has_value());
  limits.entry_bytes_max = 1u << 20;
  EXPECT_EQ(read_archive(bomb, limits).error().code, Errc::kResourceExhausted);
}

TEST(Archive, CountAndTotalAreBounded) {
  const std::string bytes = archive_of({{"g/a", "12345"}, {"g/b", "12345"}, {"g/c", "12345"}});
  EXPECT_TRUE(read_archive(bytes, {.entries_max = 3, .total_bytes_max = 15}).has_value());
  EXPECT_EQ(read_archive(bytes, {.entries_max = 2}).error().code, Errc::kResourceExhausted);
  EXPECT_EQ(read_archive(bytes, {.total_bytes_max = 14}).error().code, Errc::kResourceExhausted);
  EXPECT_EQ(read_archive(bytes, {.entry_bytes_max = 4}).error().code, Errc::kResourceExhausted);
}

}  // namespace
}  // namespace batata::domain
