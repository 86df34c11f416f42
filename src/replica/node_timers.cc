#include <algorithm>

#include "replica/node_driver.h"

namespace batata::replica {

void Node::Driver::arm_tick() {
  tick_timer_ = runtime_.at(core_.next_tick(), [this] {
    tick_timer_ = 0;
    if (failed_) return;
    core_.tick(runtime_.now());
    carry_out(core_.take_ready());
    arm_tick();
  });
}

// The store learns the time from commands only. When a lease ends, an empty one is sent.
void Node::Driver::arm_lease_timer() {
  // Looked at once a second at least: the wall clock may jump, and a lease's end is a wall time.
  constexpr std::int64_t kLookMs = 1'000;
  const auto expiry = applier.store.next_expiry();
  if (!expiry || (lease_timer_ != 0 && *expiry >= lease_timer_for_)) return;
  if (lease_timer_ != 0) runtime_.cancel(lease_timer_);
  lease_timer_for_ = *expiry;
  const std::int64_t left_ms = std::clamp<std::int64_t>(expiry->ms - clock_.now().ms, 1, kLookMs);
  lease_timer_ = runtime_.at(runtime_.now() + std::chrono::milliseconds(left_ms), [this] {
    lease_timer_ = 0;
    lease_due();
  });
}

void Node::Driver::lease_due() {
  if (!leading()) return;
  const auto expiry = applier.store.next_expiry();
  if (!expiry) return;
  if (*expiry > clock_.now()) {
    arm_lease_timer();
    return;
  }
  // One at a time, however long the disk takes.
  if (expiry_ == nullptr || expiry_->stage == Proposal::Stage::kDone) {
    expiry_ = queue_.admit_own({});
    schedule_append();
  }
  // Not at once again, should the clock stand.
  constexpr auto kPause = std::chrono::milliseconds(10);
  lease_timer_for_ = {};
  lease_timer_ = runtime_.at(runtime_.now() + kPause, [this] {
    lease_timer_ = 0;
    arm_lease_timer();
  });
}

void Node::Driver::arm_compaction() {
  compactor_.note(applier.store, runtime_.now());
  compaction_timer_ = runtime_.at(runtime_.now() + compactor_.period(), [this] {
    compaction_timer_ = 0;
    if (failed_) return;
    compact_history();
    arm_compaction();
  });
}

void Node::Driver::compact_history() {
  if (!leading() || compacting_ > applier.store.oldest_known()) return;
  const auto upto = compactor_.due(applier.store, runtime_.now());
  if (!upto) return;
  compacting_ = *upto;
  queue_.admit_own({.when = {}, .then = {store::Compact{*upto}}});
  schedule_append();
}

// One timer for all: writes take milliseconds, so a deadline that passes is rare, and a timer for each costs
// more than looking at all of them now and then.
void Node::Driver::arm_deadlines() {
  if (deadline_timer_ != 0) return;
  deadline_timer_ = runtime_.at(runtime_.now() + options_.deadline_grain, [this] {
    deadline_timer_ = 0;
    expire_deadlines();
  });
}

void Node::Driver::expire_deadlines() {
  if (failed_ || queue_.outstanding() == 0) return;
  arm_deadlines();
  const SteadyTime now = runtime_.now();
  queue_.expire_queued(now);
  for (const InFlight& own : in_flight_)
    for (const ProposalPtr& proposal : own.proposals)
      if (proposal->deadline <= now)
        queue_.finish(proposal,
                      fail(Errc::kOutcomeUnknown, "the write is under way; its deadline has passed"));
  const auto alive = alive_;
  queue_.resume_finished();
  if (*alive) announce_drained();
}

}  // namespace batata::replica
