#include "net/entrance.h"

#include <sys/socket.h>

#include <cerrno>

namespace batata::net {
namespace {

constexpr char kTlsRecord = 0x16;  // of a handshake; no request of HTTP begins so (RFC 8446, 5.1)

}  // namespace

Entrance::Step Entrance::go_on(int socket, bool& readable) {
  if (stream_ != nullptr) return shake_hands(readable);
  const Step step = look_at_first_byte(socket, readable);
  return stream_ != nullptr ? shake_hands(readable) : step;
}

Entrance::Step Entrance::look_at_first_byte(int socket, bool& readable) {
  char first = 0;
  ssize_t n;
  do {
    n = ::recv(socket, &first, 1, MSG_PEEK);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) {
    readable = false;
    return Step::kWaits;
  }
  const Entry entry = std::exchange(entry_, {});
  if (n != 1) return Step::kFailed;
  if (first != kTlsRecord) return entry.plain ? Step::kOpen : Step::kSpeaksNone;
  if (!refused_) stream_ = entry.tls->accept(socket);
  return Step::kFailed;  // unless there is a stream now
}

Entrance::Step Entrance::shake_hands(bool& readable) {
  switch (stream_->handshake()) {
    case TlsStream::Step::kDone:
      readable = true;  // it may have taken the first request, too
      return Step::kOpen;
    case TlsStream::Step::kWantsInput:
      readable = false;
      return Step::kWaits;
    case TlsStream::Step::kWantsOutput:
      return Step::kWaits;
    default:
      return Step::kFailed;
  }
}

}  // namespace batata::net
