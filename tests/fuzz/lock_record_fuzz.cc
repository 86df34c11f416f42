// Any bytes are a lock record or a lock's key, or are refused; what was read is written back as it was.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/coordination/lock_id.h"
#include "domain/coordination/lock_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto lock = decode_lock(bytes)) {
    const auto read = decode_lock(encode_lock(*lock));
    BATATA_ASSERT(read.has_value() && *read == *lock);
  }
  if (const auto id = lock_id(bytes)) BATATA_ASSERT(lock_key(*id) == bytes);
  return 0;
}
