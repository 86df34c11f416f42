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
  /// Errors: kInvalidArgument for a name that is no lock's; kUnavailable also when others changed the lock so
  /// often that no plan held; those of Proposer::propose.
  Task<Result<bool>> acquire(cluster::Context context, LockId id, std::string holder,
                             std::chrono::milliseconds ttl);
  /// Releases a lock, whoever holds it. True when it was known: held, or run out not longer ago than
  /// kLockRemembered and not acquired since. Errors: as above.
  Task<Result<bool>> release(cluster::Context context, LockId id);
  /// What is stored of a lock that somebody holds; nothing when it is free.
  [[nodiscard]] std::optional<LockRecord> held(const LockId& id) const;

  static constexpr int kPlansMax = 8;  ///< tries of a plan before the caller is told to come back
  static constexpr std::size_t kKeyBytesMax = 4096;  ///< of a lock's key; real ones are names

 private:
  [[nodiscard]] bool a_lease_is_due() const;

  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
};

}  // namespace batata::domain
