#pragma once
#include <chrono>
#include <optional>

#include "base/types.h"
#include "domain/coordination/lock_id.h"
#include "domain/coordination/lock_record.h"
#include "store/store.h"

namespace batata::domain {

/// How long a lock that ran out is remembered for a release that comes too late.
constexpr std::chrono::milliseconds kLockRemembered = std::chrono::hours(1);

/// Names for leases that a plan may grant; never given before.
struct LockLeases {
  LeaseId held, known;
};

/// The transaction that acquires a lock which nobody holds in `view`; nothing when somebody does. Pure.
///
/// When it ends is a matter of the store's leases, that is of the commands' own clock, and of no local one. A
/// lock for no time at all is acquired and not held.
[[nodiscard]] std::optional<store::Txn> plan_acquire(const store::View& view, const LockId& id,
                                                     const LockRecord& lock, LockLeases leases);
/// The transaction that releases a lock, whoever holds it, also one that has run out and is still remembered;
/// nothing when it is not known. Pure.
[[nodiscard]] std::optional<store::Txn> plan_release(const store::View& view, const LockId& id);

}  // namespace batata::domain
