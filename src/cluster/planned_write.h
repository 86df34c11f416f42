#pragma once
#include <optional>
#include <string>
#include <utility>

#include "async/task.h"
#include "base/result.h"
#include "cluster/context.h"
#include "cluster/proposer.h"
#include "store/command.h"

namespace batata::cluster {

/// What a plan gives: what is to be written, nothing when all is as it should be, or why it may not be.
using PlannedTxn = Result<std::optional<store::Txn>>;

/// Plans of one write that others' writes may spoil before its writer is told to come back.
constexpr int kPlansMax = 8;

/// Makes a plan from the latest state and proposes it, and another one when somebody else has changed
/// meanwhile what the first was made from (its `when` says what that is).
///
/// `plan() -> PlannedTxn` is called once or several times, on the loop, and must not wait. `what` names the
/// write in errors: "create namespace n". Gives true when something was written.
/// Errors: the plan's; the proposer's; kUnavailable when kPlansMax plans did not hold. Loop only.
template <class Plan>
Task<Result<bool>> write_planned(Proposer& proposer, Context context, std::string what, Plan plan) {
  for (int plans = 0; plans < kPlansMax; ++plans) {
    PlannedTxn txn = plan();
    if (!txn) co_return tl::unexpected(std::move(txn.error()));
    if (!*txn) co_return false;
    auto done = co_await proposer.propose(context, std::move(**txn));
    if (!done) co_return fail(std::move(done.error()), what);
    if (done->applied) co_return true;
  }
  co_return fail(Errc::kUnavailable, what + ": others write it too often");
}

}  // namespace batata::cluster
