#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>

namespace batata::bench {

/// The clock by which the kernel stamps what arrives.
using WallClock = std::chrono::system_clock;

/// Whether a socket's bytes are stamped by the kernel as they arrive.
///
/// A load generator that is thousands of clients in one thread reads one after the other; the stamps tell
/// when each of them, alone on its machine, would have been woken.
enum class Stamps : bool { kOff, kOn };

void stamp_arrivals(int fd);

/// What `read` returns, and when the last of these bytes arrived.
struct Arrival {
  ssize_t size;
  WallClock::time_point at;
};

/// Reads from a socket. `at` is the kernel's stamp, and the time of the call where there is none.
Arrival receive_stamped(int fd, void* buffer, std::size_t size);

}  // namespace batata::bench
