#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace batata::raft {

enum class Role : std::uint8_t {
  kStandby = 0,  ///< gets the log, has no vote
  kVoter = 1,
  kSpare = 2,  ///< known, gets nothing
};

struct Server {
  NodeId id;
  std::string address;
  Role role = Role::kVoter;
  bool operator==(const Server&) const = default;
};

/// The members of a cluster. Value type.
struct Configuration {
  std::vector<Server> servers;
  bool operator==(const Configuration&) const = default;
  /// True when `id` votes and nobody else does.
  [[nodiscard]] bool is_lone_voter(NodeId id) const;
};

/// Whether `to` is `from` with one server added, removed or in another role, all others in the order they
/// had, and still has a voter. Majorities of both then have a member in common, and libraft, which knows a
/// follower's progress by its place, takes nobody for another.
/// Source: section 4.1 of "Consensus: Bridging Theory and Practice".
[[nodiscard]] bool is_one_step(const Configuration& from, const Configuration& to);

/// The payload of a log entry of type kChange.
/// Source: libraft's src/configuration.c: u8 1 | u64 n | n × (u64 id | address, NUL | u8 role), padded to 8
/// bytes.
[[nodiscard]] std::string encode(const Configuration& configuration);
/// Errors: kDamaged for bytes that are no configuration. libraft's own decoder only asserts its bounds, so
/// nothing reaches it that has not passed here.
[[nodiscard]] Result<Configuration> decode_configuration(std::string_view bytes);

}  // namespace batata::raft
