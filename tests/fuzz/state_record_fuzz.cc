// The records of a state as they are read at a start: any names and values, in any order. What is taken must
// come out of a snapshot again, and a store made from that must be the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "store/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batata::ByteReader in({reinterpret_cast<const char*>(data), size});
  batata::store::Store store;
  bool whole = false;
  while (in.ok() && !in.at_end()) {
    const std::string_view name = in.string(), value = in.string();
    if (!in.ok() || !store.restore(name, value)) return 0;
    whole = batata::store::is_meta_record(name);
  }
  if (!whole) return 0;  // the meta record ends a state
  batata::store::Store again;
  for (const auto& record : store.snapshot()) {
    const bool taken = again.restore(record.name, record.value).has_value();
    BATATA_ASSERT(taken);
  }
  BATATA_ASSERT(again.digest() == store.digest());
  return 0;
}
