#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "store/command.h"

namespace batata::domain {

/// A lock's name in full: each kind of lock has names of its own. `type` has no NUL in it.
struct LockId {
  std::string type, key;
  auto operator<=>(const LockId&) const = default;
};

/// The key under which a lock is remembered from when it is first acquired until it is released, or for
/// kLockRemembered after its end: "lock/" type NUL key. No two locks share one, as a type has no NUL.
[[nodiscard]] std::string lock_key(const LockId& id);
/// The key that is there exactly as long as somebody holds the lock; its lease ends when the lock does.
[[nodiscard]] std::string held_key(const LockId& id);
/// Every key of `lock_key`.
[[nodiscard]] store::KeyRange all_locks();
/// The lock that a key of `lock_key` names; nothing for other keys.
[[nodiscard]] std::optional<LockId> lock_id(std::string_view key);

}  // namespace batata::domain
