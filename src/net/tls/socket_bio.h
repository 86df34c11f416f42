#pragma once

struct bio_st;  // OpenSSL's BIO
struct ssl_st;  // OpenSSL's SSL

namespace batata::net {

/// The socket of a TLS connection as OpenSSL sees it. OpenSSL's own would make a packet of each
/// thing that is written; this one tells the kernel where more follows. One thread.
struct SocketBio {
  explicit SocketBio(int fd) : socket(fd) {}

  const int socket;
  bool more_follows = false;  ///< what is written now may wait for what is written next

  /// Makes one over `*this`, which must outlive it, and gives it to `ssl`. False: there is no memory.
  [[nodiscard]] bool attach_to(ssl_st* ssl);
  /// True where `more_follows`, and for a ticket of TLS 1.3: no client waits for it, so it goes with the
  /// first answer, or by itself when the kernel has waited for one (0.2 s).
  [[nodiscard]] bool may_wait() const;

 private:
  ssl_st* ssl_ = nullptr;
};

}  // namespace batata::net
