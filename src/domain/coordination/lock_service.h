#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "async/runtime.h"
#include "async/task.h"
#include "base/result.h"
#include "cluster/context.h"
#include "cluster/proposer.h"
#include "domain/coordination/lock_id.h"
#include "domain/coordination/lock_plan.h"
#include "domain/coordination/lock_record.h"
#include "store/store.h"

namespace batata::domain {

/// Locks that one holder has until it releases them or their time is up: written through consensus. They are
/// not re-entrant, belong to no connection, and anybody may release them. Loop only.
class LockService {
 public:
  /// All outlive the service. `store` is the one that the proposer applies to.
  LockService(Runtime& runtime, const store::Store& store, cluster::Proposer& proposer)
      : runtime_(runtime), store_(store), proposer_(proposer) {}
  LockService(const LockService&) = delete;
  LockService& operator=(const LockService&) = delete;

  /// Acquires a lock for `ttl`; true when it is durably the caller's, false when somebody holds it.
  /// Errors: kInvalidArgument for a name that is no lock's; kResourceExhausted for one that is not known yet
  /// when kKnownMax are; kUnavailable also when others changed the lock so
  /// often that no plan held; those of Proposer::propose.
  Task<Result<bool>> acquire(cluster::Context context, LockId id, std::string holder,
                             std::chrono::milliseconds ttl);
  /// Releases a lock, whoever holds it. True when it was known: held, or run out not longer ago than
  /// kLockRemembered and not acquired since. Errors: as above.
  Task<Result<bool>> release(cluster::Context context, LockId id);
  /// What is stored of a lock that somebody holds; nothing when it is free.
  [[nodiscard]] std::optional<LockRecord> held(const LockId& id) const;

  static constexpr std::size_t kKeyBytesMax = 4096;  ///< of a lock's key; real ones are names
  /// Locks that are known at once: held, or run out and still remembered. They are counted anew after every
  /// kRecountAfter that this node has added, and while there is no room, so it may be a few more.
  static constexpr std::size_t kKnownMax = 100'000;
  static constexpr std::size_t kRecountAfter = 1000;
  static constexpr Duration kRecountPause = std::chrono::seconds(1);  ///< while there is no room

 private:
  [[nodiscard]] bool a_lease_is_due() const;
  /// Whether one more lock may be known. Counts when that is due.
  [[nodiscard]] bool has_room();

  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
  std::size_t known_ = 0, added_ = kRecountAfter;  // since they were counted, which nobody has done yet
  SteadyTime counted_at_;
};

}  // namespace batata::domain
