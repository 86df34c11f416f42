#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/metrics.h"
#include "base/types.h"

namespace batata::net {

/// What a client may cost and the network may do: each has a setting, and each time that it is reached is
/// counted.
enum class Limit : std::uint8_t {
  kConnections,
  kConnectionsPerAddress,
  kHeaderBytes,
  kHeaders,
  kBodyBytes,
  kMessageBytes,
  kStreams,
  kUnsentBytes,  ///< of one connection
  kUnsentBytesOfStream,
  kUnsentBytesOfAll,  ///< those that had the most went
  kUnfinishedBytesOfConnection,
  kUnfinishedBytes,
  kHandshakeTime,
  kHeaderTime,
  kTransferRate,  ///< of a body, or of a message that is awaited
  kIdleTime,
  kStallTime,  ///< nothing was taken in it
  kTakeRate,   ///< something was, too little
  kPingTime,
};
constexpr std::size_t kLimits = static_cast<std::size_t>(Limit::kPingTime) + 1;
/// The key of its setting.
[[nodiscard]] std::string_view setting_of(Limit limit);

/// What an HTTP/2 client may do for next to nothing and not without end (net/http2_floods.h). The budgets are
/// constants: no client comes near them, and none is helped by others.
enum class Flood : std::uint8_t {
  kFrames,  ///< that ask for nothing: pings, settings, windows, empty and unknown ones
  kResets,  ///< of streams, by the client or because of it
  kHeads,   ///< that unpack to many times what a head may have
  kQueued,  ///< answers to all that, which it does not take
};
constexpr std::size_t kFloods = static_cast<std::size_t>(Flood::kQueued) + 1;
[[nodiscard]] std::string_view name_of(Flood flood);

/// What a connection speaks, which its first bytes tell; gRPC is HTTP/2.
enum class Protocol : std::uint8_t { kUndecided, kHttp1, kHttp2, kWebSocket };
constexpr std::size_t kProtocols = static_cast<std::size_t>(Protocol::kWebSocket) + 1;
[[nodiscard]] std::string_view name_of(Protocol protocol);

/// What the net layer counts. Any thread.
class Meters {
 public:
  Meters() : reached_(kLimits), events_(kEvents), floods_(kFloods) {}

  /// Somebody has been refused or dropped for this limit.
  void count(Limit limit) { reached_.add(static_cast<std::size_t>(limit)); }
  [[nodiscard]] std::uint64_t reached(Limit limit) const {
    return reached_.value(static_cast<std::size_t>(limit));
  }

  /// Somebody has been sent away for doing too often what costs a client next to nothing.
  void count(Flood flood) { floods_.add(static_cast<std::size_t>(flood)); }
  [[nodiscard]] std::uint64_t floods(Flood flood) const {
    return floods_.value(static_cast<std::size_t>(flood));
  }

  /// A connection speaks `protocol` from now on, or no more.
  void enter(Protocol protocol, bool tls) { open_of(protocol, tls).fetch_add(1, std::memory_order_relaxed); }
  void leave(Protocol protocol, bool tls) { open_of(protocol, tls).fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t open(Protocol protocol, bool tls) const {
    return open_.at(place(protocol, tls)).load(std::memory_order_relaxed);
  }

  enum Event : std::uint8_t { kAccepted, kAcceptPaused, kGrpcCall };
  void count(Event event) { events_.add(event); }
  [[nodiscard]] std::uint64_t count_of(Event event) const { return events_.value(event); }

  /// A port can take no connection now, because the system has no descriptor or memory for one. True: it is
  /// the first to say so, and an episode begins.
  [[nodiscard]] bool begin_shortage(SteadyTime now) {
    last_shortage_ns_.store(now.ns, std::memory_order_relaxed);
    return !short_of_descriptors_.exchange(true, std::memory_order_relaxed);
  }
  /// True: no port has said so for kCalm, and the episode is over with this call.
  [[nodiscard]] bool end_shortage(SteadyTime now) {
    const SteadyTime last{last_shortage_ns_.load(std::memory_order_relaxed)};
    return now - last >= kCalm && short_of_descriptors_.exchange(false, std::memory_order_relaxed);
  }
  [[nodiscard]] bool short_of_descriptors() const {
    return short_of_descriptors_.load(std::memory_order_relaxed);
  }
  static constexpr auto kCalm = std::chrono::seconds(5);  ///< so that one episode is not told as many

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// `connections`: that are open, of `connections_max` and, from one address, `per_address_max`; 0: any
  /// number.
  void write(metrics::Writer& out, std::size_t connections, std::size_t connections_max,
             std::size_t per_address_max) const;

 private:
  static constexpr std::size_t kEvents = kGrpcCall + 1;
  static std::size_t place(Protocol protocol, bool tls) {
    return static_cast<std::size_t>(protocol) * 2 + (tls ? 1 : 0);
  }
  std::atomic<std::uint64_t>& open_of(Protocol protocol, bool tls) { return open_.at(place(protocol, tls)); }

  metrics::CounterTable reached_, events_, floods_;
  std::array<std::atomic<std::uint64_t>, kProtocols * 2> open_{};
  std::atomic<bool> short_of_descriptors_ = false;
  std::atomic<std::int64_t> last_shortage_ns_ = 0;
};

}  // namespace batata::net
