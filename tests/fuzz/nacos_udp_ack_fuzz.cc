// Any datagram is an acknowledgement that names a push, or is refused.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "faces/nacos/naming/udp_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::nacos;
  const auto reference = decode_udp_ack({reinterpret_cast<const char*>(data), size});
  if (!reference) return 0;
  // Written as Java and as Node write it, it is the same one.
  const std::string number = std::to_string(*reference);
  BATATA_ASSERT(decode_udp_ack(R"({"type":"push-ack","lastRefTime":)" + number + "}") == *reference);
  BATATA_ASSERT(decode_udp_ack(R"({"type":"push-ack","lastRefTime":")" + number + "\"}") == *reference);
  return 0;
}
