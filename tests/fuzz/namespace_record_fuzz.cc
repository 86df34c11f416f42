// Any bytes are a namespace record or are refused; what was read is written back as it was.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/namespaces/namespace_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string key = namespace_key("a");
  if (const auto one = decode_namespace(key, bytes)) {
    const auto again = decode_namespace(key, encode_namespace(*one));
    BATATA_ASSERT(again.has_value() && *again == *one);
  }
  (void)decode_namespace(bytes, bytes);
  return 0;
}
