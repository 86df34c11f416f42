#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.h"
#include "domain/config/archive.h"
#include "domain/config/publish.h"
#include "domain/config/search.h"

namespace batata::domain {

// Configs as files: what an export holds, and what an import of such files means. All of it is pure, any
// thread, and slow for large archives: not for the loop. An archive has a file "<group>/<dataId>" for each
// config, and one that says more about them.
// Source: upstream's ConfigController (1.x, 2.x) and ConfigControllerV3; the recorded archives.

/// How an archive says more about its configs.
enum class Layout : std::uint8_t {
  kLines,  ///< ".meta.yml": a line for each config that has an application; 1.x
  kList,   ///< ".metadata.yml": a YAML list of all of them
};

/// Which configs to export. Empty texts are not looked at.
struct ExportQuery {
  std::string space = {};  ///< canonical
  std::string group = {}, app = {};
  std::string data_id = {};  ///< a pattern when it has a '*'
  std::vector<std::uint64_t> numbers =
      {};  ///< numeric ids; where there are some, nothing else counts but `space`
  Layout layout = Layout::kList;
  Sight sees = nullptr;
};

/// The archive of those of `configs` that are asked for, the oldest first.
/// Errors: kResourceExhausted for more content than kExportContentMax; those of `write_archive`.
[[nodiscard]] Result<std::string> export_configs(const std::vector<store::KeyValuePtr>& configs,
                                                 const ExportQuery& query);

constexpr std::size_t kExportContentMax = 128u << 20;  ///< as an import may unpack to

/// An entry that an import cannot use, and why.
struct Unrecognized {
  enum class Why : std::uint8_t {
    kName,           ///< it is no "<group>/<dataId>" with names that configs may have
    kNotInMetadata,  ///< a file that the list does not have
    kNotInArchive,   ///< an element of the list without a file; `name` is "<group>/<dataId>"
    kDoubled,        ///< another element of the list for a config that has one; `name` likewise
  };
  std::string name;
  Why why;
};

/// What an archive asks to publish.
struct Import {
  std::vector<Publish> configs;
  std::vector<Unrecognized> unrecognized;
};

/// Why an archive is no import at all.
enum class ImportFault : std::uint8_t {
  kUnreadable,       ///< damaged, or refused: read_archive says for what
  kNoMetadata,       ///< the list that is demanded is not there; also of what is no archive
  kIllegalMetadata,  ///< it is no list, an empty one, or one whose elements lack a dataId, group or type;
                     ///< lines that are none, or with an application that no config may have
  kEmpty,            ///< nothing in it can be used
};

/// Who imports, and into what.
struct ImportTarget {
  std::string space = {};               ///< canonical
  std::string user = {}, address = {};  ///< are written down with each config
  bool needs_list = false;  ///< only Layout::kList, as in v3; otherwise all layouts, and none at all
};

/// Reads an archive. A config without a type gets the one that the ending of its dataId names. Of several
/// elements of the list for one config the first counts. What is given is no larger than what the archive
/// unpacks to, but for `target`, which each config repeats.
[[nodiscard]] tl::expected<Import, ImportFault> read_import(std::string_view bytes,
                                                            const ImportTarget& target);

/// The type that a dataId's ending stands for; "text" for unknown ones.
[[nodiscard]] std::string_view type_of_name(std::string_view data_id);

}  // namespace batata::domain
