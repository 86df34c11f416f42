#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/tls/socket_bio.h"
#include "wire/transport.h"

struct ssl_st;  // OpenSSL's SSL

namespace batata::net {

/// One side of TLS over one connected non-blocking socket, which it does not own. One thread.
///
/// While nothing is in transit it holds no buffers.
class TlsStream {
 public:
  enum class Step : std::uint8_t {
    kDone,
    kWantsInput,   ///< the socket is empty: again when it is readable
    kWantsOutput,  ///< the socket is full: again when it is writable
    kEnded,        ///< the peer has said that nothing more comes
    kFailed,       ///< the connection is of no use any more
  };

  enum class Side : std::uint8_t { kServer, kClient };

  /// Owns `ssl`. Made by TlsContext and TlsClientContext.
  TlsStream(ssl_st* ssl, int socket, Side side = Side::kServer) : bio_(socket), ssl_(ssl), side_(side) {}
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream() = default;
  /// Before all others. False: there is no memory.
  [[nodiscard]] bool begin();

  /// Goes on with the handshake. kDone: bytes may pass. kFailed: `failure` says why.
  [[nodiscard]] Step handshake();
  /// Why the handshake failed, for a log: OpenSSL's words, without anything that the peer chose; on the
  /// client's side also what is wrong with the server's certificate.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// What both sides agreed to speak: "h2", "http/1.1"; empty when they did not.
  [[nodiscard]] std::string_view protocol() const;
  /// The peer's certificate; null when it sent none. After the handshake.
  [[nodiscard]] std::shared_ptr<const wire::PeerCertificate> peer_certificate() const;

  struct Moved {
    Step step;
    std::size_t bytes = 0;  ///< of kDone: at least one
  };
  /// Takes received bytes, as many as are there and fit. They are given until kWantsInput, whatever the
  /// socket's readiness says: some may be decrypted already.
  [[nodiscard]] Moved receive(std::span<char> into);
  /// Sends the front of `bytes`, at most one record. After kWantsOutput the next call must begin with the
  /// same bytes, as many of them at least. `more_follows`: at once, and the record may wait for it.
  [[nodiscard]] Moved send(std::string_view bytes, bool more_follows = false);
  /// Tells the peer that nothing more comes; does not wait. Goes out when the socket is shut or closed, which
  /// must follow.
  void say_goodbye();

  static constexpr std::size_t kRecordBytes = 16 << 10;

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  Step step_after(int result);

  SocketBio bio_;
  std::unique_ptr<ssl_st, Free> ssl_;
  const Side side_;
  std::string failure_;
};

}  // namespace batata::net
