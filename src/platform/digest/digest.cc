#include <openssl/evp.h>

#include <array>
#include <memory>
#include <span>

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

const EVP_MD* sha1_algorithm() {
  static const std::unique_ptr<EVP_MD, FreeDigest> kDigest(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  BATATA_ASSERT(kDigest != nullptr);
  return kDigest.get();
}

// `digest` has the size of the algorithm's digests.
void digest_of(const EVP_MD* algorithm, std::string_view data, std::span<unsigned char> digest) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  unsigned int size = 0;
  const bool done = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  BATATA_ASSERT(done && size == digest.size());
}

}  // namespace

std::string sha1(std::string_view data) {
  std::array<unsigned char, 20> digest{};
  digest_of(sha1_algorithm(), data, digest);
  return {digest.begin(), digest.end()};
}

std::string md5_hex(std::string_view data) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, 16> digest{};
  digest_of(md5(), data, digest);
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

}  // namespace batata
