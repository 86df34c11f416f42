#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "raft/core.h"
#include "sim/sim_runtime.h"

namespace batata::sim {

/// The network between members: for each ordered pair one connection, whose messages arrive in the order sent
/// or not at all. Directions are independent, so that a partition may be one-way. One thread; outlives the
/// members.
///
/// Source: the link rule of raft::Core.
class SimLinks {
 public:
  /// Gets a message as the core wants it: `peer` is the sender.
  using Receiver = std::function<void(const raft::Message&)>;
  enum class Cut : std::uint8_t {
    kNone,
    kDrop,   ///< what is sent is lost
    kStall,  ///< what is sent waits until the link is healed, as in a socket's buffer, or is lost by `renew`
  };

  explicit SimLinks(SimRuntime& runtime) : runtime_(runtime) {}

  /// Where messages to `id` go from now on. Ignore or queue them there while the member is down.
  void attach(NodeId id, Receiver receiver) { receivers_[id] = std::move(receiver); }
  /// Sends to `message.peer`. Takes a random time between the two delays, never overtakes.
  void send(NodeId from, raft::Message message);

  void set_delay(Duration shortest, Duration longest) { shortest_ = shortest, longest_ = longest; }
  /// Chance of each message to be lost, in thousandths.
  void set_loss(std::uint64_t per_mille) { loss_per_mille_ = per_mille; }

  /// Cuts one direction, for messages that are sent from now on; those under way arrive.
  void cut(NodeId from, NodeId to, Cut how) { links_[{from, to}].cut = how; }
  /// Cuts both directions.
  void cut_both(NodeId a, NodeId b, Cut how) { cut(a, b, how), cut(b, a, how); }
  void heal(NodeId from, NodeId to);
  void heal_all();
  /// A new connection in place of the old one, whose messages under way never arrive.
  void renew(NodeId from, NodeId to);

 private:
  struct Link {
    Cut cut = Cut::kNone;
    std::uint64_t connection = 0;
    SteadyTime last_arrival;
    std::deque<raft::Message> stalled;
  };
  void carry(NodeId from, NodeId to, Link& link, raft::Message message);
  void arrive(NodeId to, const raft::Message& message);

  SimRuntime& runtime_;
  Duration shortest_ = std::chrono::microseconds(100), longest_ = std::chrono::milliseconds(5);
  std::uint64_t loss_per_mille_ = 0;
  std::map<std::pair<NodeId, NodeId>, Link> links_;
  std::map<NodeId, Receiver> receivers_;
};

}  // namespace batata::sim
