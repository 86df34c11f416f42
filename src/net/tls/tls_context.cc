#include "net/tls/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <string_view>
#include <utility>

#include "net/tls/openssl_errors.h"
#include "net/tls/tls_rules.h"

namespace batata::net {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

// What we speak, best first, as ALPN writes lists: each name behind its length.
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1";

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

Status use_authorities(SSL_CTX* context, const TlsOptions& options) {
  if (options.clients == ClientCertificates::kNotAsked) return {};
  const std::string& file = options.authorities_file;
  if (const auto trusted = trust_authorities(context, file); !trusted) return trusted;
  if (!file.empty()) {
    auto* names = SSL_load_client_CA_file(file.c_str());  // told to clients, which choose by them
    if (names == nullptr) return refuse_tls("the certificate authorities in " + file, "cannot be read");
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
  if (const auto set = set_common_rules(raw); !set) return tl::unexpected(set.error());
  if (options_.only_1_3) SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Sessions are kept by the clients, as tickets. A resumed session skips the check of a certificate, so
  // tickets are good for this very server only.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 1);  // the next connection of a client needs one; making it takes time
  constexpr std::array<unsigned char, 6> kName = {'b', 'a', 't', 'a', 't', 'a'};
  SSL_CTX_set_session_id_context(raw, kName.data(), kName.size());
  SSL_CTX_set_alpn_select_cb(raw, &choose_protocol, nullptr);
  if (!options_.ciphers.empty() && SSL_CTX_set_cipher_list(raw, options_.ciphers.c_str()) != 1)
    return refuse_tls("the ciphers '" + options_.ciphers + "'", "are not known");
  if (const auto used =
          use_certificate(raw, options_.certificate_file, options_.key_file, options_.key_password);
      !used)
    return tl::unexpected(used.error());
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
