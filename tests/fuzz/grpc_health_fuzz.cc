// Any message names a service that lies within it, or is refused.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/assert.h"
#include "faces/grpc/health.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const auto service = batata::grpc::decode_health_request(message);
  if (!service || service->empty()) return 0;
  const std::less_equal<> before;
  BATATA_ASSERT(before(message.data(), service->data()) &&
                before(service->data() + service->size(), message.data() + message.size()));
  return 0;
}
