#include "platform/certificates/certificates.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace batata::platform {
namespace {

using std::chrono::days;

std::shared_ptr<X509> parsed(const Certificate& certificate) {
  BIO* bio =
      BIO_new_mem_buf(certificate.certificate.data(), static_cast<int>(certificate.certificate.size()));
  std::shared_ptr<X509> x509(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
  BIO_free(bio);
  return x509;
}

// What OpenSSL says of `leaf` when it trusts `authority` alone.
int verified(const Certificate& authority, const Certificate& leaf, int purpose, int days_from_now = 0) {
  const auto root = parsed(authority), x509 = parsed(leaf);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, root.get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, x509.get(), nullptr);
  X509_STORE_CTX_set_purpose(context, purpose);
  if (days_from_now != 0) X509_STORE_CTX_set_time(context, 0, std::time(nullptr) + 86'400L * days_from_now);
  X509_verify_cert(context);
  const int error = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return error;
}

Certificate authority() {
  return make_authority("test authority", days(30)).value();
}

CertificateWishes wishes() {
  return {.common_name = "node-1",
          .names = {"node-1.local", "*.svc.local", "127.0.0.1", "::1", "spiffe://a/b"},
          .valid = days(10),
          .server = true,
          .client = false};
}

TEST(Certificates, AServersCertificateIsTrustedForItsNamesAndForServers) {
  const auto root = authority();
  const auto made = make_certificate(root, wishes());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_CLIENT), X509_V_ERR_INVALID_PURPOSE);
  const auto x509 = parsed(*made);
  for (const char* name : {"node-1.local", "a.svc.local"})
    EXPECT_EQ(X509_check_host(x509.get(), name, 0, 0, nullptr), 1) << name;
  for (const char* name : {"node-2.local", "a.b.svc.local"})
    EXPECT_EQ(X509_check_host(x509.get(), name, 0, 0, nullptr), 0) << name;
  for (const char* address : {"127.0.0.1", "::1"})
    EXPECT_EQ(X509_check_ip_asc(x509.get(), address, 0), 1) << address;
  EXPECT_EQ(X509_check_ip_asc(x509.get(), "127.0.0.2", 0), 0);
}

TEST(Certificates, AClientsCertificateIsTrustedForClients) {
  const auto root = authority();
  const auto made = make_certificate(
      root, {.common_name = "orders", .names = {}, .valid = days(1), .server = false, .client = true});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_SERVER), X509_V_ERR_INVALID_PURPOSE);
}

TEST(Certificates, AnotherAuthoritysCertificateIsNotTrusted) {
  const auto made = make_certificate(authority(), wishes());
  ASSERT_TRUE(made);
  EXPECT_NE(verified(authority(), *made, X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST(Certificates, TheyEndWhenTheyWereToldTo) {
  const auto root = authority();
  const auto made = make_certificate(root, wishes());
  ASSERT_TRUE(made);
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_SERVER, 9), X509_V_OK);
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_SERVER, 11), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(verified(root, *made, X509_PURPOSE_SSL_SERVER, -1), X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(Certificates, NoTwoAreTheSame) {
  const auto root = authority();
  const auto one = make_certificate(root, wishes()), other = make_certificate(root, wishes());
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->key.reveal(), other->key.reveal());
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(parsed(*one).get()),
                             X509_get0_serialNumber(parsed(*other).get())),
            0);
}

TEST(Certificates, WhatCannotBeRightIsRefused) {
  const auto root = authority();
  const auto refused = [&](auto change) {
    auto wanted = wishes();
    change(wanted);
    const auto made = make_certificate(root, wanted);
    return made ? std::string("made") : made.error().message;
  };
  EXPECT_EQ(refused([](auto& w) { w.common_name = ""; }), "the name of a certificate has 1 to 64 bytes");
  EXPECT_EQ(refused([](auto& w) { w.common_name = std::string(65, 'a'); }),
            "the name of a certificate has 1 to 64 bytes");
  EXPECT_EQ(refused([](auto& w) { w.valid = days(0); }), "a certificate is valid for 1 to 36500 days");
  EXPECT_EQ(refused([](auto& w) { w.server = false; }),
            "a certificate is for a server, for a client or for both");
  EXPECT_EQ(refused([](auto& w) { w.names = {"good,IP:1.2.3.4"}; }),
            "'good,IP:1.2.3.4' is no DNS name, IP address or URI");
  EXPECT_EQ(refused([](auto& w) { w.names = {"two words"}; }),
            "'two words' is no DNS name, IP address or URI");
}

TEST(Certificates, AnAuthorityThatIsNoneIsRefused) {
  const auto root = authority();
  const auto leaf = make_certificate(root, wishes());
  ASSERT_TRUE(leaf);
  const auto refused = [&](const std::string& certificate, std::string key) {
    const auto made = make_certificate({certificate, Secret(std::move(key))}, wishes());
    return made ? std::string("made") : made.error().message;
  };
  const std::string key(root.key.reveal());
  EXPECT_EQ(refused("nonsense", key), "the authority's certificate cannot be read");
  EXPECT_EQ(refused(root.certificate, "nonsense"), "the authority's key cannot be read");
  EXPECT_EQ(refused(authority().certificate, key), "the authority's key does not belong to its certificate");
  EXPECT_EQ(refused(leaf->certificate, std::string(leaf->key.reveal())),
            "the authority's certificate may not sign others");
}

}  // namespace
}  // namespace batata::platform
