#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "raft/core.h"

namespace batata::sim {

/// What the clients of a simulated cluster sent, and what they were told. Each command has an id of its own
/// and is sent once, so that loss and doubling show. One thread.
class CoreLedger {
 public:
  /// Makes the payload of the next command.
  [[nodiscard]] std::shared_ptr<const std::string> next_command();
  /// The id of a command's payload. 0: no command of ours.
  [[nodiscard]] static std::uint64_t id_of(const std::string& payload);

  /// The member, in its life, took the command as entry (index, term).
  void accepted(NodeId member, std::uint64_t life, LogIndex index, Term term, const std::string& payload);
  /// The member did not take the command, which then must never be seen.
  void refused(const std::string& payload);
  /// The member applied `entry`. A command that it had taken itself, in this life and under this term, is
  /// acknowledged to its client by that.
  void applied(NodeId member, std::uint64_t life, const raft::Entry& entry);

  /// Compares what was told with what a member has applied from the beginning. Empty: every acknowledged
  /// command is there once, every other at most once, no refused one and none that nobody sent.
  [[nodiscard]] std::string check(std::span<const std::uint64_t> applied) const;
  [[nodiscard]] bool is_acknowledged(std::uint64_t id) const {
    return told_.at(id - 1) == Outcome::kAcknowledged;
  }
  [[nodiscard]] std::uint64_t sent() const { return told_.size(); }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  enum class Outcome : std::uint8_t { kUnknown, kAcknowledged, kRefused };
  using Place = std::pair<std::pair<NodeId, std::uint64_t>, LogIndex>;
  std::vector<Outcome> told_;  // by id - 1
  std::map<Place, Term> taken_;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace batata::sim
