#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "platform/settings/arguments.h"
#include "platform/settings/keys.h"
#include "platform/settings/values.h"
#include "platform/settings/yaml_text.h"

/// A settings file of any bytes, and the same bytes as one word of the command line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::platform;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto entries = parse_settings_text(text)) {
    for (const FileEntry& entry : *entries) {
      BATATA_ASSERT(entry.line >= 1);
      Settings settings;
      const Row* row = row_of_key(entry.key);
      if (row == nullptr) {
        (void)nearest_key(entry.key);
      } else if (set_value(*row, entry.value, settings) && row->is_built()) {
        Settings again;  // what is shown must be readable again
        BATATA_ASSERT(set_value(*row, value_text(*row, settings), again).has_value());
        BATATA_ASSERT(value_text(*row, again) == value_text(*row, settings));
      }
    }
  }
  (void)parse_arguments({std::string(text)});
  return 0;
}
