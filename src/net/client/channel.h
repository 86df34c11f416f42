#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/client/client_connection.h"
#include "net/client/resolver.h"
#include "net/egress/egress_policy.h"

namespace batata::net {

class Channel;

/// How jobs from elsewhere find their channel: null once it has gone. `channel`: on the I/O thread only.
struct ChannelRef {
  std::shared_ptr<LoopDoor> door;
  Channel* channel = nullptr;
};

/// The calls of one server and its connection: the client's thread only.
///
/// The first call makes the connection; when that fails, all that wait for it fail, and so do later calls
/// until a pause is over. The next call behind it tries again; nothing is tried without a call.
class Channel final : private ClientConnection::Owner, private CallHome, private WheelTimer {
 public:
  /// What all channels of a client share; outlives them.
  struct House {
    ClientThread& thread;
    Resolver& resolver;
    const EgressPolicy& policy;
    const ClientLimits& limits;
  };
  Channel(const House& house, GrpcTarget target, std::shared_ptr<ChannelRef> ref);
  /// Calls that are not over end as cancelled.
  ~Channel() override;

  [[nodiscard]] const ClientLimits& limits() const { return house_.limits; }
  /// Makes the call, which may end at once. `events` stay until it has.
  void start(std::shared_ptr<ClientCall> call);
  /// The call is over, wherever it was.
  void forget(ClientCall& call) { calls_.erase(&call); }

 private:
  // Owner
  void connection_changed(ClientConnection& connection) override;
  void connection_ended(ClientConnection& connection, const std::string& why) override;
  // CallHome, for calls that wait
  void resume(ClientCall&) override {}
  void consume(ClientCall&, std::size_t) override {}
  void leave(ClientCall& call, bool answered) override;

  void expired() override;
  void serve_waiting();
  void connect();
  void resolved(std::uint64_t attempt, Result<std::vector<SocketAddress>> addresses);
  void try_next(std::string why);
  [[nodiscard]] SteadyTime share_of_time() const;
  void attempt_failed(wire::GrpcCode code, const std::string& why);
  void retire();
  void note_use(ClientConnection& connection, const std::string& why);
  void fail_waiting(wire::GrpcCode code, const std::string& why);
  [[nodiscard]] SteadyTime now() const { return house_.thread.now(); }

  const House house_;
  const GrpcTarget target_;
  const std::shared_ptr<ChannelRef> ref_;
  std::unordered_map<ClientCall*, std::shared_ptr<ClientCall>> calls_;  // that are not over
  std::map<std::int32_t, std::shared_ptr<ClientCall>> waiting_;         // by the order of their start
  std::int32_t last_ticket_ = 0;
  std::shared_ptr<ClientConnection> connection_;             // that new calls go to, or being made
  std::vector<std::shared_ptr<ClientConnection>> retiring_;  // that finish what they have
  bool connecting_ = false;
  SteadyTime give_up_{};  // the end of this attempt
  std::uint64_t attempt_ = 0;
  std::vector<SocketAddress> addresses_;  // of this attempt, not tried yet; the next one last
  unsigned failures_ = 0;                 // in a row
  SteadyTime not_before_{INT64_MIN};      // the next attempt
  std::string last_failure_;
};

}  // namespace batata::net
