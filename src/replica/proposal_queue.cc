#include "replica/proposal_queue.h"

#include <utility>

namespace batata::replica {
namespace {

constexpr std::size_t kFixedBytes =
    40;  // of a command, a condition or an operation, at most, besides its strings

std::size_t size_of(const store::KeyRange& range) {
  return range.begin.size() + range.end.size();
}

struct OpSize {
  std::size_t operator()(const store::Put& op) const { return op.key.size() + op.value.size(); }
  std::size_t operator()(const store::PutCopy& op) const {
    return op.key.size() + op.head.size() + op.source.size();
  }
  std::size_t operator()(const store::Erase& op) const { return size_of(op.range); }
  std::size_t operator()(const store::Grant&) const { return 0; }
  std::size_t operator()(const store::Revoke&) const { return 0; }
  std::size_t operator()(const store::Compact&) const { return 0; }
  std::size_t operator()(const store::Advance&) const { return 0; }
};

std::size_t encoded_bound(const store::Txn& txn) {
  std::size_t bytes = kFixedBytes;
  for (const store::Unchanged& when : txn.when) bytes += kFixedBytes + size_of(when.range);
  for (const store::Op& op : txn.then) bytes += kFixedBytes + std::visit(OpSize{}, op);
  return bytes;
}

}  // namespace

Result<ProposalPtr> ProposalQueue::admit(std::uint64_t request_id, SteadyTime deadline, store::Txn txn) {
  const std::size_t bytes = encoded_bound(txn);
  if (bytes > options_.command_bytes_max)
    return fail(Errc::kInvalidArgument,  // trying it again would not help
                "a command may have at most " + std::to_string(options_.command_bytes_max) + " bytes");
  if (outstanding_ >= options_.queued_max || outstanding_bytes_ + bytes > options_.queued_bytes_max)
    return fail(Errc::kResourceExhausted, "too many writes are waiting for the disk");
  auto proposal = std::make_shared<Proposal>();
  proposal->command.request_id = request_id;
  proposal->command.txn = std::move(txn);
  proposal->bytes = bytes;
  proposal->deadline = deadline;
  enqueue(proposal);
  return proposal;
}

ProposalPtr ProposalQueue::admit_own(store::Txn txn) {
  auto proposal = std::make_shared<Proposal>();
  proposal->bytes = encoded_bound(txn);
  proposal->command.txn = std::move(txn);
  enqueue(proposal);
  return proposal;
}

void ProposalQueue::enqueue(ProposalPtr proposal) {
  ++outstanding_;
  outstanding_bytes_ += proposal->bytes;
  queued_.push_back(std::move(proposal));
}

std::vector<Draft> ProposalQueue::take(WallTime proposed_at) {
  std::vector<Draft> drafts;
  std::size_t total = 0;
  std::shared_ptr<std::string> payload;
  while (!queued_.empty()) {
    const ProposalPtr proposal = queued_.front();
    if (!proposal->wanted) {
      queued_.pop_front();
      finish(proposal, fail(Errc::kUnavailable, "taken back by its caller"));
      continue;
    }
    if (total > 0 && total + proposal->bytes > options_.write_bytes_max) break;
    if (payload == nullptr || payload->size() + proposal->bytes > options_.entry_bytes_max) {
      payload = std::make_shared<std::string>();
      drafts.push_back({payload, {}});
    }
    queued_.pop_front();
    proposal->command.proposed_at = proposed_at;
    store::encode(proposal->command, *payload);
    proposal->stage = Proposal::Stage::kSent;
    total += proposal->bytes;
    drafts.back().proposals.push_back(proposal);
  }
  return drafts;
}

void ProposalQueue::finish(const ProposalPtr& proposal, Result<store::TxnResult> result) {
  if (proposal->stage == Proposal::Stage::kDone) return;  // answered already, by its deadline
  proposal->stage = Proposal::Stage::kDone;
  proposal->result.emplace(std::move(result));
  --outstanding_;
  outstanding_bytes_ -= proposal->bytes;
  if (proposal->waiter) finished_.push_back(proposal);
}

void ProposalQueue::expire_queued(SteadyTime now) {
  std::erase_if(queued_, [&](const ProposalPtr& proposal) {
    if (proposal->deadline > now) return false;
    finish(proposal, fail(Errc::kDeadlineExceeded, "the write waited too long for the disk"));
    return true;
  });
}

void ProposalQueue::refuse_queued(const std::string& reason) {
  for (const ProposalPtr& proposal : std::exchange(queued_, {}))
    finish(proposal, fail(Errc::kUnavailable, reason));
}

void ProposalQueue::resume_finished() {
  const auto finished = std::exchange(finished_, {});
  for (const ProposalPtr& proposal : finished)
    if (proposal->waiter) std::exchange(proposal->waiter, {}).resume();
}

}  // namespace batata::replica
