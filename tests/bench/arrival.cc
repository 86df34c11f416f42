#include "arrival.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstring>
#include <ctime>

#include "run.h"

namespace batata::bench {

void stamp_arrivals(int fd) {
  const int one = 1;
  if (::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one) != 0)
    give_up("the kernel does not stamp what arrives");
}

Arrival receive_stamped(int fd, void* buffer, std::size_t size) {
  iovec into{.iov_base = buffer, .iov_len = size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control;
  msghdr message{};
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  Arrival arrival{.size = ::recvmsg(fd, &message, 0), .at = WallClock::now()};
  if (arrival.size <= 0) return arrival;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    arrival.at =
        WallClock::time_point(std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec));
  }
  return arrival;
}

}  // namespace batata::bench
