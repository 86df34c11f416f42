#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// What exports and imports of configs need of file formats. Defined in platform/archive; anybody links it.
// Pure, any thread, and slow (100 entries take some 14 ms): not for the loop.

namespace batata::domain {

/// A file in a zip archive: its name as it stands there, with slashes, and its bytes.
struct ArchiveEntry {
  std::string name, data;
  bool operator==(const ArchiveEntry&) const = default;
};

/// What an archive that somebody sent may cost.
struct ArchiveLimits {
  std::size_t entries_max = 20'000;          ///< far above any real export
  std::size_t entry_bytes_max = 32u << 20;   ///< a config of 10,485,760 UTF-16 units, in UTF-8
  std::size_t total_bytes_max = 128u << 20;  ///< of all entries, unpacked
  std::size_t ratio_max = 200;               ///< unpacked to packed, of one entry; deflate has 1032 at most
  std::size_t ratio_counts_from = 1u << 20;  ///< smaller entries may have any ratio
};

/// The files of a zip archive in their order; folders are left out. What is unpacked is counted while it is
/// unpacked: no size in the archive is believed.
///
/// Refused are names that lead out of a folder ("../x", "/x", with backslashes), links and other special
/// files, encrypted entries, two entries of one name, and whatever breaks a limit. Errors: kInvalidArgument
/// for what is refused or damaged; kNotFound for bytes that are no archive at all; kResourceExhausted for a
/// limit.
[[nodiscard]] Result<std::vector<ArchiveEntry>> read_archive(std::string_view bytes,
                                                             const ArchiveLimits& limits = {});

/// A zip archive of these files, in their order, deflated, names as UTF-8. Of no files: an archive of none.
/// Errors: kInternal when the library fails.
[[nodiscard]] Result<std::string> write_archive(const std::vector<ArchiveEntry>& entries);

/// A map of a YAML list: names and values, in their order. Values are texts as they are written; those that
/// are null are left out.
using YamlRecord = std::vector<std::pair<std::string, std::string>>;

/// The list of maps under the key `key` of a YAML document: what `.metadata.yml` is. Other keys, and values
/// that are maps or lists, are passed over. No list when there is no such key.
///
/// Read as a stream: aliases are refused, so that a small document cannot be a large one.
/// Errors: kInvalidArgument for what is not one YAML map, and above kYamlBytesMax or kYamlRecordsMax.
[[nodiscard]] Result<std::vector<YamlRecord>> read_yaml_list(std::string_view text, std::string_view key);

constexpr std::size_t kYamlBytesMax = 8u << 20;  ///< 20,000 entries of some 400 bytes
constexpr std::size_t kYamlRecordsMax = 20'000;  ///< as entries of an archive

}  // namespace batata::domain
