// Any bytes are a config record or a config's key, or are refused; what was read is written back as it was.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/config/config_id.h"
#include "domain/config/config_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto config = decode_config(bytes)) {
    const std::string again = encode_config(*config);
    const auto read = decode_config(again);
    BATATA_ASSERT(read.has_value() && read->content == config->content && read->md5 == config->md5);
    BATATA_ASSERT(read->modified == config->modified && read->modified_from == config->modified_from);
  }
  if (const auto id = config_id(bytes)) BATATA_ASSERT(config_key(*id) == bytes);
  return 0;
}
