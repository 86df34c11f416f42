#include "replica/node_driver.h"

#include <cstdlib>
#include <utility>

#include "base/assert.h"
#include "base/log.h"

namespace batata::replica {
namespace {

constexpr std::size_t kRecordOverhead = 48;  // header and padding of a log record, about

void end_process(const Error& error) {
  constexpr int kExIoErr = 74;  // sysexits.h
  log::error("node stopped reason=\"{}\"", error.message);
  std::_Exit(kExIoErr);
}

}  // namespace

Node::Driver::Driver(Runtime& runtime, Disk& disk, Executor& log_executor, StateStorage& state,
                     Executor& state_executor, NodeOptions options)
    : applier(runtime),
      runtime_(runtime),
      disk_(disk),
      log_executor_(log_executor),
      state_(state),
      state_executor_(state_executor),
      options_(std::move(options)),
      hard_state_(disk),
      log_(disk, options_.segment_bytes, &runtime),
      core_(raft::CoreOptions{options_.id, options_.address, static_cast<std::uint32_t>(runtime.random())}),
      log_writer_(
          runtime, log_, disk, log_executor, state_executor,
          {.segment_bytes = options_.segment_bytes, .free_bytes_min = options_.free_bytes_min},
          {[this](Error error) { failed(std::move(error)); },
           [this](LogIndex index, Term term) { persisted(index, term); },
           [this](LogIndex first) { log_removed(first); }, [this](Duration took) { meters.synced(took); }}),
      state_writer_(state, state_executor, options_.state_batch_bytes,
                    {[this](Error error) { failed(std::move(error)); }, [this] { append_queued(); },
                     [this](Position position) { state_flushed(std::move(position)); }}),
      queue_(options_),
      free_space_(runtime, disk, log_executor, options_.free_bytes_min),
      compactor_(options_.history),
      clock_(runtime) {
  BATATA_ASSERT(options_.state_batch_bytes < options_.state_backlog_max);  // else appends would wait for ever
  if (!options_.fatal) options_.fatal = end_process;
}

Node::Driver::~Driver() {
  *alive_ = false;
  log_executor_.stop();
  state_executor_.stop();
  for (const Runtime::TimerId timer : {tick_timer_, lease_timer_, deadline_timer_, compaction_timer_})
    if (timer != 0) runtime_.cancel(timer);
}

bool Node::Driver::leading() const {
  return open_ && !stopping_ && !failed_ && core_.state() == raft::State::kLeader;
}

NodeStatus Node::Driver::status() const {
  return {leading(),          core_.term(),         position_.applied,       flushed_.applied,    log_first_,
          core_.last_index(), queue_.outstanding(), state_writer_.backlog(), free_space_.is_low()};
}

Result<ProposalPtr> Node::Driver::admit(const cluster::Context& context, store::Txn txn) {
  if (!leading())
    return fail(Errc::kUnavailable, stopping_ ? "this node is stopping" : "this node does not lead");
  if (context.deadline <= runtime_.now()) return fail(Errc::kDeadlineExceeded, "too late to begin a write");
  if (free_space_.is_low()) return fail(Errc::kUnavailable, free_space_.reason());
  auto proposal = queue_.admit(context.request_id, context.deadline, std::move(txn));
  if (!proposal) return proposal;
  schedule_append();
  if (context.deadline != SteadyTime::never()) arm_deadlines();
  return proposal;
}

// Commands of one turn of the loop share an entry; so do those that come while a sync is under way, because
// the end of the append comes back here.
void Node::Driver::schedule_append() {
  if (append_posted_ || log_writer_.busy()) return;
  append_posted_ = true;
  runtime_.post([this, alive = alive_] {
    if (!*alive) return;
    append_posted_ = false;
    append_queued();
  });
}

void Node::Driver::append_queued() {
  if (failed_ || log_writer_.busy() || !queue_.has_queued()) return;
  if (state_writer_.backlog() > options_.state_backlog_max) return;  // `written` comes back here
  if (core_.state() != raft::State::kLeader) {
    queue_.refuse_queued("this node does not lead");
    queue_.resume_finished();
    return;
  }
  auto drafts = queue_.take(clock_.now());
  if (drafts.empty()) {  // all had been taken back
    announce_drained();
    return;
  }
  std::vector<std::shared_ptr<const std::string>> payloads;
  payloads.reserve(drafts.size());
  std::size_t commands = 0;
  for (const Draft& draft : drafts) {
    payloads.push_back(draft.payload);
    commands += draft.proposals.size();
  }
  auto first = core_.propose(runtime_.now(), raft::EntryType::kCommand, payloads);
  if (!first) {
    for (const Draft& draft : drafts)
      for (const ProposalPtr& proposal : draft.proposals)
        queue_.finish(proposal, tl::unexpected(first.error()));
    queue_.resume_finished();
    return;
  }
  meters.grouped(commands);
  for (Draft& draft : drafts) {
    in_flight_.push_back({*first, core_.term(), std::move(draft.proposals)});
    ++first->value;
  }
  carry_out(core_.take_ready());
}

void Node::Driver::carry_out(raft::Ready ready) {
  if (ready.hard_state) {
    if (auto saved = hard_state_.save(*ready.hard_state); !saved) return failed(std::move(saved.error()));
  }
  if (!ready.append.empty()) {
    while (!unapplied_.empty() && unapplied_.back().index >= ready.append.front().index)
      unapplied_.pop_back();
    for (const raft::Entry& entry : ready.append) unapplied_.push_back(entry);
    log_writer_.append(std::move(ready.append));
  }
  BATATA_ASSERT(ready.send.empty());  // `open` has refused every membership with more than this voter
  if (ready.state_changed && core_.state() != raft::State::kLeader) lose_leadership();
  if (ready.commit) commit_ = *ready.commit;
}

void Node::Driver::persisted(LogIndex index, Term term) {
  if (failed_) return;
  core_.persisted(runtime_.now(), index, term);
  carry_out(core_.take_ready());
  const auto alive = alive_;
  append_queued();  // first: the disk works on the next entries while these are applied
  if (!*alive) return;
  if (apply_committed()) queue_.resume_finished();
  if (*alive) announce_drained();
}

bool Node::Driver::apply_committed() {
  bool any = false;
  while (!failed_ && !unapplied_.empty() && unapplied_.front().index <= commit_) {
    const raft::Entry entry = std::move(unapplied_.front());
    unapplied_.pop_front();
    apply_entry(entry);
    any = true;
  }
  if (!any || failed_) return any;
  state_writer_.add(applier.take_changes(), applier.store.meta_record(), position_);
  if (bytes_since_flush_ >= options_.flush_after_bytes) {
    bytes_since_flush_ = 0;
    state_writer_.flush();
  }
  arm_lease_timer();
  compact_history();
  return true;
}

void Node::Driver::apply_entry(const raft::Entry& entry) {
  advance(entry);
  if (!in_flight_.empty() && in_flight_.front().index == entry.index) {
    const InFlight own = std::move(in_flight_.front());
    in_flight_.pop_front();
    if (own.term == entry.term) return apply_own(own);
    for (const ProposalPtr& proposal : own.proposals)
      queue_.finish(proposal, fail(Errc::kUnavailable, "another leader's entry took its place"));
  }
  if (auto applied = apply_from_log(entry); !applied) failed(std::move(applied.error()));
}

// The commands that were encoded into the entry are still at hand: nothing needs to be decoded.
void Node::Driver::apply_own(const InFlight& own) {
  for (const ProposalPtr& proposal : own.proposals) {
    const store::TxnResult result = applier.apply(std::move(proposal->command));
    queue_.finish(proposal, result);
  }
}

void Node::Driver::advance(const raft::Entry& entry) {
  BATATA_ASSERT(entry.index.value == position_.applied.value + 1);
  position_.applied = entry.index;
  position_.term = entry.term;
  bytes_since_flush_ += entry.data->size() + kRecordOverhead;
}

Status Node::Driver::apply_from_log(const raft::Entry& entry) {
  const auto at = [&] { return "entry " + std::to_string(entry.index.value); };
  if (entry.type == raft::EntryType::kChange) {
    if (auto taken = core_.committed_change(runtime_.now(), entry.index, *entry.data); !taken)
      return fail(std::move(taken.error()), at());
    position_.configuration_index = entry.index;
    position_.configuration = *entry.data;
    carry_out(core_.take_ready());
  }
  if (entry.type != raft::EntryType::kCommand) return {};
  auto commands = store::decode_commands(*entry.data);
  if (!commands) return fail(std::move(commands.error()), at());
  for (store::Command& command : *commands) {
    if (open_) {
      applier.apply(std::move(command));
    } else {
      applier.replay(std::move(command));
    }
  }
  return {};
}

void Node::Driver::state_flushed(Position position) {
  if (failed_) return;
  flushed_ = std::move(position);
  if (flushed_.applied.value > options_.kept_entries)
    log_writer_.remove_upto(LogIndex{flushed_.applied.value - options_.kept_entries});
  // Of an earlier flush, which was under way when somebody asked for one that holds more, nobody is told.
  std::erase_if(flush_waiters_, [this](const FlushWaiter& waiter) {
    if (waiter.applied > flushed_.applied) return false;
    waiter.flushed.set(true);
    return true;
  });
}

void Node::Driver::log_removed(LogIndex first) {
  if (failed_ || first <= log_first_) return;
  log_first_ = first;
  const auto told = core_.compacted(runtime_.now(), flushed_.meta(), first);
  BATATA_ASSERT(told);
}

void Node::Driver::lose_leadership() {
  for (const InFlight& own : std::exchange(in_flight_, {}))
    for (const ProposalPtr& proposal : own.proposals)
      queue_.finish(proposal,
                    fail(Errc::kOutcomeUnknown, "leadership was lost while the write was under way"));
  queue_.refuse_queued("this node no longer leads");
  compacting_ = {};
  queue_.resume_finished();
}

void Node::Driver::failed(Error error) {
  if (std::exchange(failed_, true)) return;
  const auto alive = alive_;
  options_.fatal(error);
  if (!*alive) return;
  drained_.set(false);
  for (const FlushWaiter& waiter : std::exchange(flush_waiters_, {})) waiter.flushed.set(false);
}

void Node::Driver::announce_drained() {
  if (stopping_ && drained()) drained_.set(true);
}

// A proposal whose deadline has passed is answered, but its entry is still on the way: it counts until it is
// applied.
bool Node::Driver::drained() const {
  return queue_.outstanding() == 0 && unapplied_.empty();
}

Task<void> Node::Driver::stop() {
  stopping_ = true;
  if (!open_ || failed_) co_return;
  if (!drained()) {
    OneShot<bool> applied(runtime_);
    drained_ = applied.setter();
    co_await applied;
  }
  if (!failed_) co_await flushed();
}

Task<bool> Node::Driver::flushed() {
  OneShot<bool> done(runtime_);
  flush_waiters_.push_back({position_.applied, done.setter()});
  state_writer_.flush();
  co_return co_await done;
}

Task<Status> Node::Driver::read_state(UniqueFunction<void(std::unique_ptr<StateReader>)> use) {
  if (!leading()) co_return fail(Errc::kUnavailable, "this node does not lead");
  if (!co_await flushed()) co_return fail(Errc::kUnavailable, "this node has failed");
  co_await run_elsewhere<bool>(runtime_, state_executor_, [&state = state_, use = std::move(use)]() mutable {
    use(state.reader());
    return true;
  });
  co_return Status();
}

}  // namespace batata::replica
