#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "net/limits.h"
#include "net/tls/tls_context.h"
#include "wire/grpc.h"
#include "wire/load.h"
#include "wire/router.h"

namespace batata::net {

struct ListenAddress {
  std::string address = "0.0.0.0";                  ///< an IPv4 or IPv6 address; "::" takes both kinds
  std::uint16_t port = 0;                           ///< 0: any free port, see Server::ports()
  std::shared_ptr<const TlsContext> tls = nullptr;  ///< null: no TLS
  bool also_plain = false;  ///< beside TLS; the first byte of a connection tells (0x16: TLS)
};

struct ServerOptions {
  std::vector<ListenAddress> listen;
  unsigned io_threads = 0;  ///< 1 … 256; 0: one per core
  Limits limits;
  wire::Load* load = nullptr;  ///< outlives the server; null: nothing is refused for overload
};

/// Listens on ports and speaks HTTP/1, HTTP/2 and gRPC on every one of them alike: the first bytes of a
/// connection decide. Requests go to the router, gRPC calls to the methods.
///
/// It owns its I/O threads and connections; each connection lives on one thread. It is not the domain loop:
/// router and methods are called on the I/O threads. All functions are called by one thread, which may not be
/// one of them.
class Server {
 public:
  /// `router` must outlive the server; the paths of `methods` must be unique and live as long.
  Server(ServerOptions options, wire::Router& router, std::vector<wire::GrpcMethod> methods);
  ~Server();  ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Looks whether all of these could be bound now, and binds none. Errors: as of `start`.
  [[nodiscard]] static Status check_ports(const std::vector<ListenAddress>& listen);
  /// Binds every address and starts the threads. Called once.
  /// Errors: those of check_free (net/listener.h), with a sentence that names the port. Nothing runs after
  /// one.
  Status start();
  /// The bound ports, in the order of `listen`.
  [[nodiscard]] std::vector<std::uint16_t> ports() const;
  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// Writes these metrics. Any thread, for as long as the server lives.
  void write(metrics::Writer& out) const;
  /// Connections open now.
  [[nodiscard]] std::size_t connections() const;
  /// Stops accepting, tells clients to go elsewhere and begins to finish what is in flight. Returns at once.
  void wind_down();
  /// Returns when no connection is left, or after `limit`. After wind_down().
  void drain(std::chrono::milliseconds limit);
  /// Closes every connection and joins the threads. Handlers and hooks have been told when it returns.
  void stop();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace batata::net
