#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "base/metrics.h"
#include "base/unique_function.h"
#include "faces/nacos/grpc/client_versions.h"
#include "faces/nacos/grpc/connection.h"
#include "faces/nacos/grpc/push.h"

namespace batata::nacos {

/// The registered connections, and what becomes of silent ones. Loop only, but for `is_full`.
class Connections {
 public:
  /// `count_max`: how many there may be; 0: any number.
  Connections(Runtime& runtime, Pushes& pushes, std::size_t count_max = 0)
      : runtime_(runtime), pushes_(pushes), count_max_(count_max) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// `observer` is called when a registered connection has ended, after it left the list. Only before start.
  using GoneObserver = UniqueFunction<void(const ConnectionPtr&)>;
  void on_gone(GoneObserver observer) { gone_observers_.push_back(std::move(observer)); }

  /// True when no further connection may be set up. Any thread.
  [[nodiscard]] bool is_full() const {
    return count_max_ != 0 && count_.load(std::memory_order_relaxed) >= count_max_;
  }
  /// Takes note of a set-up. A second one on the same connection replaces what the client said of itself.
  /// A connection above the limit is ended without a word, as upstream does.
  void add(const ConnectionPtr& connection, ClientInfo client, std::shared_ptr<wire::Duplex> stream);
  /// Forgets a connection, which its I/O thread has unregistered: pushes under way end, observers are told.
  /// Nothing happens when it is not listed.
  void remove(const ConnectionPtr& connection);
  /// Unregisters a connection, tells everyone and closes it. `reason` is for the log.
  void eject(const ConnectionPtr& connection, std::string_view reason);

  /// Tells a client to connect to another server: to `redirect` ("ip:port") if its list of servers has that,
  /// to any when it is blank. What the client does is its own; its answer is not waited for.
  void reset(const ConnectionPtr& connection, std::string_view redirect);
  /// Tells as many clients to go as there are above `count`, those first that came first. Nothing happens for
  /// a count below 1, as upstream.
  void reset_down_to(std::int64_t count, std::string_view redirect);

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// Writes these metrics.
  void write(metrics::Writer& out) const;

  /// Null when there is no such connection.
  [[nodiscard]] ConnectionPtr find(std::uint64_t serial) const;
  [[nodiscard]] ConnectionPtr find(std::string_view id) const;
  /// In the order of their set-up.
  [[nodiscard]] const std::map<std::uint64_t, ConnectionPtr>& all() const { return by_serial_; }

  /// Probes for ever connections that are idle or do not read what they are sent, and ejects those that do
  /// not answer. Runs in the face's scope.
  /// Source: upstream's NacosRuntimeConnectionEjector, without its race: an answer in time always counts.
  Task<void> watch_over();

  static constexpr Duration kSweepPeriod = std::chrono::seconds(3);
  static constexpr Duration kIdleBeforeProbe = std::chrono::seconds(20);
  static constexpr Duration kProbeTimeout = std::chrono::seconds(5);
  static constexpr Duration kResetTimeout = std::chrono::seconds(3);
  /// A connection with more unsent than this is behind; one that has been for kBehindBeforeProbe is probed.
  static constexpr std::size_t kBehindBytes = 32 * 1024;
  static constexpr Duration kBehindBeforeProbe = std::chrono::seconds(300);

 private:
  void probe_silent();
  [[nodiscard]] bool is_stuck(Connection& connection) const;
  void probe(const ConnectionPtr& connection, bool stuck);

  Runtime& runtime_;
  Pushes& pushes_;
  const std::size_t count_max_;
  std::atomic<std::size_t> count_ = 0;  // of by_serial_, for I/O threads
  ClientVersions versions_;
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, ConnectionPtr> by_serial_;
  std::vector<GoneObserver> gone_observers_;
};

}  // namespace batata::nacos
