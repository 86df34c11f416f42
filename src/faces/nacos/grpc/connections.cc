#include "faces/nacos/grpc/connections.h"

#include <utility>

#include "async/sleep.h"
#include "base/json.h"
#include "base/log.h"

namespace batata::nacos {
namespace {

constexpr metrics::Metric kClients{
    "batata_client_connections", metrics::Kind::kGauge, "client, version",
    "Connections of Nacos clients over gRPC by library and version (major.minor), as they say themselves; "
    "`other`: of a library that is not known, or after the first 32 of these pairs since the start."};

}  // namespace

std::span<const metrics::Metric> Connections::metric_rows() {
  return {&kClients, 1};
}

void Connections::write(metrics::Writer& out) const {
  out.begin(kClients);
  versions_.each([&out](const ClientKind& kind, std::size_t count) {
    out.sample({{"client", kind.library}, {"version", kind.version}}, std::uint64_t{count});
  });
}

void Connections::add(const ConnectionPtr& connection, ClientInfo client,
                      std::shared_ptr<wire::Duplex> stream) {
  if (!connection->registered()) return;  // it ended between its set-up and now
  if (find(connection->serial) == nullptr) {
    if (is_full()) {  // others came between the look of the I/O thread and now
      connection->set_registered(false);
      stream->finish({});
      connection->close();
      return;
    }
    connection->serial = ++last_serial_;
    by_serial_.emplace(connection->serial, connection);
    count_.store(by_serial_.size(), std::memory_order_relaxed);
  }
  if (connection->counted_as) versions_.leave(*connection->counted_as);
  connection->counted_as = versions_.enter(client.version);
  connection->client = std::move(client);
  connection->stream = std::move(stream);
}

void Connections::remove(const ConnectionPtr& connection) {
  if (by_serial_.erase(connection->serial) == 0) return;
  count_.store(by_serial_.size(), std::memory_order_relaxed);
  if (const auto counted = std::exchange(connection->counted_as, std::nullopt)) versions_.leave(*counted);
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

ConnectionPtr Connections::find(std::string_view id) const {
  for (const auto& [serial, connection] : by_serial_)
    if (connection->id() == id) return connection;
  return nullptr;
}

void Connections::reset(const ConnectionPtr& connection, std::string_view redirect) {
  // An absent member is one that Python's SDK refuses, so that "no address" is said by blanks.
  std::string members;
  json::Writer out(members);
  const auto colon = redirect.rfind(':');
  if (colon == redirect.npos) {
    out.member("serverIp", "").member("serverPort", "");
  } else {
    out.member("serverIp", redirect.substr(0, colon)).member("serverPort", redirect.substr(colon + 1));
    out.member("connectionId", connection->id());
  }
  const PushPolicy once{.timeout = kResetTimeout, .retry_step = {}, .tries_max = 1};
  pushes_.send(connection, pushes_.make("ConnectResetRequest", members, "internal"), once,
               [](PushOutcome) {});
}

void Connections::reset_down_to(std::int64_t count, std::string_view redirect) {
  auto left = static_cast<std::int64_t>(by_serial_.size());
  if (count < 1) return;
  for (const auto& [serial, connection] : by_serial_) {
    if (left-- <= count) return;
    reset(connection, redirect);
  }
}

Task<void> Connections::watch_over() {
  for (;;) {
    co_await sleep_for(runtime_, kSweepPeriod);
    probe_silent();
  }
}

bool Connections::is_stuck(Connection& connection) const {
  if (connection.stream == nullptr || connection.stream->unsent_bytes() <= kBehindBytes) {
    connection.behind_since.reset();
    return false;
  }
  const SteadyTime now = runtime_.now();
  if (!connection.behind_since) connection.behind_since = now;
  return now - *connection.behind_since > kBehindBeforeProbe;
}

void Connections::probe_silent() {
  const SteadyTime now = runtime_.now();
  std::vector<std::pair<ConnectionPtr, bool>> silent;
  for (const auto& [serial, connection] : by_serial_) {
    const bool stuck = is_stuck(*connection);
    if (connection->probed) continue;
    if (stuck || now - connection->last_active() >= kIdleBeforeProbe) silent.emplace_back(connection, stuck);
  }
  for (const auto& [connection, stuck] : silent) probe(connection, stuck);
}

void Connections::probe(const ConnectionPtr& connection, bool stuck) {
  const PushPolicy policy{.timeout = kProbeTimeout, .retry_step = {}, .tries_max = 1};
  connection->probed = true;
  const Push push = pushes_.make("ClientDetectionRequest", {}, "internal");
  pushes_.send(connection, push, policy, [this, connection, stuck](PushOutcome outcome) {
    connection->probed = false;
    if (outcome == PushOutcome::kAcknowledged || outcome == PushOutcome::kGone) return;
    // A request that arrived meanwhile shows as well that somebody is there, but not that the stream is read.
    if (!stuck && runtime_.now() - connection->last_active() < kIdleBeforeProbe) return;
    eject(connection, "the liveness probe was not answered");
  });
}

}  // namespace batata::nacos
