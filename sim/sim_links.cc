#include "sim/sim_links.h"

#include <algorithm>

namespace batata::sim {

void SimLinks::send(NodeId from, raft::Message message) {
  const NodeId to = message.peer;
  message.peer = from;
  Link& link = links_[{from, to}];
  if (link.cut == Cut::kDrop) return;
  if (loss_per_mille_ > 0 && runtime_.random() % 1'000 < loss_per_mille_) return;
  if (link.cut == Cut::kStall) {
    link.stalled.push_back(std::move(message));
    return;
  }
  carry(from, to, link, std::move(message));
}

void SimLinks::carry(NodeId from, NodeId to, Link& link, raft::Message message) {
  const auto spread = static_cast<std::uint64_t>((longest_ - shortest_).count()) + 1;
  const Duration takes = shortest_ + Duration(static_cast<std::int64_t>(runtime_.random() % spread));
  link.last_arrival = std::max(link.last_arrival, runtime_.now() + takes);
  runtime_.at(link.last_arrival,
              [this, from, to, connection = link.connection, message = std::move(message)] {
                if (links_[{from, to}].connection == connection) arrive(to, message);
              });
}

void SimLinks::arrive(NodeId to, const raft::Message& message) {
  const auto receiver = receivers_.find(to);
  if (receiver == receivers_.end()) return;
  runtime_.note(message.peer.value * 64 + to.value * 8 + message.body.index());
  receiver->second(message);
}

void SimLinks::heal(NodeId from, NodeId to) {
  Link& link = links_[{from, to}];
  link.cut = Cut::kNone;
  for (auto& message : std::exchange(link.stalled, {})) carry(from, to, link, std::move(message));
}

void SimLinks::heal_all() {
  for (auto& [ends, link] : links_) heal(ends.first, ends.second);
}

void SimLinks::renew(NodeId from, NodeId to) {
  Link& link = links_[{from, to}];
  ++link.connection;
  link.stalled.clear();
  link.last_arrival = {};
}

}  // namespace batata::sim
