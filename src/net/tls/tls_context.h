#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "net/tls/tls_stream.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace batata::net {

/// Whether a TLS server asks its clients for a certificate.
enum class ClientCertificates : std::uint8_t {
  kNotAsked,
  kOptional,  ///< one that is sent is checked
  kRequired,
};

/// What a server shows and asks for. Plain data; files are in PEM.
struct TlsOptions {
  std::string certificate_file;  ///< the server's certificate, then those between it and its authority
  std::string key_file;          ///< its private key
  Secret key_password;           ///< of the key file; empty: none
  std::string authorities_file;  ///< who may sign clients' certificates; empty: the system's authorities
  ClientCertificates clients = ClientCertificates::kNotAsked;
  bool only_1_3 = false;  ///< TLS 1.2 otherwise too; never older
  std::string ciphers;    ///< OpenSSL's list for TLS 1.2; empty: its own choice
};

/// The certificate, key and rules of TLS on this server. Shared, any thread.
class TlsContext {
 public:
  /// Reads the files. Errors: kInvalidArgument with a sentence that names the file and what is wrong with it:
  /// not readable, no certificate, a key that does not belong to it, expired, unknown ciphers.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> open(TlsOptions options);

  /// Reads the files again. Connections that are accepted from now on get what they say, and tickets under
  /// keys of their own; earlier ones stay as they are. Errors as for `open`; then all stays as it was.
  [[nodiscard]] Status reload();

  /// The server's side of TLS on `socket`, which is connected and non-blocking and must live longer. Null
  /// when there is no memory.
  [[nodiscard]] std::unique_ptr<TlsStream> accept(int socket) const;

 private:
  explicit TlsContext(TlsOptions options) : options_(std::move(options)) {}
  [[nodiscard]] Result<std::shared_ptr<ssl_ctx_st>> load() const;

  const TlsOptions options_;
  mutable std::mutex lock_;
  std::shared_ptr<ssl_ctx_st> current_;
};

}  // namespace batata::net
