#include "sim/core_member.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace batata::sim {
namespace {

raft::Configuration newest_configuration(const std::vector<raft::Entry>& log) {
  const auto last = std::find_if(log.rbegin(), log.rend(),
                                 [](const raft::Entry& e) { return e.type == raft::EntryType::kChange; });
  if (last == log.rend()) return {};
  auto configuration = raft::decode_configuration(*last->data);
  BATATA_ASSERT(configuration);
  return *std::move(configuration);
}

bool is_empty(const raft::Ready& ready) {
  return !ready.hard_state && ready.append.empty() && ready.send.empty() && !ready.state_changed &&
         !ready.commit;
}

}  // namespace

CoreMember::CoreMember(CoreWorld& world, NodeId id) : world_(world), id_(id), disk_(world.runtime) {
  disk_.on_persisted([this](LogIndex index, Term term) {
    input([this, index, term] { core_->persisted(now(), index, term); });
    if (!after_append_ || index < awaited_) return;
    after_save_ = std::exchange(after_append_, {});
    if (!is_paused_) finish_save();
  });
  world_.links.attach(id_, [this](const raft::Message& message) {
    if (core_ == nullptr) return;
    input([this, message] {
      if (auto taken = core_->step(now(), message); !taken)
        world_.checks.wrong(fmt::format("member {} refuses a message of {}: {}", id_.value,
                                        message.peer.value, taken.error().message));
    });
  });
}

void CoreMember::start() {
  BATATA_ASSERT(core_ == nullptr);
  ++life_;
  is_paused_ = false;
  raft::HardState hard_state = disk_.hard_state();
  if (newest_configuration(disk_.log()).is_lone_voter(id_)) {
    hard_state = {Term{hard_state.term.value + 1}, id_};
    disk_.put(hard_state);
  }
  world_.checks.saved(id_, hard_state);
  log_ = disk_.log();
  learn_configuration();
  core_ = std::make_unique<raft::Core>(raft::CoreOptions{id_, fmt::format("member-{}", id_.value),
                                                         static_cast<std::uint32_t>(world_.runtime.random()),
                                                         world_.election_timeout, world_.heartbeat});
  if (auto started = core_->start(now(), {hard_state, std::nullopt, log_}); !started)
    return world_.checks.wrong(
        fmt::format("member {} does not start: {}", id_.value, started.error().message));
  world_.checks.acts_by(view(), core_->configuration());
  is_draining_ = true;
  pump();
  is_draining_ = false;
  arm();
}

void CoreMember::crash() {
  if (core_ == nullptr) return;
  core_.reset();
  disk_.crash();
  inbox_.clear();
  after_save_ = after_append_ = {};
  is_saving_ = false;
  is_tick_queued_ = false;
  if (timer_ != 0) world_.runtime.cancel(std::exchange(timer_, 0));
  commit_ = applied_index_ = {};
  applied_.clear();
}

void CoreMember::resume() {
  is_paused_ = false;
  if (after_save_) return finish_save();
  drain();
}

void CoreMember::set_clock_rate(std::int64_t per_mille) {
  clock_.set_rate(world_.runtime.now(), per_mille);
  arm();
}

void CoreMember::leap_clock(Duration ahead) {
  clock_.leap(world_.runtime.now(), ahead);
  arm();
}

std::string CoreMember::describe() const {
  std::string members;
  for (const raft::Server& server : configuration_.servers)
    members += fmt::format(" {}{}", server.id.value, server.role == raft::Role::kVoter ? "" : "(standby)");
  const char* state = leads() ? "leads" : is_candidate() ? "candidate" : is_up() ? "follows" : "is down";
  return fmt::format("{} {} in term {}, commit {} of {} entries, {} on disk, last of term {}, members{}",
                     id_.value, state, term().value, commit_.value, log_.size(), disk_.log().size(),
                     log_.empty() ? 0 : log_.back().term.value, members);
}

MemberView CoreMember::view() const {
  return {id_, life_, term(), leads(), commit_, log_, configuration_};
}

void CoreMember::input(Input input) {
  inbox_.push_back(std::move(input));
  drain();
}

void CoreMember::drain() {
  if (std::exchange(is_draining_, true)) return;
  while (!inbox_.empty() && !is_busy()) {
    const Input next = std::move(inbox_.front());
    inbox_.pop_front();
    next();
    pump();
  }
  is_draining_ = false;
  arm();
}

void CoreMember::arm() {
  if (timer_ != 0) world_.runtime.cancel(std::exchange(timer_, 0));
  if (core_ == nullptr || is_tick_queued_) return;
  const SteadyTime when = clock_.when(core_->next_tick(), world_.runtime.now());
  timer_ = world_.runtime.at(when, [this] {
    timer_ = 0;
    is_tick_queued_ = true;
    input([this] {
      is_tick_queued_ = false;
      core_->tick(now());
    });
  });
}

