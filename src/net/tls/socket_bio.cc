#include "net/tls/socket_bio.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

namespace batata::net {
namespace {

SocketBio& of(BIO* bio) {
  return *static_cast<SocketBio*>(BIO_get_data(bio));
}

bool may_try_again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int write_to(BIO* bio, const char* bytes, int size) {
  const SocketBio& self = of(bio);
  const int flags = MSG_NOSIGNAL | (self.may_wait() ? MSG_MORE : 0);
  BIO_clear_retry_flags(bio);
  const auto sent = static_cast<int>(::send(self.socket, bytes, static_cast<std::size_t>(size), flags));
  if (sent < 0 && may_try_again()) BIO_set_retry_write(bio);
  return sent;
}

int read_from(BIO* bio, char* into, int room) {
  BIO_clear_retry_flags(bio);
  const auto received = static_cast<int>(::recv(of(bio).socket, into, static_cast<std::size_t>(room), 0));
  if (received < 0 && may_try_again()) BIO_set_retry_read(bio);
  if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return received;
}

// What OpenSSL asks of a BIO that it writes to. Nothing is kept here, so that there is nothing to flush.
long control(BIO* bio, int question, long, void*) {
  switch (question) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default:
      return 0;
  }
}

const BIO_METHOD* method() {
  using Method = std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>;
  static const Method instance = [] {
    Method made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "batata socket"), &BIO_meth_free);
    if (made == nullptr) return made;
    BIO_meth_set_write(made.get(), &write_to);
    BIO_meth_set_read(made.get(), &read_from);
    BIO_meth_set_ctrl(made.get(), &control);
    return made;
  }();
  return instance.get();
}

}  // namespace

bool SocketBio::attach_to(ssl_st* ssl) {
  BIO* const bio = method() == nullptr ? nullptr : BIO_new(method());
  if (bio == nullptr) return false;
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  ssl_ = ssl;
  return true;
}

// Of TLS 1.2 a ticket is no message of its own, but a part of the word for which the client waits.
bool SocketBio::may_wait() const {
  return more_follows ||
         (SSL_get_state(ssl_) == TLS_ST_SW_SESSION_TICKET && SSL_version(ssl_) == TLS1_3_VERSION);
}

}  // namespace batata::net
