#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "net/tls/tls_stream.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace batata::net {

/// Whom a TLS client trusts and what it shows. Plain data; files are in PEM. There is no way to call a server
/// without a check of its certificate.
struct TlsClientOptions {
  std::string authorities_file;  ///< who may sign servers' certificates; empty: the system's authorities
  std::string certificate_file;  ///< the client's own certificate, for mutual TLS; empty: none
  std::string key_file;          ///< its private key
  Secret key_password;           ///< of the key file; empty: none
};

/// The rules of TLS for calls to other servers; HTTP/2 is all that is offered to them. Immutable; any thread.
class TlsClientContext {
 public:
  /// Reads the files. Errors: as TlsContext::open.
  [[nodiscard]] static Result<std::shared_ptr<const TlsClientContext>> open(const TlsClientOptions& options);

  /// The client's side of TLS on `socket`, which is connected and non-blocking and must live longer.
  /// `server_name`: that the server's certificate must be good for, a DNS name or an IP address; a DNS name
  /// is also told to the server. Null when there is no memory, or the name is none.
  [[nodiscard]] std::unique_ptr<TlsStream> connect(int socket, const std::string& server_name) const;

 private:
  TlsClientContext() = default;

  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace batata::net
