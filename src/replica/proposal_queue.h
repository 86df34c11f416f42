#pragma once
#include <coroutine>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "replica/node_options.h"
#include "store/command.h"
#include "store/store.h"

namespace batata::replica {

/// A command on its way, shared by the coroutine that waits for it and the driver that carries it. Loop only.
struct Proposal {
  enum class Stage : std::uint8_t { kQueued, kSent, kDone };
  store::Command command;
  std::size_t bytes = 0;  ///< an upper bound of its encoding
  SteadyTime deadline = SteadyTime::never();
  Stage stage = Stage::kQueued;
  bool wanted = true;  ///< false: its caller was cancelled; it is dropped unless it has been sent
  std::optional<Result<store::TxnResult>> result;
  std::coroutine_handle<> waiter;
};
using ProposalPtr = std::shared_ptr<Proposal>;

/// `co_await`ed once by the coroutine that proposes. Destroying it takes the command back if it still waits.
class ProposalWait {
 public:
  explicit ProposalWait(ProposalPtr proposal) : proposal_(std::move(proposal)) {}
  ProposalWait(const ProposalWait&) = delete;
  ProposalWait& operator=(const ProposalWait&) = delete;
  ~ProposalWait() {
    proposal_->waiter = {};
    proposal_->wanted = false;
  }
  bool await_ready() const { return proposal_->result.has_value(); }
  void await_suspend(std::coroutine_handle<> waiter) { proposal_->waiter = waiter; }
  Result<store::TxnResult> await_resume() { return std::move(*proposal_->result); }

 private:
  ProposalPtr proposal_;
};

/// The commands of one log entry.
struct Draft {
  std::shared_ptr<const std::string> payload;
  std::vector<ProposalPtr> proposals;
};

/// Takes commands in, gives them out as few large entries, and wakes those who wait, all in one pass. Loop
/// only.
///
/// Bounds: NodeOptions::queued_max and queued_bytes_max, counted from `admit` until `finish`.
class ProposalQueue {
 public:
  explicit ProposalQueue(const NodeOptions& options) : options_(options) {}

  /// Errors: kInvalidArgument for a command beyond its bound, kResourceExhausted for a queue beyond its own.
  [[nodiscard]] Result<ProposalPtr> admit(std::uint64_t request_id, SteadyTime deadline, store::Txn txn);
  /// A command of the node's own: nobody waits for it, no bound refuses it. Its stage tells when it is done.
  ProposalPtr admit_own(store::Txn txn);

  /// Encodes what waits, up to the bounds of an entry and of a write, stamped with `proposed_at`.
  [[nodiscard]] std::vector<Draft> take(WallTime proposed_at);
  [[nodiscard]] bool has_queued() const { return !queued_.empty(); }

  /// Answers a proposal; its coroutine resumes in `resume_finished`.
  void finish(const ProposalPtr& proposal, Result<store::TxnResult> result);
  /// Drops those that wait and whose deadline has passed; they get kDeadlineExceeded.
  void expire_queued(SteadyTime now);
  /// Drops all that wait with kUnavailable.
  void refuse_queued(const std::string& reason);
  /// Resumes the coroutines of what has been finished. They may call anything, and may destroy this queue.
  void resume_finished();

  /// Admitted and not finished.
  [[nodiscard]] std::size_t outstanding() const { return outstanding_; }

 private:
  void enqueue(ProposalPtr proposal);

  const NodeOptions& options_;
  std::deque<ProposalPtr> queued_;
  std::vector<ProposalPtr> finished_;
  std::size_t outstanding_ = 0, outstanding_bytes_ = 0;
};

}  // namespace batata::replica
