#include "platform/certificates/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace batata::platform {
namespace {

using std::chrono::days;

template <auto free>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, FreeBy<X509_free>>;
using BioPtr = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;

constexpr std::size_t kNameMax = 64;  // ub-common-name of RFC 5280
constexpr days kValidMax{36'500};
constexpr int kSerialBits = 127;  // at most 20 octets, positive (RFC 5280, 4.1.2.2)
constexpr long kClocksMayDiffer =
    5 * 60;  // seconds: a new certificate is good on a machine that is a little behind

tl::unexpected<Error> openssl_failed(const std::string& doing) {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return fail(Errc::kInternal, doing + ": " + (reason == nullptr ? "OpenSSL failed" : reason));
}

Status check(const std::string& common_name, days valid) {
  if (common_name.empty() || common_name.size() > kNameMax)
    return fail(Errc::kInvalidArgument, "the name of a certificate has 1 to 64 bytes");
  if (valid < days(1) || valid > kValidMax)
    return fail(Errc::kInvalidArgument, "a certificate is valid for 1 to 36500 days");
  return {};
}

// How an extension's text names it: "DNS:…", "IP:…" or "URI:…". Nothing for what is none of them.
std::string with_kind(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address;
  if (inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
      inet_pton(AF_INET6, name.c_str(), address.data()) == 1)
    return "IP:" + name;
  // A comma would begin another name, and white space or a control character belongs into none.
  const bool clean = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
  if (name.empty() || !clean) return {};
  if (name.find("://") != std::string::npos) return "URI:" + name;
  const bool dns =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*") ==
      std::string::npos;
  return dns ? "DNS:" + name : "";
}

struct Extension {
  int id;
  std::string text;
};

bool add_extensions(X509* certificate, X509* issuer, const std::vector<Extension>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  return std::ranges::all_of(extensions, [&](const Extension& wanted) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, wanted.id, wanted.text.c_str());
    const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
  });
}

bool set_serial(X509* certificate) {
  BIGNUM* number = BN_new();
  const bool set = number != nullptr &&
                   BN_rand(number, kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool set_name_and_time(X509* certificate, const std::string& common_name, days valid) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.data());
  const int size = static_cast<int>(common_name.size());
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name, size, -1, 0) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -kClocksMayDiffer) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(valid.count()), 0, nullptr) !=
             nullptr;
}

bool sign(X509* certificate, EVP_PKEY* key) {
  // Edwards curves hash by themselves.
  const bool hashes = EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1;
  return X509_sign(certificate, key, hashes ? nullptr : EVP_sha256()) != 0;
}

std::string pem_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<Certificate> to_pem(X509* certificate, EVP_PKEY* key) {
  const BioPtr text(BIO_new(BIO_s_mem()));
  const BioPtr secret(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(text.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_failed("writing a certificate");
  return Certificate{pem_of(text.get()), Secret(pem_of(secret.get()))};
}

BioPtr reading(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

struct Authority {
  X509Ptr certificate;
  KeyPtr key;
};

Result<Authority> read_authority(const Certificate& pem) {
  ERR_clear_error();
  const auto no_password = [](char*, int, int, void*) { return 0; };
  Authority authority{
      X509Ptr(PEM_read_bio_X509(reading(pem.certificate).get(), nullptr, nullptr, nullptr)),
      KeyPtr(PEM_read_bio_PrivateKey(reading(pem.key.reveal()).get(), nullptr, no_password, nullptr))};
  ERR_clear_error();
  if (authority.certificate == nullptr)
    return fail(Errc::kInvalidArgument, "the authority's certificate cannot be read");
  if (authority.key == nullptr) return fail(Errc::kInvalidArgument, "the authority's key cannot be read");
  if (X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1)
    return fail(Errc::kInvalidArgument, "the authority's key does not belong to its certificate");
  if (X509_check_ca(authority.certificate.get()) == 0)
    return fail(Errc::kInvalidArgument, "the authority's certificate may not sign others");
  return authority;
}

// A certificate with a key of its own, unsigned and without extensions.
Result<Authority> make_unsigned(const std::string& common_name, days valid) {
  ERR_clear_error();
  Authority made{X509Ptr(X509_new()), KeyPtr(EVP_EC_gen("P-256"))};
  if (made.certificate == nullptr || made.key == nullptr ||
      !set_name_and_time(made.certificate.get(), common_name, valid) ||
      X509_set_pubkey(made.certificate.get(), made.key.get()) != 1)
    return openssl_failed("making a certificate");
  return made;
}

}  // namespace

Result<Certificate> make_authority(const std::string& common_name, days valid) {
  if (const auto good = check(common_name, valid); !good) return tl::unexpected(good.error());
  const auto made = make_unsigned(common_name, valid);
  if (!made) return tl::unexpected(made.error());
  X509* const certificate = made->certificate.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1 ||
      !add_extensions(certificate, certificate,
                      {{NID_basic_constraints, "critical,CA:TRUE"},
                       {NID_key_usage, "critical,keyCertSign,cRLSign"},
                       {NID_subject_key_identifier, "hash"}}) ||
      !sign(certificate, made->key.get()))
    return openssl_failed("making a certificate authority");
  return to_pem(certificate, made->key.get());
}

Result<Certificate> make_certificate(const Certificate& authority, const CertificateWishes& wishes) {
  if (const auto good = check(wishes.common_name, wishes.valid); !good) return tl::unexpected(good.error());
  if (!wishes.server && !wishes.client)
    return fail(Errc::kInvalidArgument, "a certificate is for a server, for a client or for both");
  std::string names;
  for (const auto& name : wishes.names) {
    const std::string one = with_kind(name);
    if (one.empty()) return fail(Errc::kInvalidArgument, "'" + name + "' is no DNS name, IP address or URI");
    names.append(names.empty() ? "" : ",").append(one);
  }
  const auto issuer = read_authority(authority);
  if (!issuer) return tl::unexpected(issuer.error());
  const auto made = make_unsigned(wishes.common_name, wishes.valid);
  if (!made) return tl::unexpected(made.error());

  std::string usage = wishes.server ? "serverAuth" : "";
  if (wishes.client) usage.append(usage.empty() ? "" : ",").append("clientAuth");
  std::vector<Extension> extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                       {NID_key_usage, "critical,digitalSignature"},
                                       {NID_ext_key_usage, usage},
                                       {NID_subject_key_identifier, "hash"},
                                       {NID_authority_key_identifier, "keyid"}};
  if (!names.empty()) extensions.push_back({NID_subject_alt_name, names});
  X509* const certificate = made->certificate.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate.get())) != 1 ||
      !add_extensions(certificate, issuer->certificate.get(), extensions) ||
      !sign(certificate, issuer->key.get()))
    return openssl_failed("making a certificate");
  return to_pem(certificate, made->key.get());
}

}  // namespace batata::platform
