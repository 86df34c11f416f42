#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/types.h"
#include "faces/nacos/grpc/push.h"
#include "wire/grpc.h"

namespace batata::nacos {

/// What a client said of itself when it set up its connection.
struct ClientInfo {
  std::string version;  ///< "Nacos-Java-Client:v3.1.0"
  std::string ip;       ///< what the client believes; `Transport::remote_address` is what we see
  std::string tenant;   ///< as spelled; may be empty
  std::map<std::string, std::string> labels;
  std::optional<std::map<std::string, bool>> abilities;  ///< none: it sent no table
  WallTime set_up_at;
  [[nodiscard]] std::string_view label(const std::string& name) const {
    const auto it = labels.find(name);
    return it == labels.end() ? std::string_view{} : std::string_view(it->second);
  }
};

/// One TCP connection of a Nacos client. Attached to its wire::Transport when its first call arrives; shared.
///
/// Threads: the members under "any thread" may be used anywhere; those under "loop only" belong to the loop.
/// The I/O thread decides alone when a connection becomes registered; the loop hears of it before any request
/// that follows, because one thread's posts keep their order.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(const std::shared_ptr<wire::Transport>& transport, SteadyTime now)
      : id_(std::to_string(transport->accepted_at.ms) + "_" + transport->remote_address + "_" +
            std::to_string(transport->remote_port)),
        remote_address_(transport->remote_address),
        remote_port_(transport->remote_port),
        local_port_(transport->local_port),
        certificate_(transport->certificate),
        transport_(transport),
        last_active_(now.ns) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Any thread.
  /// "<accepted at, ms>_<remote ip>_<remote port>": the same for the whole life of the connection.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& remote_address() const { return remote_address_; }
  [[nodiscard]] std::uint16_t remote_port() const { return remote_port_; }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }
  /// What the client has shown of itself in TLS; null when it did not.
  [[nodiscard]] const wire::PeerCertificate* certificate() const { return certificate_.get(); }
  /// True between its set-up and its end: requests of others are refused with 301.
  [[nodiscard]] bool registered() const { return registered_.load(std::memory_order_acquire); }
  void set_registered(bool registered) { registered_.store(registered, std::memory_order_release); }
  /// When a request or an acknowledgement came last.
  [[nodiscard]] SteadyTime last_active() const { return {last_active_.load(std::memory_order_relaxed)}; }
  void touch(SteadyTime now) { last_active_.store(now.ns, std::memory_order_relaxed); }
  /// Ends the TCP connection, its streams with status OK.
  void close() {
    if (const auto transport = transport_.lock()) transport->close();
  }

  // I/O thread only.
  const wire::Duplex* set_up_on = nullptr;  ///< the stream that set it up last; never looked into

  // Loop only.
  /// Names the connection within this process; 0 before it is registered. Grows with the order of set-ups.
  std::uint64_t serial = 0;
  ClientInfo client;
  std::optional<std::size_t> counted_as;  ///< belongs to Connections
  std::shared_ptr<wire::Duplex> stream;   ///< null when there is none (any more): pushes go nowhere
  std::unordered_map<std::uint64_t, UnackedPush> unacked;  ///< by request id; belongs to Pushes
  bool probed = false;                                     ///< a liveness probe is under way
  std::optional<SteadyTime> behind_since;                  ///< how long it has not read what was sent

 private:
  const std::string id_, remote_address_;
  const std::uint16_t remote_port_, local_port_;
  const std::shared_ptr<const wire::PeerCertificate> certificate_;
  const std::weak_ptr<wire::Transport> transport_;  // weak: the transport owns the connection
  std::atomic<bool> registered_ = false;
  std::atomic<std::int64_t> last_active_;
};
using ConnectionPtr = std::shared_ptr<Connection>;

}  // namespace batata::nacos
