#include "net/socket_taking.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

namespace batata::net {

void SocketTaking::begin(int socket, SteadyTime now, Duration window) {
  if (due() != SteadyTime::never()) return;
  taking_.begin(now, window);
  taken_before_ = taken(socket);
}

Taking::Pace SocketTaking::judge(int socket, SteadyTime now, Duration window, std::size_t rate) {
  const std::uint64_t before = std::exchange(taken_before_, taken(socket));
  taking_.note_taken(static_cast<std::size_t>(taken_before_ - std::min(before, taken_before_)));
  return taking_.judge(now, window, rate);
}

std::uint64_t SocketTaking::taken(int socket) const {
  int on_the_way = 0;
  if (::ioctl(socket, SIOCOUTQ, &on_the_way) != 0) on_the_way = 0;
  // TLS makes it a little more than was written.
  return written_ - std::min(written_, static_cast<std::uint64_t>(on_the_way));
}

}  // namespace batata::net