void CoreMember::pump() {
  while (core_ != nullptr && !is_saving_) {
    raft::Ready ready = core_->take_ready();
    if (is_empty(ready)) break;
    carry_out(std::move(ready));
  }
  if (core_ != nullptr && !is_saving_) world_.checks.after_step(view());
}

void CoreMember::carry_out(raft::Ready ready) {
  if (!ready.hard_state) return carry_out_saved(std::move(ready));
  const raft::HardState hard_state = *ready.hard_state;
  is_saving_ = true;
  disk_.save(hard_state, [this, hard_state, waiting = std::make_shared<raft::Ready>(std::move(ready))] {
    world_.checks.saved(id_, hard_state);
    after_save_ = [this, waiting] { carry_out_saved(std::move(*waiting)); };
    if (!is_paused_) finish_save();
  });
}

// Goes on where `carry_out` stopped, before anything that came meanwhile.
void CoreMember::finish_save() {
  is_saving_ = false;
  is_draining_ = true;
  std::exchange(after_save_, {})();
  pump();
  is_draining_ = false;
  drain();
}

void CoreMember::carry_out_saved(raft::Ready ready) {
  const std::uint64_t life = life_;
  if (!ready.append.empty()) append(ready.append);
  if (core_ == nullptr || life != life_) return;  // the disk's step was the last of this life
  if (!ready.append_before_send) return carry_out_appended(std::move(ready));
  is_saving_ = true;
  awaited_ = ready.append.back().index;
  after_append_ = [this, waiting = std::make_shared<raft::Ready>(std::move(ready))] {
    carry_out_appended(std::move(*waiting));
  };
}

void CoreMember::carry_out_appended(raft::Ready ready) {
  for (raft::Message& message : ready.send) send(std::move(message));
  if (ready.commit) commit_ = std::max(commit_, *ready.commit);
  apply();
}

void CoreMember::append(const std::vector<raft::Entry>& entries) {
  for (const raft::Entry& entry : entries) {
    const bool replaces = entry.index.value <= log_.size();
    if (replaces) log_.resize(entry.index.value - 1);
    world_.checks.appending(view(), entry, replaces);
    log_.push_back(entry);
    if (replaces || entry.type == raft::EntryType::kChange) learn_configuration();
  }
  world_.checks.acts_by(view(), core_->configuration());
  disk_.append(entries);
}

void CoreMember::send(raft::Message message) {
  if (auto* append = std::get_if<raft::AppendEntries>(&message.body)) {
    const auto first = log_.begin() + static_cast<std::ptrdiff_t>(append->previous_index.value);
    append->entries.assign(first, first + append->count);
  }
  if (const auto* ask = std::get_if<raft::RequestVote>(&message.body); ask != nullptr && !ask->pre_vote)
    world_.checks.voted(id_, ask->term, id_);
  if (const auto* vote = std::get_if<raft::RequestVoteResult>(&message.body);
      vote != nullptr && vote->granted && !vote->pre_vote)
    world_.checks.voted(id_, vote->term, message.peer);
  world_.links.send(id_, std::move(message));
}

void CoreMember::apply() {
  while (applied_index_ < commit_ && applied_index_.value < log_.size()) {
    const raft::Entry entry = log_[applied_index_.value];
    ++applied_index_.value;
    // What is committed is checked first, so that what is applied is known to be.
    if (entry.index > world_.checks.committed()) world_.checks.after_step(view());
    world_.checks.applied(id_, entry);
    world_.ledger.applied(id_, life_, entry);
    if (entry.type == raft::EntryType::kCommand) applied_.push_back(CoreLedger::id_of(*entry.data));
    if (entry.type != raft::EntryType::kChange) continue;
    if (auto told = core_->committed_change(now(), entry.index, *entry.data); !told)
      world_.checks.wrong(fmt::format("member {}: {}", id_.value, told.error().message));
  }
}

void CoreMember::learn_configuration() {
  configuration_ = newest_configuration(log_);
}

Result<LogIndex> CoreMember::propose(raft::EntryType type,
                                     std::span<const std::shared_ptr<const std::string>> payloads) {
  auto first = is_busy() ? Result<LogIndex>(fail(Errc::kUnavailable, "does not listen"))
                         : core_->propose(now(), type, payloads);
  if (!first) {
    for (const auto& payload : payloads) world_.ledger.refused(*payload);
    return first;
  }
  for (std::size_t i = 0; i < payloads.size(); ++i)
    world_.ledger.accepted(id_, life_, LogIndex{first->value + i}, core_->term(), *payloads[i]);
  input([] {});  // carries out what the core asks for
  return first;
}

}  // namespace batata::sim
