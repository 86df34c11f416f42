#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "base/unique_function.h"
#include "faces/nacos/connection.h"
#include "faces/nacos/push.h"

namespace batata::nacos {

/// The registered connections, and what becomes of silent ones. Loop only.
class Connections {
 public:
  Connections(Runtime& runtime, Pushes& pushes) : runtime_(runtime), pushes_(pushes) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// `observer` is called when a registered connection has ended, after it left the list. Only before start.
  using GoneObserver = UniqueFunction<void(const ConnectionPtr&)>;
  void on_gone(GoneObserver observer) { gone_observers_.push_back(std::move(observer)); }

  /// Takes note of a set-up. A second one on the same connection replaces what the client said of itself.
  void add(const ConnectionPtr& connection, ClientInfo client, std::shared_ptr<wire::Duplex> stream);
  /// Forgets a connection, which its I/O thread has unregistered: pushes under way end, observers are told.
  /// Nothing happens when it is not listed.
  void remove(const ConnectionPtr& connection);
  /// Unregisters a connection, tells everyone and closes it. `reason` is for the log.
  void eject(const ConnectionPtr& connection, std::string_view reason);

  /// Null when there is no such connection.
  [[nodiscard]] ConnectionPtr find(std::uint64_t serial) const;
  /// In the order of their set-up.
  [[nodiscard]] const std::map<std::uint64_t, ConnectionPtr>& all() const { return by_serial_; }

  /// Probes idle connections for ever and ejects those that do not answer. Runs in the face's scope.
  /// Source: upstream's NacosRuntimeConnectionEjector, without its race: an answer in time always counts.
  Task<void> watch_over();

  static constexpr Duration kSweepPeriod = std::chrono::seconds(3);
  static constexpr Duration kIdleBeforeProbe = std::chrono::seconds(20);
  static constexpr Duration kProbeTimeout = std::chrono::seconds(5);

 private:
  void probe_idle();

  Runtime& runtime_;
  Pushes& pushes_;
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, ConnectionPtr> by_serial_;
  std::vector<GoneObserver> gone_observers_;
};

}  // namespace batata::nacos
