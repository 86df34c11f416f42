#pragma once
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/io_thread.h"
#include "net/server.h"

namespace batata::net {

/// Accepts connections of one port for one I/O thread. Several listen on the same port; the kernel spreads
/// connections over them.
class Listener final : public WheelTimer, public std::enable_shared_from_this<Listener> {
 public:
  /// Takes a bound and listening socket.
  Listener(IoThread& thread, int socket, bool v4);

  /// On the I/O thread, like close().
  void start() { wait(); }
  /// Stops accepting; the owner may let go of it afterwards.
  void close();

 private:
  using Acceptor =
      boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
  void wait();
  void accept_ready();
  void pause(int error);
  void expired() override { wait(); }

  IoThread& thread_;
  Acceptor acceptor_;
  SteadyTime complained_{-1};
};

/// A socket bound and listening on `where`. The first one of a port must find it free; the others join it.
/// Errors: kInvalidArgument, kUnavailable.
[[nodiscard]] Result<int> listen_on(const ListenAddress& where, bool first);
/// The port a socket is bound to.
[[nodiscard]] std::uint16_t bound_port(int socket);
/// Whether `address` is an IPv4 one.
[[nodiscard]] bool is_v4(const std::string& address);

}  // namespace batata::net
