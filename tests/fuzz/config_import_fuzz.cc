// Any files are an import, or say why they are none; what is asked to be published has names that configs may
// have. The input is the second file of an archive whose first one is a config: what says more about it.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "domain/config/capacity.h"
#include "domain/config/like.h"
#include "domain/config/transfer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* name : {".meta.yml", ".metadata.yml"}) {
    const auto bytes = write_archive({{"G/i.yaml", "a: 1"}, {name, text}});
    if (!bytes) continue;
    const auto import = read_import(*bytes, {.space = "dev"});
    if (!import) continue;
    std::set<ConfigId> ids;
    for (const Publish& publish : import->configs) {
      BATATA_ASSERT(check_config_id(publish.id).has_value());
      // Each content once, however often it is named.
      BATATA_ASSERT(ids.insert(publish.id).second);
    }
    BATATA_ASSERT(!import->configs.empty());
  }
  // The other small readers of the module.
  if (const auto capacity = decode_capacity(text)) BATATA_ASSERT(encode_capacity(*capacity) == text);
  const auto middle = text.size() / 2;
  MatchBudget budget{1'000'000};
  (void)is_like(std::string_view(text).substr(0, middle), std::string_view(text).substr(middle), budget);
  return 0;
}
