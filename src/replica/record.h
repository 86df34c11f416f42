#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "raft/core.h"

namespace batata::replica {

// Format version 1 of a record of the log (docs/formats.md). Little-endian, padded with zeros to 8 bytes:
//   u32 crc     crc32c of all that follows, padding included, continued from the crc of the record before
//   u32 check   crc32c of the 32 bytes that follow, continued from the segment's salt
//   u32 length  of the payload
//   u32 type    1 command, 2 barrier, 3 change; 4 seal: no entry, and the last record of a file
//   u64 index
//   u64 term
//   u64 write   offset in the file where the write began that carried this record
//   payload
constexpr std::size_t kRecordHeaderBytes = 40;
constexpr std::size_t kRecordAlign = 8;
constexpr std::uint32_t kPayloadMax = 64u << 20;  ///< far above any entry; bounds what recovery allocates

/// What a record is: an entry of that type, or the seal of a file that another one continues.
enum class RecordType : std::uint8_t {
  kCommand = static_cast<std::uint8_t>(raft::EntryType::kCommand),
  kBarrier = static_cast<std::uint8_t>(raft::EntryType::kBarrier),
  kChange = static_cast<std::uint8_t>(raft::EntryType::kChange),
  kSeal = 4,
};

struct RecordHeader {
  std::uint32_t crc = 0;
  std::uint32_t length = 0;
  RecordType type = RecordType::kCommand;
  LogIndex index;
  Term term;
  std::uint64_t write = 0;
  /// With header and padding.
  [[nodiscard]] std::uint64_t size() const {
    return (kRecordHeaderBytes + length + kRecordAlign - 1) / kRecordAlign * kRecordAlign;
  }
};

/// Bytes that the record of a payload of `length` bytes takes.
[[nodiscard]] constexpr std::uint64_t record_size(std::uint64_t length) {
  return (kRecordHeaderBytes + length + kRecordAlign - 1) / kRecordAlign * kRecordAlign;
}

/// Appends a record and returns its crc, which the next record is chained to. `out` must be aligned as the
/// file is.
std::uint32_t append_record(std::string& out, const raft::Entry& entry, std::uint64_t write,
                            std::uint32_t chain, std::uint32_t salt);

/// The seal of a file that ends with the entry (last, term) and a record whose crc is `chain`. No record is
/// chained to it.
[[nodiscard]] std::string make_seal(LogIndex last, Term term, std::uint64_t write, std::uint32_t chain,
                                    std::uint32_t salt);

/// Reads a header by its own check alone. Empty for bytes that are not one of this segment.
[[nodiscard]] std::optional<RecordHeader> recognise_header(std::string_view bytes, std::uint32_t salt);

/// True when `record`, all of its bytes, is what was written behind a record whose crc is `chain`.
[[nodiscard]] bool is_intact(std::string_view record, std::uint32_t chain);

}  // namespace batata::replica
