#include "faces/nacos/connections.h"

#include "async/sleep.h"
#include "base/log.h"

namespace batata::nacos {

void Connections::add(const ConnectionPtr& connection, ClientInfo client,
                      std::shared_ptr<wire::Duplex> stream) {
  if (!connection->registered()) return;  // it ended between its set-up and now
  if (find(connection->serial) == nullptr) {
    connection->serial = ++last_serial_;
    by_serial_.emplace(connection->serial, connection);
  }
  connection->client = std::move(client);
  connection->stream = std::move(stream);
}

void Connections::remove(const ConnectionPtr& connection) {
  if (by_serial_.erase(connection->serial) == 0) return;
  connection->stream = nullptr;
  pushes_.abandon(*connection);
  for (GoneObserver& observer : gone_observers_) observer(connection);
}

void Connections::eject(const ConnectionPtr& connection, std::string_view reason) {
  log::info("nacos connection ejected id={} client={} reason={}", connection->id(),
            connection->client.version, reason);
  connection->set_registered(false);  // no set-up follows: the connection ends
  remove(connection);
  connection->close();
}

ConnectionPtr Connections::find(std::uint64_t serial) const {
  const auto it = by_serial_.find(serial);
  return it == by_serial_.end() ? nullptr : it->second;
}

Task<void> Connections::watch_over() {
  for (;;) {
    co_await sleep_for(runtime_, kSweepPeriod);
    probe_idle();
  }
}

void Connections::probe_idle() {
  const SteadyTime now = runtime_.now();
  const PushPolicy policy{.timeout = kProbeTimeout, .retry_step = {}, .tries_max = 1};
  std::vector<ConnectionPtr> idle;
  for (const auto& [serial, connection] : by_serial_) {
    if (now - connection->last_active() >= kIdleBeforeProbe && !connection->probed)
      idle.push_back(connection);
  }
  for (const ConnectionPtr& connection : idle) {
    connection->probed = true;
    const Push probe = pushes_.make("ClientDetectionRequest", {}, "internal");
    pushes_.send(connection, probe, policy, [this, connection](PushOutcome outcome) {
      connection->probed = false;
      if (outcome == PushOutcome::kAcknowledged || outcome == PushOutcome::kGone) return;
      // A request that arrived meanwhile shows as well that somebody is there.
      if (runtime_.now() - connection->last_active() < kIdleBeforeProbe) return;
      eject(connection, "the liveness probe was not answered");
    });
  }
}

}  // namespace batata::nacos
