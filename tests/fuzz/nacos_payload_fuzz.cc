// Any bytes are a Payload whose views lie inside them, or are refused; what is written is read back.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "faces/nacos/common/payload.h"

namespace {

void expect_inside(std::string_view part, std::string_view whole) {
  if (part.empty()) return;
  BATATA_ASSERT(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::nacos;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto payload = decode_payload(bytes);
  if (!payload) return 0;
  expect_inside(payload->type, bytes);
  expect_inside(payload->client_ip, bytes);
  expect_inside(payload->body, bytes);
  if (const auto header = payload->headers.find("accessToken")) expect_inside(*header, bytes);

  const std::string again = encode_payload(payload->type, payload->client_ip, payload->body);
  const auto read = decode_payload(again);
  BATATA_ASSERT(read.has_value());
  BATATA_ASSERT(read->type == payload->type && read->client_ip == payload->client_ip);
  BATATA_ASSERT(read->body == payload->body);
  return 0;
}
