#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "replica/disk.h"

namespace batata::replica {

/// Records begin here: the header has a block of its own, which no later write touches.
constexpr std::uint64_t kRecordsAt = 4096;

/// The first bytes of a log file. Format version 1 (docs/formats.md), little-endian:
///   8 bytes "BATATALG" | u32 version | u32 crc32c of all other fields | u64 sequence | u64 first index | u32
///   seed
struct SegmentHeader {
  std::uint64_t sequence = 0;  ///< 1 for the first file ever, then without gaps
  LogIndex first_index;        ///< of the first record
  std::uint32_t seed = 0;      ///< the crc of the last record of the file before; 0 for the first file
  bool operator==(const SegmentHeader&) const = default;
  /// What the record headers of this file are checked with: those of another file are not recognised in it.
  [[nodiscard]] std::uint32_t salt() const;
};

[[nodiscard]] std::string encode(const SegmentHeader& header);
/// Errors: kUnsupported for another version; kDamaged. Messages begin with what is wrong, without
/// names.
[[nodiscard]] Result<SegmentHeader> decode_segment_header(std::string_view bytes);

/// "log-<sequence>-<first index>", in decimal with leading zeros, so that names sort as sequences do.
[[nodiscard]] std::string segment_name(std::uint64_t sequence, LogIndex first_index);
struct SegmentName {
  std::uint64_t sequence = 0;
  LogIndex first_index;
};
/// Empty for a name that is not a segment's.
[[nodiscard]] std::optional<SegmentName> parse_segment_name(std::string_view name);

/// A file of zeros that waits to become a segment. Writing to blocks that exist already syncs faster than
/// growing a file, and making them takes longer than many syncs: time that the writer must not spend.
constexpr const char* kPreparedName = "prepared";
/// Where a segment is made when none was prepared in time.
constexpr const char* kUnpreparedName = "unprepared";
/// Removes both, which a crash has left before they got a name. Errors: those of the disk.
[[nodiscard]] Status remove_unnamed_segments(Disk& disk);

}  // namespace batata::replica
