#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "async/runtime.h"
#include "domain/discovery/health_probes.h"
#include "net/egress/egress_policy.h"

namespace batata::platform {

/// HealthProbes over real sockets: TCP and HTTP on one thread that waits for all of them, MYSQL on a few that
/// block.
///
/// A name is looked up once and the first of its addresses that may be called is; nothing but that address is
/// connected to. For MYSQL the look-up may take longer than the time-out. Built and destroyed on the loop;
/// `probe` is called on it.
class SocketProbes final : public domain::HealthProbes {
 public:
  /// `runtime` outlives it.
  SocketProbes(Runtime& runtime, net::EgressPolicy policy);
  SocketProbes(const SocketProbes&) = delete;
  SocketProbes& operator=(const SocketProbes&) = delete;
  ~SocketProbes() override;  ///< answers no probe any more; waits for MYSQL probes that run, a second at most

  void probe(std::string host, std::uint16_t port, const domain::HealthCheck& check,
             std::chrono::milliseconds timeout, Done done) override;

  static constexpr int kBlockingThreads = 2;          ///< MYSQL probes that run at once
  static constexpr std::size_t kBlockingMax = 1'024;  ///< that wait; more fail, and are tried again when due

 private:
  struct Threads;
  const std::unique_ptr<Threads> threads_;
};

}  // namespace batata::platform
