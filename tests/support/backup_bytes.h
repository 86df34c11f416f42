#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "replica/backup_file.h"
#include "store/store.h"

namespace batata {

/// A backup of these records, in their order.
inline std::string backup_of(const std::vector<store::Record>& records, WallTime taken = WallTime{1}) {
  replica::BackupWriter writer(taken);
  for (const store::Record& record : records) writer.add(record.name, record.value);
  writer.end();
  return writer.take();
}

/// A head and these blocks behind it, with the frames that they must have.
inline std::string backup_of_blocks(const std::vector<std::string>& blocks) {
  constexpr std::size_t kFrameBytes = 8;
  std::string out = replica::BackupWriter(WallTime{1}).take();
  std::uint32_t chain = crc32c(std::string_view(out).substr(replica::kBackupMagic.size() + kFrameBytes));
  for (const std::string& block : blocks) {
    chain = crc32c(block, chain);
    ByteWriter frame(out);
    frame.u32(static_cast<std::uint32_t>(block.size()));
    frame.u32(chain);
    out += block;
  }
  return out;
}

/// What reads these bytes, which outlive it.
inline replica::BackupReader reader_of(std::string_view bytes) {
  return replica::BackupReader([bytes](std::size_t count) mutable -> Result<std::string> {
    const std::string_view piece = bytes.substr(0, count);
    bytes.remove_prefix(piece.size());
    return std::string(piece);
  });
}

/// Reads a backup to its end. Gives its records.
inline Result<std::vector<store::Record>> records_in(std::string_view bytes) {
  auto backup = reader_of(bytes);
  if (auto opened = backup.open(); !opened) return tl::unexpected(opened.error());
  std::vector<store::Record> all;
  for (;;) {
    auto block = backup.next();
    if (!block) return tl::unexpected(block.error());
    if (!*block) return all;
    std::ranges::move(**block, std::back_inserter(all));
  }
}

}  // namespace batata
