// Any bytes are an index of gray releases or are refused; what was read is written back as it was, and is
// matched without harm.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/config/config_id.h"
#include "domain/config/gray.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto grays = decode_grays(bytes)) {
    const std::string again = encode_grays(*grays);
    const auto read = decode_grays(again);
    BATATA_ASSERT(read.has_value() && read->size() == grays->size());
    for (std::size_t i = 0; i < read->size(); ++i) {
      BATATA_ASSERT((*read)[i].name == (*grays)[i].name && (*read)[i].md5 == (*grays)[i].md5);
      BATATA_ASSERT((*read)[i].rule == (*grays)[i].rule);
    }
    sort_grays(*grays);
    const GrayView* found = match(*grays, {"10.0.0.1", "blue"});
    BATATA_ASSERT(found == nullptr || matches(found->rule, {"10.0.0.1", "blue"}));
  }
  (void)config_key_of_grays(bytes);
  return 0;
}
