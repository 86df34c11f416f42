#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/poller.h"

namespace batata::net {

class TlsStream;

/// What a poller has told of a socket's input, and how that is read. One thread.
///
/// The poller tells of input once, so there is more until `take` gives kNothing: a plain read that does not
/// fill the buffer has emptied the socket. Only the end of a stream may hide behind such a read, when it was
/// told together with the input.
struct SocketInput {
  /// Takings of one connection in one turn of its thread, so that it does not keep the others waiting.
  static constexpr int kReadsPerTurn = 4;

  bool readable = false;  ///< input may be there that has not been read
  bool hangup = false;    ///< the peer has ended its side: what is read must be read to its end

  void note(Ready ready) {
    readable |= ready.readable;
    hangup |= ready.hangup;
  }

  enum class Taken : std::uint8_t {
    kSome,
    kAgain,    ///< it was interrupted
    kNothing,  ///< the poller will tell of more
    kEnd,      ///< of the peer's side, or of the connection
  };
  /// Takes what has come, as much as fits; `size`: of kSome, how much. `tls`: null for a plain socket.
  [[nodiscard]] Taken take(int socket, TlsStream* tls, std::span<char> buffer, std::size_t& size);
};

}  // namespace batata::net
