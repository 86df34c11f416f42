#include "net/tls/tls_client_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string_view>
#include <utility>

#include "net/tls/tls_rules.h"

namespace batata::net {
namespace {

constexpr std::string_view kProtocols = "\x02h2";  // as ALPN writes lists: each name behind its length

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

// OpenSSL takes an empty name for "any": that must not happen by accident.
bool expect_name(SSL* ssl, const std::string& name) {
  if (name.empty() || name.find('\0') != name.npos) return false;
  if (is_address(name)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, name.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

}  // namespace

Result<std::shared_ptr<const TlsClientContext>> TlsClientContext::open(const TlsClientOptions& options) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> made(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (made == nullptr) return fail(Errc::kResourceExhausted, "no memory for TLS");
  SSL_CTX* const raw = made.get();
  if (const auto set = set_common_rules(raw); !set) return tl::unexpected(set.error());
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_set_alpn_protos(raw, reinterpret_cast<const unsigned char*>(kProtocols.data()),
                              kProtocols.size()) != 0)
    return fail(Errc::kResourceExhausted, "no memory for TLS");
  if (const auto trusted = trust_authorities(raw, options.authorities_file); !trusted)
    return tl::unexpected(trusted.error());
  if (!options.certificate_file.empty()) {
    const auto used = use_certificate(raw, options.certificate_file, options.key_file, options.key_password);
    if (!used) return tl::unexpected(used.error());
  }
  std::shared_ptr<TlsClientContext> context(new TlsClientContext);
  context->context_ = std::move(made);
  return context;
}

std::unique_ptr<TlsStream> TlsClientContext::connect(int socket, const std::string& server_name) const {
  ERR_clear_error();
  SSL* const ssl = SSL_new(context_.get());  // which keeps the context
  if (ssl == nullptr) return nullptr;
  auto stream = std::make_unique<TlsStream>(ssl, socket, TlsStream::Side::kClient);
  if (!expect_name(ssl, server_name)) return nullptr;
  return stream->begin() ? std::move(stream) : nullptr;
}

}  // namespace batata::net
