// Any bytes are an entry of a config's history or the key of one, or are refused; what was read is written
// back as it was.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/config/config_id.h"
#include "domain/config/history_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto entry = decode_history(bytes)) {
    const std::string again = encode_history(*entry);
    const auto read = decode_history(again);
    BATATA_ASSERT(read.has_value() && read->kind == entry->kind && read->at == entry->at);
    BATATA_ASSERT(read->rule == entry->rule && read->config.content == entry->config.content);
    BATATA_ASSERT(time_of_history(bytes) == entry->at);
  }
  if (const auto id = history_id(bytes)) BATATA_ASSERT(history_key(id->config, id->nid) == bytes);
  return 0;
}
