// Addresses to call, as clients name them and servers redirect to them: what is understood of one is what
// whoever connects will understand, over HTTP and with nobody's name in it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "net/outbound/target.h"

namespace {

using namespace batata;

void check(const net::Curl& curl, const net::Target& target) {
  BATATA_ASSERT(target.url.starts_with(target.secure ? "https://" : "http://"));
  BATATA_ASSERT(target.origin == (target.secure ? "https://" : "http://") + target.place);
  BATATA_ASSERT(target.url.find_first_of(" \r\n") == std::string::npos);
  const auto again = net::parse_target(curl, target.url);
  BATATA_ASSERT(again.has_value() && again->origin == target.origin);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const net::Curl& curl = **net::load_curl();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  const auto target = net::parse_target(curl, bytes.substr(0, line));
  if (!target) return 0;
  check(curl, *target);
  // A header's value has neither line ends nor zero bytes.
  const std::string location = bytes.substr(std::min(line + 1, bytes.size()));
  if (location.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return 0;
  if (const auto next = net::parse_redirect(curl, *target, location)) check(curl, *next);
  return 0;
}
