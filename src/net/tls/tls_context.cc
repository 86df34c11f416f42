#include "net/tls/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509err.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "net/tls/openssl_errors.h"

namespace batata::net {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

// What we speak, best first, as ALPN writes lists: each name behind its length.
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1";
// The common curves, the cheapest first.
constexpr const char* kGroups = "X25519:P-256:P-384";

tl::unexpected<Error> refuse(const std::string& what, std::string_view otherwise) {
  return fail(Errc::kInvalidArgument, what + ": " + openssl_error(otherwise));
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  unsigned char* out = nullptr;
  const int found =
      SSL_select_next_proto(&out, size, reinterpret_cast<const unsigned char*>(kProtocols.data()),
                            kProtocols.size(), offered, offered_size);
  // A client that offers nothing of ours gets the alert that says so (RFC 7301, 3.2).
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = out;
  return SSL_TLSEXT_ERR_OK;
}

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

Status use_certificate(SSL_CTX* context, const TlsOptions& options) {
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1)
    return refuse("the certificate in " + options.certificate_file, "cannot be read");
  const ASN1_TIME* ends = X509_get0_notAfter(SSL_CTX_get0_certificate(context));
  if (X509_cmp_current_time(ends) < 0)
    return fail(Errc::kInvalidArgument, "the certificate in " + options.certificate_file + " has expired");
  SSL_CTX_set_default_passwd_cb(context, &give_password);
  SSL_CTX_set_default_passwd_cb_userdata(context, const_cast<Secret*>(&options.key_password));
  const bool used = SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  return used ? Status()
              : fail(Errc::kInvalidArgument, "the private key in " + options.key_file + ": " + key_error());
}

Status use_authorities(SSL_CTX* context, const TlsOptions& options) {
  if (options.clients == ClientCertificates::kNotAsked) return {};
  const std::string& file = options.authorities_file;
  if (file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return refuse("the system's certificate authorities", "cannot be read");
  } else {
    if (SSL_CTX_load_verify_file(context, file.c_str()) != 1)
      return refuse("the certificate authorities in " + file, "cannot be read");
    auto* names = SSL_load_client_CA_file(file.c_str());  // told to clients, which choose by them
    if (names == nullptr) return refuse("the certificate authorities in " + file, "cannot be read");
    SSL_CTX_set_client_CA_list(context, names);
  }
  const bool required = options.clients == ClientCertificates::kRequired;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return {};
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::open(TlsOptions options) {
  std::shared_ptr<TlsContext> context(new TlsContext(std::move(options)));
  if (const auto loaded = context->reload(); !loaded) return tl::unexpected(loaded.error());
  return context;
}

Result<ContextPtr> TlsContext::load() const {
  ERR_clear_error();
  ContextPtr context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context == nullptr) return fail(Errc::kResourceExhausted, "no memory for TLS");
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, options_.only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(
      raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);  // a record costs one call, not one for its head and one for the rest
  // Sessions are kept by the clients, as tickets. A resumed session skips the check of a certificate, so
  // tickets are good for this very server only.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 1);  // the next connection of a client needs one; making it takes time
  constexpr std::array<unsigned char, 6> kName = {'b', 'a', 't', 'a', 't', 'a'};
  SSL_CTX_set_session_id_context(raw, kName.data(), kName.size());
  SSL_CTX_set_alpn_select_cb(raw, &choose_protocol, nullptr);
  if (SSL_CTX_set1_groups_list(raw, kGroups) != 1) return refuse("the curves of TLS", "are not there");
  if (!options_.ciphers.empty() && SSL_CTX_set_cipher_list(raw, options_.ciphers.c_str()) != 1)
    return refuse("the ciphers '" + options_.ciphers + "'", "are not known");
  if (const auto used = use_certificate(raw, options_); !used) return tl::unexpected(used.error());
  if (const auto used = use_authorities(raw, options_); !used) return tl::unexpected(used.error());
  return context;
}

Status TlsContext::reload() {
  auto fresh = load();
  if (!fresh) return tl::unexpected(fresh.error());
  const std::lock_guard guard(lock_);
  current_.swap(*fresh);
  return {};
}

std::unique_ptr<TlsStream> TlsContext::accept(int socket) const {
  ContextPtr context;
  {
    const std::lock_guard guard(lock_);
    context = current_;
  }
  ERR_clear_error();
  SSL* ssl = SSL_new(context.get());  // which keeps the context
  if (ssl == nullptr) return nullptr;
  auto stream = std::make_unique<TlsStream>(ssl, socket);
  return stream->begin() ? std::move(stream) : nullptr;
}

}  // namespace batata::net
