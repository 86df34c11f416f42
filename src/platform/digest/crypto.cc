#include "base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

#include "base/assert.h"

namespace batata {
namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// Fetched once for the process, as in digest.cc.
EVP_MAC* hmac_algorithm() {
  static const std::unique_ptr<EVP_MAC, FreeMac> kMac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  BATATA_ASSERT(kMac != nullptr);
  return kMac.get();
}

// A context that knows its hash but no key: looking the hash up costs more than a short HMAC.
Context prepared(Sha sha) {
  std::array<char, 8> name{'S',
                           'H',
                           'A',
                           sha == Sha::k256   ? '2'
                           : sha == Sha::k384 ? '3'
                                              : '5',
                           sha == Sha::k256   ? '5'
                           : sha == Sha::k384 ? '8'
                                              : '1',
                           sha == Sha::k256   ? '6'
                           : sha == Sha::k384 ? '4'
                                              : '2'};
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
  Context context(EVP_MAC_CTX_new(hmac_algorithm()));
  BATATA_ASSERT(context != nullptr);
  BATATA_ASSERT(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
  return context;
}

}  // namespace

std::string hmac(Sha sha, std::string_view key, std::string_view data) {
  // Each holds the last key that it was given; what comes here lives as long as the process anyway.
  thread_local const std::array<Context, 3> contexts = {prepared(Sha::k256), prepared(Sha::k384),
                                                        prepared(Sha::k512)};
  EVP_MAC_CTX* const context = contexts[static_cast<std::size_t>(sha)].get();
  std::array<unsigned char, 64> digest{};
  std::size_t size = 0;
  // OpenSSL takes a null key for "the key of before": an empty one needs an address.
  const auto* key_bytes = reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data());
  const bool done =
      EVP_MAC_init(context, key_bytes, key.size(), nullptr) == 1 &&
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(data.data()), data.size()) == 1 &&
      EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1;
  BATATA_ASSERT(done && size == 32u + 16u * static_cast<std::size_t>(sha));
  return {reinterpret_cast<const char*>(digest.data()), size};
}

Secret random_secret(std::size_t bytes) {
  std::string out(bytes, '\0');
  BATATA_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(bytes)) == 1);
  return Secret(std::move(out));
}

}  // namespace batata
