#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/common/client.h"
#include "platform/storage/posix_disk.h"
#include "replica/backup_file.h"

namespace batata::cli {

/// What a backup holds.
struct BackupContents {
  WallTime taken;
  Revision revision;
  std::uint64_t records = 0, bytes = 0;
};

/// Takes a backup of the server's state into a new file, which only its owner may read: passwords' hashes are
/// in it. The file gets its name when it is whole, has been read again, and would survive the loss of power.
/// Blocks. Errors: kConflict when the file exists; those of the server; kInternal of the disk; kDamaged when
/// what was received does not check.
[[nodiscard]] Result<BackupContents> take_backup(const Client& client, const std::string& path);

/// Reads a backup to its end and believes nothing that does not check. Errors: kNotFound; as of
/// replica::BackupReader.
[[nodiscard]] Result<BackupContents> inspect_backup(const std::string& path);

/// A file as what a BackupReader reads. It outlives the source.
[[nodiscard]] replica::BackupReader::Source source_of(const replica::File& file);

/// A path as the directory it is in, and its name there.
struct Place {
  std::string directory, name;
};
[[nodiscard]] Place place_of(const std::string& path);

}  // namespace batata::cli
