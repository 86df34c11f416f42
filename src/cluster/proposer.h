#pragma once
#include "async/task.h"
#include "base/result.h"
#include "cluster/context.h"
#include "store/command.h"
#include "store/store.h"

namespace batata::cluster {

/// All that the domain knows of replication. Loop only.
class Proposer {
 public:
  virtual ~Proposer() = default;

  /// Replicates `txn`. Completes when it is durable on a majority and this node's store has applied it.
  ///
  /// A result with `applied == false` says that a precondition did not hold: read again, plan again.
  /// Errors: kUnavailable (certainly not applied), kOutcomeUnknown, kResourceExhausted (a full queue),
  /// kInvalidArgument (too large), kDeadlineExceeded before anything was sent.
  virtual Task<Result<store::TxnResult>> propose(Context context, store::Txn txn) = 0;

  /// Completes when every write acknowledged before the call is visible in this node's store. Errors:
  /// kUnavailable.
  virtual Task<Result<Revision>> read_barrier(Context context) = 0;
};

}  // namespace batata::cluster
