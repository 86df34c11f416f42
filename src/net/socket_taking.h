#pragma once
#include <cstddef>
#include <cstdint>

#include "net/taking.h"

namespace batata::net {

/// How a client takes what is written to its socket. What it has taken is asked of the system, which has
/// megabytes on the way and lets us write on no sooner than when a large part of them is out: seen from here,
/// a steady client takes nothing for a long while and then much. One thread.
class SocketTaking {
 public:
  /// So many bytes have been handed to the socket.
  void note_written(std::size_t bytes) { written_ += bytes; }
  /// The socket takes no more now. The time to take what waits begins, unless it has.
  void begin(int socket, SteadyTime now, Duration window);
  /// Nothing waits any more.
  void end() { taking_.end(); }
  /// When the window ends; never() while nothing waits.
  [[nodiscard]] SteadyTime due() const { return taking_.due(); }
  /// As of Taking.
  [[nodiscard]] Taking::Pace judge(int socket, SteadyTime now, Duration window, std::size_t rate);
  /// Bytes that the client has, since the connection began.
  [[nodiscard]] std::uint64_t taken(int socket) const;

 private:
  Taking taking_;
  std::uint64_t written_ = 0, taken_before_ = 0;  // the latter: when the window began
};

}  // namespace batata::net
