// Any text is a list of maps, or is refused; what is read comes back when it is written.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "domain/config/archive.h"
#include "domain/config/yaml_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto records = read_yaml_list(text, "metadata");
  if (!records) return 0;
  BATATA_ASSERT(records->size() <= kYamlRecordsMax);
  for (const YamlRecord& record : *records) {
    for (const auto& [key, value] : record) {
      if (value.find('\0') != std::string::npos) continue;  // no config has it, and no YAML may
      std::string document = "list:\n";
      append_yaml_member(document, "- ", "k", value);
      const auto again = read_yaml_list(document, "list");
      BATATA_ASSERT(again && again->size() == 1 && again->front().size() == 1);
    }
  }
  return 0;
}
