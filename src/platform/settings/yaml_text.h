#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace batata::platform {

/// One setting of a file: its dotted key, its text, and the line where its key stands (the first is 1).
struct FileEntry {
  std::string key, value;
  int line = 0;
};

/// Bounds of one settings file.
inline constexpr std::size_t kSettingsBytesMax = 1u << 20;
inline constexpr std::size_t kSettingsNodesMax = 10'000;
inline constexpr int kSettingsDepthMax = 32;

/// Flattens a YAML document to dotted keys, as Spring does: nested and dotted spellings are equal.
///
/// Texts are kept as written, never typed. A list of plain values becomes one text with commas; a list of
/// maps gets keys like `a[0].b`. Keys without a value are left out. An empty text has no entries. Errors:
/// kInvalidArgument, "line 3: …", for what is not one YAML map or breaks a bound; never crashes on any input.
[[nodiscard]] Result<std::vector<FileEntry>> parse_settings_text(std::string_view text);

}  // namespace batata::platform
