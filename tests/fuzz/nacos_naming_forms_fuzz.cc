// Any text is a health checker or a list of instances within its bounds, or is refused.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_views.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::nacos;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto refs = parse_instances(text)) {
    BATATA_ASSERT(refs->size() <= kInstancesMax);
    for (const auto& ref : *refs) BATATA_ASSERT(!ref.cluster.empty());
  }
  if (const auto check = parse_checker(text)) {
    // What is shown of it reads as the same checker, but for members that are not of its type.
    std::string shown;
    batata::json::Writer out(shown);
    write_checker(out, *check);
    const auto again = parse_checker(shown);
    BATATA_ASSERT(again.has_value());
    BATATA_ASSERT(again->type == check->type);
  }
  (void)parse_share(text);
  return 0;
}
