// Any bytes are a user, a role, a permission or a key of one of them, or are refused; what was read is
// written back as it was. A pattern takes any text.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "domain/access/access_keys.h"
#include "domain/access/access_records.h"
#include "domain/access/resource.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata::domain;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto user = decode_user(bytes)) {
    const std::string again = encode_user(*user);
    const auto read = decode_user(again);
    BATATA_ASSERT(read.has_value() && read->hash == user->hash && read->enabled == user->enabled);
    BATATA_ASSERT(read->created == user->created && read->modified == user->modified);
  }
  if (const auto created = decode_created(bytes)) BATATA_ASSERT(encode_created(*created) == bytes);
  if (const auto user = user_of(bytes)) BATATA_ASSERT(user_key(*user) == bytes);
  if (const auto binding = role_binding_of(bytes)) BATATA_ASSERT(role_key(*binding) == bytes);
  if (const auto permission = permission_of(bytes)) BATATA_ASSERT(permission_key(*permission) == bytes);
  const std::size_t half = size / 2;
  (void)matches_pattern(bytes.substr(0, half), bytes.substr(half));
  BATATA_ASSERT(bytes.find('*') != bytes.npos || matches_pattern(bytes, bytes));
  return 0;
}
