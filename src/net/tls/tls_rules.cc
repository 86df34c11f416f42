#include "net/tls/tls_rules.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509err.h>

#include <algorithm>
#include <cstddef>

#include "net/tls/openssl_errors.h"

namespace batata::net {
namespace {

// The common curves, the cheapest first.
constexpr const char* kGroups = "X25519:P-256:P-384";

// Without a password for a locked key OpenSSL would ask the terminal.
int give_password(char* into, int room, int, void* user) {
  const auto password = static_cast<const Secret*>(user)->reveal();
  const auto size = std::min(password.size(), static_cast<std::size_t>(std::max(room, 0)));
  std::copy_n(password.data(), size, into);
  return static_cast<int>(size);
}

// OpenSSL tries many formats, and its words are about the last of them.
std::string key_error() {
  const unsigned long code = ERR_peek_error();
  const bool foreign =
      ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH;
  if (ERR_SYSTEM_ERROR(code)) return openssl_error("");
  ERR_clear_error();
  return foreign ? "it does not belong to the certificate"
                 : "it is no key in PEM, or its password is another";
}

}  // namespace

Status use_certificate(ssl_ctx_st* context, const std::string& certificate_file, const std::string& key_file,
                       const Secret& key_password) {
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
    return refuse_tls("the certificate in " + certificate_file, "cannot be read");
  const ASN1_TIME* ends = X509_get0_notAfter(SSL_CTX_get0_certificate(context));
  if (X509_cmp_current_time(ends) < 0)
    return fail(Errc::kInvalidArgument, "the certificate in " + certificate_file + " has expired");
  SSL_CTX_set_default_passwd_cb(context, &give_password);
  SSL_CTX_set_default_passwd_cb_userdata(context, const_cast<Secret*>(&key_password));
  const bool used = SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  return used ? Status()
              : fail(Errc::kInvalidArgument, "the private key in " + key_file + ": " + key_error());
}

tl::unexpected<Error> refuse_tls(const std::string& what, std::string_view otherwise) {
  return fail(Errc::kInvalidArgument, what + ": " + openssl_error(otherwise));
}

Status set_common_rules(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // a record costs one call, not one for its head and one for the rest
  if (SSL_CTX_set1_groups_list(context, kGroups) != 1)
    return refuse_tls("the curves of TLS", "are not there");
  return {};
}

Status trust_authorities(ssl_ctx_st* context, const std::string& file) {
  if (file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return refuse_tls("the system's certificate authorities", "cannot be read");
  } else if (SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
    return refuse_tls("the certificate authorities in " + file, "cannot be read");
  }
  return {};
}

}  // namespace batata::net
