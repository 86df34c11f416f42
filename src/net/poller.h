#pragma once
#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/types.h"

namespace batata::net {

/// What a socket is ready for.
struct Ready {
  bool readable = false, writable = false;
  bool hangup = false;  ///< the peer has ended its side, or the socket is broken: reading on tells
};

/// Somebody who waits for a socket in a Poller.
class Pollable {
 public:
  virtual void on_ready(Ready ready) = 0;

 protected:
  ~Pollable() = default;
};

/// Tells which sockets of one I/O thread are ready: epoll, each socket registered once in its life.
///
/// Used by its thread alone, except for `wake`. Boost.Asio, which the loop of the domain runs on, would arm
/// each socket anew for every wait, a system call for each request.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Registers a connected socket. `on_ready` is called once for each change: who is told of input must read
  /// until there is none, or come back for the rest by itself. Closing the socket ends it. False: the system
  /// has no room.
  [[nodiscard]] bool add_stream(int socket, Pollable& target);
  /// Registers a listening socket. `on_ready` is called for as long as connections wait. Errors as above.
  [[nodiscard]] bool add_listener(int socket, Pollable& target);
  /// Stops and restarts the calls for a listening socket.
  void set_paused(int socket, Pollable& target, bool paused);

  struct Event {
    Pollable* target;
    Ready ready;
  };
  /// Waits until something is ready, `wake` is called or `timeout` has passed, rounded up to milliseconds;
  /// without one: for as long as it takes. What is ready, valid until the next call.
  [[nodiscard]] std::span<const Event> wait(std::optional<Duration> timeout);

  /// Ends a wait that goes on, or the next one. Any thread.
  void wake();

 private:
  static constexpr std::size_t kEventsMax = 256;  // in one turn; what is left is told in the next
  bool add(int socket, Pollable* target, std::uint32_t events);

  int epoll_;
  int wake_;  // an eventfd
  std::array<epoll_event, kEventsMax> raw_;
  std::array<Event, kEventsMax> events_;
};

}  // namespace batata::net
