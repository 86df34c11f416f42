// No bytes are a token of ours unless we signed them, nor are they with a right signature put behind them
// unless they name a user; nothing is read outside them.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/crypto.h"
#include "faces/nacos/access/token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace batata;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string key(nacos::kTokenKeyBytes, 'k');
  constexpr WallTime kNow{1'795'269'000'000};
  BATATA_ASSERT(!nacos::verify_token(key, bytes, kNow));

  // Past the signature: the bytes as claims.
  std::string token = "eyJhbGciOiJIUzI1NiJ9." + base64url(bytes);
  token += "." + base64url(hmac(Sha::k256, key, token));
  const auto user = nacos::verify_token(key, token, kNow);
  if (!user) {
    BATATA_ASSERT(user.error().code == Errc::kUnauthenticated);
    return 0;
  }
  BATATA_ASSERT(!user->empty());
  const std::string signed_again = nacos::sign_token(key, *user, kNow);
  if (signed_again.size() > nacos::kTokenBytesMax) return 0;  // escapes may be longer than they were
  const auto again = nacos::verify_token(key, signed_again, kNow);
  BATATA_ASSERT(again && *again == *user);
  return 0;
}
