// Any bytes are a record of discovery or a key of one, or are refused; what was read is written back as it
// was.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"

namespace {

using namespace batata::domain;

// Bytes may spell a number or a double in more than one way, but not what was encoded.
template <class Decode, class Encode>
void check(std::string_view bytes, Decode decode, Encode encode) {
  const auto read = decode(bytes);
  if (!read) return;
  const std::string once = encode(*read);
  const auto again = decode(once);
  BATATA_ASSERT(again.has_value() && encode(*again) == once);
}

std::string key_of(const DiscoveryKey& key) {
  switch (key.kind) {
    case DiscoveryKey::Kind::kServiceMeta:
      return service_meta_key(key.service);
    case DiscoveryKey::Kind::kInstance:
      return instance_key(key.service, key.address);
    case DiscoveryKey::Kind::kOverride:
      return override_key(key.service, key.ref);
    case DiscoveryKey::Kind::kSwitches:
      return std::string(kSwitchesKey);
  }
  BATATA_ASSERT(false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes, decode_service_meta, encode_service_meta);
  check(bytes, decode_override, encode_override);
  check(bytes, decode_switches, encode_switches);
  check(bytes, decode_instance,
        [](const StoredInstance& stored) { return encode_instance(*stored.instance, stored.written); });
  if (const auto key = discovery_key(bytes)) BATATA_ASSERT(key_of(*key) == bytes);
  (void)labels_of(bytes);
  return 0;
}
