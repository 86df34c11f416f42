#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/log_filter.h"

/// A filter of any bytes: what it comes to is a filter that gives the same levels again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::log;
  const auto filter = parse_filter({reinterpret_cast<const char*>(data), size}, Level::kWarn);
  if (!filter) {
    BATATA_ASSERT(filter.error().message.size() < 256);
    return 0;
  }
  BATATA_ASSERT(filter->concerns_us || filter->lowest == Levels(Level::kWarn));
  const auto again = parse_filter(filter_text(filter->lowest));
  BATATA_ASSERT(again.has_value());
  BATATA_ASSERT(again->lowest == filter->lowest);
  return 0;
}
