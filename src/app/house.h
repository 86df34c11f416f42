#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/request_logs.h"
#include "base/result.h"
#include "base/secret.h"
#include "cli/start_refusal.h"
#include "platform/settings/settings.h"

namespace batata::platform {
class AsioRuntime;
class PosixDisk;
}  // namespace batata::platform
namespace batata::net {
class Server;
class UdpSocket;
}  // namespace batata::net

namespace batata::wire {
class Load;
}  // namespace batata::wire

namespace batata::app {

/// One running node: every adapter, service and face, built and taken down in one order. The composition
/// root.
///
/// `logs` outlives it. Used by the main thread. The loop and the I/O threads are the house's own: what
/// belongs to the loop is also built and destroyed there.
class House {
 public:
  House(const platform::Settings& settings, RequestLogs& logs);
  ~House();  ///< stops at once, as a crash would; what was acknowledged stays
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// Looks whether settings and ports are good, takes the directory, recovers the data, binds the ports,
  /// serves. Returns when the node answers clients. Called once. In this order, so that a start that is
  /// refused for its settings or ports leaves nothing, and one that is refused its directory does not touch
  /// what that holds.
  [[nodiscard]] tl::expected<void, cli::StartRefusal> open();
  /// Where it listens, for the ready line: "http 0.0.0.0:8848 grpc 0.0.0.0:9848".
  [[nodiscard]] std::string addresses() const;
  /// Stops accepting, finishes what is under way (for at most the drain time of the settings), flushes the
  /// state.
  void close();

 private:
  struct Rooms;
  struct Findings;
  Result<Findings> check_settings();
  Status open_rooms(Findings findings, std::unique_ptr<platform::PosixDisk> disk, Secret key);
  /// Runs `job` on the loop and returns when it has ended.
  void on_loop(std::function<void()> job);

  const platform::Settings settings_;
  std::unique_ptr<wire::Load> load_;
  std::unique_ptr<platform::AsioRuntime> runtime_;
  std::unique_ptr<wire::RequestLog> log_;
  std::thread loop_;
  std::unique_ptr<net::UdpSocket> udp_;  // opened and closed by the main thread; used on the loop
  std::unique_ptr<Rooms> rooms_;  // made and freed on the loop; the main thread reads what never changes
  std::unique_ptr<net::Server> server_;  // the main thread's; the loop reads its metrics while it has rooms
};

}  // namespace batata::app
