// Any text is a list of configs within its bounds, or is refused; the parts come from the text.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "faces/nacos/common/listening.h"
#include "wire/http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::nacos;
  const std::string text = batata::wire::percent_decode({reinterpret_cast<const char*>(data), size}, true);
  const auto listenings = parse_listenings(text);
  if (!listenings) return 0;
  BATATA_ASSERT(listenings->size() <= kListeningsMax);
  std::size_t characters = 0;
  std::vector<const Listening*> all;
  for (const Listening& one : *listenings) {
    characters += one.data_id.size() + one.group.size() + one.md5.size() + one.tenant.size();
    all.push_back(&one);
  }
  BATATA_ASSERT(characters <= text.size());
  // The answer is a list of the same configs.
  const auto answer = batata::wire::percent_decode(encode_changed(all), true);
  std::size_t ends = 0;
  for (const char c : answer) ends += c == '\x01';
  BATATA_ASSERT(ends == all.size());
  return 0;
}
