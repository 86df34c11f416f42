#include "net/socket_input.h"

#include <sys/socket.h>

#include <cerrno>

#include "net/tls/tls_stream.h"

namespace batata::net {

SocketInput::Taken SocketInput::take(int socket, TlsStream* tls, std::span<char> buffer, std::size_t& size) {
  if (tls != nullptr) {
    const auto received = tls->receive(buffer);
    size = received.bytes;
    if (received.step == TlsStream::Step::kDone) return Taken::kSome;
    if (received.step == TlsStream::Step::kWantsInput) readable = false;
    const bool waits =
        received.step == TlsStream::Step::kWantsInput || received.step == TlsStream::Step::kWantsOutput;
    return waits ? Taken::kNothing : Taken::kEnd;
  }
  const ssize_t n = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (n < 0 && errno == EINTR) return Taken::kAgain;
  if (n < 0 && errno == EAGAIN) {
    readable = false;
    return Taken::kNothing;
  }
  if (n <= 0) return Taken::kEnd;
  size = static_cast<std::size_t>(n);
  if (size < buffer.size() && !hangup) readable = false;
  return Taken::kSome;
}

}  // namespace batata::net
