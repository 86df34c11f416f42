// What checked instances answer, and what operators set for checks: no bytes crash, none make two requests of
// one.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "net/egress/egress_policy.h"
#include "platform/probes/http_probe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto code = platform::status_code(bytes)) BATATA_ASSERT(*code >= 0 && *code <= 999);
  const std::size_t half = size / 2;
  const domain::HealthCheck check{.type = domain::HealthCheck::Type::kHttp,
                                  .path = std::string(bytes.substr(0, half)),
                                  .headers = std::string(bytes.substr(half))};
  if (const auto request = platform::http_request("10.0.0.1", 80, check)) {
    BATATA_ASSERT(request->find("\r\n\r\n") == request->size() - 4);
    BATATA_ASSERT(request->starts_with("GET /"));
  }
  if (const auto policy = net::EgressPolicy::parse(bytes.substr(0, half), bytes.substr(half)))
    (void)policy->allows(bytes);
  return 0;
}
