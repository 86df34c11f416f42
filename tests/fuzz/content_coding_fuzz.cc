// Accept-Encoding and Content-Encoding as any client may send them, hosts, and packed bodies: what is
// unpacked keeps to its limits, and what is packed comes back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "net/content_coding.h"
#include "net/gzip_codec.h"
#include "net/request_intake.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::net;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)accepted_coding(bytes);
  (void)content_coding(bytes);
  if (is_authority(bytes)) BATATA_ASSERT(bytes.find_first_of("@/?# \t\r\n") == bytes.npos);

  constexpr UnpackLimit kLimit{.bytes = 2 << 20, .ratio = 10};
  if (const auto plain = gunzip(bytes, kLimit))
    BATATA_ASSERT(plain->size() <= std::max(kUnpackedFreely, std::min(kLimit.bytes, size * kLimit.ratio)));
  const auto again = gunzip(gzip_fast(bytes), {.bytes = size, .ratio = 0});
  BATATA_ASSERT(again.has_value() && *again == bytes);
  return 0;
}
