#pragma once
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "net/io_thread.h"
#include "net/server.h"

namespace batata::net {

/// Accepts connections of one port for one I/O thread. Several listen on the same port; the kernel spreads
/// connections over them.
class Listener final : public WheelTimer, public Pollable {
 public:
  /// Takes a bound and listening socket.
  Listener(IoThread& thread, int socket, Entry entry)
      : thread_(thread), socket_(socket), entry_(std::move(entry)) {}
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() override { close(); }

  /// On the I/O thread, like close().
  void start();
  /// Takes all connections that wait.
  void accept_all();
  /// Stops accepting. The owner may let go of it when no event of its poller is being handled.
  void close();

 private:
  void on_ready(Ready ready) override;
  void expired() override;
  bool accept_some();
  void pause(int error);

  IoThread& thread_;
  int socket_;  // -1: closed
  const Entry entry_;
  bool registered_ = false;  // with the poller
  bool paused_ = false;
};

/// Looks whether `where` could be listened on, and leaves it as it is. Errors: kInvalidArgument for an
/// address that is none; kUnavailable for a port that is taken, kPermissionDenied for one that this user may
/// not bind; kNotFound for an address that is no machine's here; kInternal for other reasons of the system.
[[nodiscard]] Status check_free(const ListenAddress& where);
/// A socket bound and listening on `where`. The first one of a port must find it free; the others join it.
/// Errors: as of check_free.
[[nodiscard]] Result<int> listen_on(const ListenAddress& where, bool first);
/// The port a socket is bound to.
[[nodiscard]] std::uint16_t bound_port(int socket);

}  // namespace batata::net
