// The small parts of the vocabulary: bytes, hashes, the move-only function.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <limits>
#include <memory>

#include "base/bytes.h"
#include "base/counted.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/system_error.h"
#include "base/unique_function.h"
#include "base/utf16.h"

namespace batata {
namespace {

TEST(Bytes, RoundTrip) {
  std::string out;
  ByteWriter writer(out);
  for (const std::uint64_t v : {0ull, 127ull, 128ull, 300ull, ~0ull}) writer.varint(v);
  writer.string("abc");
  writer.i64(-5);
  writer.f64(2.5);
  ByteReader reader(out);
  for (const std::uint64_t v : {0ull, 127ull, 128ull, 300ull, ~0ull}) EXPECT_EQ(reader.varint(), v);
  EXPECT_EQ(reader.string(), "abc");
  EXPECT_EQ(reader.i64(), -5);
  EXPECT_EQ(reader.f64(), 2.5);
  EXPECT_TRUE(reader.ok() && reader.at_end());
}

TEST(Bytes, AReadPastTheEndFailsForGood) {
  ByteReader reader(
      "\x05"
      "ab");
  EXPECT_EQ(reader.string(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
  ByteReader endless(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11));
  endless.varint();
  EXPECT_FALSE(endless.ok());
}

TEST(Crc32c, HasThePublishedValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, B.4
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789"));
}

TEST(Hash64, MayBeStoredSoItNeverChanges) {
  EXPECT_EQ(hash64(""), hash64(std::string_view()));
  EXPECT_NE(hash64("a"), hash64("b"));
  EXPECT_NE(hash64("a", 1), hash64("a", 2));
  EXPECT_NE(hash64(std::string(8, '\0')), hash64(std::string(16, '\0')));
}

TEST(SystemFailure, SaysWhatFailedAndWhatACallerShouldDo) {
  EXPECT_EQ(system_failure("open x", ENOSPC).value().message, "open x: No space left on device");
  const std::pair<int, Errc> table[] = {{ENOENT, Errc::kNotFound},
                                        {EACCES, Errc::kPermissionDenied},
                                        {EPERM, Errc::kPermissionDenied},
                                        {EROFS, Errc::kPermissionDenied},
                                        {ENOSPC, Errc::kResourceExhausted},
                                        {EDQUOT, Errc::kResourceExhausted},
                                        {EIO, Errc::kInternal}};
  for (const auto& [error, code] : table) EXPECT_EQ(system_failure("x", error).value().code, code) << error;
}

TEST(UniqueFunction, KeepsSmallAndLargeCallablesAndDestroysThemOnce) {
  const auto counted = std::make_shared<int>(0);
  {
    UniqueFunction<int(int)> small = [counted](int x) { return x + 1; };
    UniqueFunction<int(int)> large = [counted, pad = std::array<char, 200>{}](int x) {
      return x + 2 + pad[0];
    };
    EXPECT_EQ(small(1), 2);
    EXPECT_EQ(large(1), 3);
    UniqueFunction<int(int)> moved = std::move(large);
    EXPECT_FALSE(
        static_cast<bool>(large));  // NOLINT(bugprone-use-after-move): what moving leaves is the point
    EXPECT_EQ(moved(2), 4);
    moved = std::move(small);
    EXPECT_EQ(moved(2), 3);
    EXPECT_EQ(counted.use_count(), 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(UniqueFunction, TakesWhatCannotBeCopied) {
  UniqueFunction<int()> f = [p = std::make_unique<int>(7)] { return *p; };
  EXPECT_EQ(f(), 7);
}

TEST(Counted, CountsFromItsBeginningToItsEnd) {
  std::size_t total = 0;
  {
    const Counted one(total);
    const Counted more(total, 41);
    EXPECT_EQ(total, 42u);
  }
  EXPECT_EQ(total, 0u);
}

TEST(Utf16, CountsAsJavaDoes) {
  EXPECT_EQ(utf16_length(""), 0u);
  EXPECT_EQ(utf16_length("abc"), 3u);
  EXPECT_EQ(utf16_length("\xc3\xa4\xe4\xb8\xad"), 2u);
  EXPECT_EQ(utf16_length("\xf0\x9f\x98\x80"), 2u);
  EXPECT_EQ(utf16_length("\x80\xff"), 2u);
}

TEST(Log, WritesFromTheLevelThatWasSetLast) {
  const log::Levels before = log::set_lowest(log::Level::kError);
  EXPECT_FALSE(log::enabled(log::Level::kWarn));
  EXPECT_EQ(log::set_lowest(log::Level::kDebug), log::Levels(log::Level::kError));
  EXPECT_TRUE(log::enabled(log::Level::kDebug));
  log::set_lowest(before);
}

}  // namespace
}  // namespace batata
