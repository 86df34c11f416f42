// Any bytes are an archive within its limits, or are refused; no name leads out of its folder, and what was
// read can be written and read again.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "domain/config/archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const ArchiveLimits limits{.entries_max = 64, .entry_bytes_max = 1u << 20, .total_bytes_max = 4u << 20};
  const auto entries = read_archive({reinterpret_cast<const char*>(data), size}, limits);
  if (!entries) return 0;
  BATATA_ASSERT(entries->size() <= limits.entries_max);
  std::size_t total = 0;
  for (const ArchiveEntry& entry : *entries) {
    BATATA_ASSERT(entry.data.size() <= limits.entry_bytes_max);
    BATATA_ASSERT(!entry.name.starts_with('/') && !entry.name.starts_with("../"));
    BATATA_ASSERT(entry.name.find("/../") == std::string::npos && !entry.name.ends_with("/.."));
    total += entry.data.size();
  }
  BATATA_ASSERT(total <= limits.total_bytes_max);
  // A name may have become too long for an archive when it was turned into UTF-8.
  for (const ArchiveEntry& entry : *entries)
    if (entry.name.size() > 60'000) return 0;
  const auto bytes = write_archive(*entries);
  BATATA_ASSERT(bytes.has_value());
  const auto again = read_archive(*bytes, {.ratio_max = SIZE_MAX});
  BATATA_ASSERT(again.has_value() && *again == *entries);
  return 0;
}
