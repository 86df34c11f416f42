// Any text is a pattern, of which some match nothing: up to the first NUL the pattern, then group, NUL and
// name.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "faces/nacos/grpc/fuzzy_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::nacos;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto first = bytes.find('\0');
  const std::string_view text = bytes.substr(0, first);
  const std::string_view rest = first == bytes.npos ? std::string_view{} : bytes.substr(first + 1);
  const auto second = rest.find('\0');
  const FuzzyPattern pattern(text);
  ResourceName resource{pattern.space(), std::string(rest.substr(0, second)),
                        second == rest.npos ? std::string() : std::string(rest.substr(second + 1))};
  if (pattern.matches(resource)) {
    BATATA_ASSERT(pattern.whole());
    // Open patterns of the same parts match at least as much.
    BATATA_ASSERT(FuzzyPattern(pattern.space() + ">>*>>*").matches(resource));
  }
  resource.space += "x";
  BATATA_ASSERT(!pattern.matches(resource));
  return 0;
}
