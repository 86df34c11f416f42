#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/assert.h"
#include "base/hash.h"

namespace batata {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Fetched once for the process: EVP_md5() would look the provider up again for every digest.
const EVP_MD* md5() {
  static const std::unique_ptr<EVP_MD, FreeDigest> kDigest(EVP_MD_fetch(nullptr, "MD5", nullptr));
  BATATA_ASSERT(kDigest != nullptr);  // a FIPS-only OpenSSL: no client could compare a single config
  return kDigest.get();
}

}  // namespace

std::string md5_hex(std::string_view data) {
  static constexpr char kHex[] = "0123456789abcdef";
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  std::array<unsigned char, 16> digest{};
  unsigned int size = 0;
  const bool done = EVP_DigestInit_ex2(context.get(), md5(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  BATATA_ASSERT(done && size == digest.size());
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

}  // namespace batata
