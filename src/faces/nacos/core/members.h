#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/types.h"
#include "faces/nacos/common/identity.h"

namespace batata::nacos {

/// What this node knows of the group that replicates its state.
struct RaftView {
  bool leading = false;
  std::uint64_t term = 0;
};

/// The members of the cluster as upstream shows them: this node, as long as there is no other. Loop only, but
/// for `address` and `state`, which any thread may ask.
class Members {
 public:
  /// `ready` may be empty: always; `raft` too: nothing is known of it.
  Members(Identity identity, WallTime since, std::function<bool()> ready, std::function<RaftView()> raft);

  /// "10.0.0.1:8848".
  [[nodiscard]] const std::string& address() const { return address_; }
  /// "UP", or "STARTING" while this node cannot serve.
  [[nodiscard]] std::string_view state() const { return ready_ == nullptr || ready_() ? "UP" : "STARTING"; }
  /// Writes this node, members in upstream's order.
  /// The consensus of a single node listens nowhere, so that it is named by the main port.
  /// Source: upstream's Member and MemberUtil; recorded in v3-admin-core.
  void write_self(json::Writer& out) const;

 private:
  void write_raft(json::Writer& out) const;

  const Identity identity_;
  const std::string address_;
  const WallTime since_;
  const std::function<bool()> ready_;
  const std::function<RaftView()> raft_;
};

/// True for the states that upstream knows, in any case of letters.
[[nodiscard]] bool is_member_state(std::string_view state);

}  // namespace batata::nacos
