#include "raft/core.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "raft/raft_shim.h"

namespace batata::raft {
namespace {

template <class... F>
struct Overload : F... {
  using F::operator()...;
};

std::uint64_t to_ms(SteadyTime t) {
  return static_cast<std::uint64_t>(t.ns / 1'000'000);
}

rs_entry to_c(const Entry& entry) {
  const bool has_data = entry.data != nullptr;
  return {entry.term.value, static_cast<int>(entry.type), has_data ? entry.data->data() : nullptr,
          has_data ? entry.data->size() : 0};
}

rs_snapshot to_c(const SnapshotMeta& meta) {
  return {meta.index.value, meta.term.value, meta.configuration_index.value, meta.configuration.data(),
          meta.configuration.size()};
}

rs_message to_c(const Message& message) {
  rs_message out{};
  out.peer = message.peer.value;
  std::visit(Overload{
                 [](const AppendEntries&) {},  // receive_entries fills these
                 [&](const AppendEntriesResult& m) {
                   out.type = RS_APPEND_ENTRIES_RESULT;
                   out.u.append_entries_result = {m.term.value, m.rejected.value, m.last_index.value,
                                                  m.version,    m.features,       m.capacity};
                 },
                 [&](const RequestVote& m) {
                   out.type = RS_REQUEST_VOTE;
                   out.u.request_vote = {m.term.value,      m.candidate.value, m.last_index.value,
                                         m.last_term.value, m.disrupt_leader,  m.pre_vote};
                 },
                 [&](const RequestVoteResult& m) {
                   out.type = RS_REQUEST_VOTE_RESULT;
                   out.u.request_vote_result = {m.term.value, m.granted,  m.pre_vote,
                                                m.version,    m.features, m.capacity};
                 },
                 [&](const TimeoutNow& m) {
                   out.type = RS_TIMEOUT_NOW;
                   out.u.timeout_now = {m.term.value, m.last_index.value, m.last_term.value};
                 },
             },
             message.body);
  return out;
}

Message from_c(const rs_message& in) {
  Message out{NodeId{in.peer}, {}};
  switch (in.type) {
    case RS_APPEND_ENTRIES: {
      const auto& m = in.u.append_entries;
      out.body = AppendEntries{Term{m.term},          LogIndex{m.prev_log_index},
                               Term{m.prev_log_term}, LogIndex{m.leader_commit},
                               m.n_entries,           {}};
      break;
    }
    case RS_APPEND_ENTRIES_RESULT: {
      const auto& m = in.u.append_entries_result;
      out.body = AppendEntriesResult{Term{m.term}, LogIndex{m.rejected}, LogIndex{m.last_log_index},
                                     m.version,    m.features,           m.capacity};
      break;
    }
    case RS_REQUEST_VOTE: {
      const auto& m = in.u.request_vote;
      out.body = RequestVote{Term{m.term},          NodeId{m.candidate_id}, LogIndex{m.last_log_index},
                             Term{m.last_log_term}, m.disrupt_leader,       m.pre_vote};
      break;
    }
    case RS_REQUEST_VOTE_RESULT: {
      const auto& m = in.u.request_vote_result;
      out.body =
          RequestVoteResult{Term{m.term}, m.vote_granted, m.pre_vote, m.version, m.features, m.capacity};
      break;
    }
    default: {
      BATATA_ASSERT(in.type == RS_TIMEOUT_NOW);
      const auto& m = in.u.timeout_now;
      out.body = TimeoutNow{Term{m.term}, LogIndex{m.last_log_index}, Term{m.last_log_term}};
    }
  }
  return out;
}

Status check_start(const StartState& state) {
  if (linked_version() < RS_VERSION_NEEDED)
    return fail(Errc::kUnsupported, "libraft " + std::to_string(linked_version()) +
                                        " is linked; it loses committed " + "entries. 0.22.1 is needed");
  LogIndex expected{1};
  if (state.snapshot) {
    auto configuration = decode_configuration(state.snapshot->configuration);
    if (!configuration) return fail(std::move(configuration.error()), "snapshot");
    if (!state.entries.empty()) expected = state.entries.front().index;
    if (expected.value > state.snapshot->index.value + 1)
      return fail(Errc::kDamaged, "entries are missing between the state (entry " +
                                      std::to_string(state.snapshot->index.value) + ") and the log (entry " +
                                      std::to_string(expected.value) + ")");
    if (!state.entries.empty() && state.entries.back().index < state.snapshot->index)
      return fail(Errc::kDamaged, "the log ends before the state");
  }
  if (!state.snapshot && !state.entries.empty() && state.entries.front().type != EntryType::kChange)
    return fail(Errc::kDamaged, "the log does not begin with the founding entry");
  for (const Entry& entry : state.entries) {
    if (entry.index != expected)
      return fail(Errc::kDamaged, "entry " + std::to_string(expected.value) + " is missing from the log");
    if (entry.term > state.hard_state.term)
      return fail(Errc::kDamaged, "entry " + std::to_string(expected.value) + " is of a term yet to come");
    ++expected.value;
    if (entry.type != EntryType::kChange) continue;
    auto configuration = decode_configuration(entry.data != nullptr ? *entry.data : std::string_view());
    if (!configuration)
      return fail(std::move(configuration.error()), "entry " + std::to_string(entry.index.value));
  }
  return {};
}

}  // namespace

// One call's update, and where the payloads of its entries come from: the core hands entries back in the
// order in which they were given, so payloads are found by position and never copied.
struct Core::Call {
  rs_update update{};
  std::span<const std::shared_ptr<const std::string>> payloads{};
};

void Core::Free::operator()(rs_core* core) const {
  rs_free(core);
}

int linked_version() {
  return rs_version();
}

Core::Core(CoreOptions options)
    : options_(std::move(options)),
      core_(rs_new(options_.id.value, options_.address.c_str(), options_.seed,
                   static_cast<unsigned>(options_.election_timeout.count()),
                   static_cast<unsigned>(options_.heartbeat.count()))) {}
Core::~Core() = default;

Status Core::start(SteadyTime now, const StartState& state) {
  if (auto good = check_start(state); !good) return good;
  std::vector<rs_entry> entries;
  entries.reserve(state.entries.size());
  for (const Entry& entry : state.entries) entries.push_back(to_c(entry));
  rs_snapshot snapshot{};
  if (state.snapshot) snapshot = to_c(*state.snapshot);
  const std::uint64_t first = !state.entries.empty() ? state.entries.front().index.value
                              : state.snapshot       ? state.snapshot->index.value + 1
                                                     : 1;
  Call call;
  const int error = rs_start(core_.get(), to_ms(now), state.hard_state.term.value,
                             state.hard_state.vote.value, state.snapshot ? &snapshot : nullptr, first,
                             entries.data(), static_cast<unsigned>(entries.size()), &call.update);
  if (error != 0) return fail(Errc::kInternal, std::string("consensus core: ") + rs_error_text(error));
  take(call);
  return {};
}

void Core::tick(SteadyTime now) {
  Call call;
  BATATA_ASSERT(rs_timeout(core_.get(), to_ms(now), &call.update) == 0);
  take(call);
}

Status Core::step(SteadyTime now, const Message& message) {
  const auto* append = std::get_if<AppendEntries>(&message.body);
  if (append == nullptr) {
    receive(now, message);
    return {};
  }
  LogIndex expected{append->previous_index.value + 1};
  for (const Entry& entry : append->entries) {
    const bool good = entry.index == expected && entry.data != nullptr &&
                      (entry.type != EntryType::kChange || decode_configuration(*entry.data).has_value());
    if (!good) return fail(Errc::kInvalidArgument, "a peer sent entries that are no log");
    ++expected.value;
  }
  // libraft takes a membership entry for the first new one of its message, wherever it stands. So each begins
  // a message of its own. Source: the loop over entries in replicationAppend, src/replication.c.
  AppendEntries part{append->term, append->previous_index, append->previous_term, append->commit, 0, {}};
  for (const Entry& entry : append->entries) {
    if (entry.type == EntryType::kChange && !part.entries.empty()) {
      const Entry last = part.entries.back();
      if (!receive_entries(now, message.peer, part)) return {};
      part = AppendEntries{append->term, last.index, last.term, append->commit, 0, {}};
    }
    part.entries.push_back(entry);
  }
  (void)receive_entries(now, message.peer, part);
  return {};
}

void Core::receive(SteadyTime now, const Message& message) {
  const rs_message in = to_c(message);
  Call call;
  // A refusal (an unknown sender, say) leaves the core as it was: the message is dropped, as a network might.
  if (rs_receive(core_.get(), to_ms(now), &in, &call.update) == 0) take(call);
}

bool Core::receive_entries(SteadyTime now, NodeId peer, const AppendEntries& message) {
  std::vector<rs_entry> entries;
  std::vector<std::shared_ptr<const std::string>> payloads;
  for (const Entry& entry : message.entries) {
    entries.push_back(to_c(entry));
    payloads.push_back(entry.data);
  }
  rs_message in{};
  in.type = RS_APPEND_ENTRIES;
  in.peer = peer.value;
  in.u.append_entries = {
      message.term.value,   message.previous_index.value,          message.previous_term.value,
      message.commit.value, static_cast<unsigned>(entries.size()), entries.data()};
  Call call;
  if (rs_receive(core_.get(), to_ms(now), &in, &call.update) != 0) return false;
  // New entries are the last ones of the message: those in front were in the log already.
  call.payloads = std::span(payloads).subspan(payloads.size() - call.update.n_entries);
  take(call);
  return true;
}

// libraft checks nothing of this but that no other change is under way, and that too late when it is the
// second of a batch.
Status Core::check_change(std::span<const std::shared_ptr<const std::string>> payloads) const {
  if (payloads.size() > 1) return fail(Errc::kInvalidArgument, "one change of membership at a time");
  auto to = decode_configuration(*payloads.front());
  if (!to) return fail(Errc::kInvalidArgument, std::move(to.error().message));
  if (!is_one_step(configuration(), *to))
    return fail(Errc::kInvalidArgument, "a change of membership adds, removes or changes one server");
  const auto keeps_vote = [this](const Server& s) { return s.id == options_.id && s.role == Role::kVoter; };
  if (std::ranges::none_of(to->servers, keeps_vote))
    return fail(Errc::kInvalidArgument,
                "a leader does not take its own vote away: another has to lead first");
  if (rs_term_of(core_.get(), rs_commit_index(core_.get())) != rs_term(core_.get()))
    return fail(Errc::kUnavailable, "nothing of this leader's term is committed yet");
  return {};
}

Result<LogIndex> Core::propose(SteadyTime now, EntryType type,
                               std::span<const std::shared_ptr<const std::string>> payloads) {
  BATATA_ASSERT(!payloads.empty());
  if (type == EntryType::kChange)
    if (auto good = check_change(payloads); !good) return tl::unexpected(std::move(good.error()));
  std::vector<rs_entry> entries;
  entries.reserve(payloads.size());
  for (const auto& data : payloads)
    entries.push_back({rs_term(core_.get()), static_cast<int>(type), data->data(), data->size()});
  Call call;
  call.payloads = payloads;
  const int error =
      rs_submit(core_.get(), to_ms(now), entries.data(), static_cast<unsigned>(entries.size()), &call.update);
  if (error != 0) return fail(Errc::kUnavailable, std::string("not taken: ") + rs_error_text(error));
  take(call);
  return LogIndex{call.update.entries_index};
}

void Core::persisted(SteadyTime now, LogIndex index, Term term) {
  Call call;
  BATATA_ASSERT(rs_persisted(core_.get(), to_ms(now), index.value, term.value, &call.update) == 0);
  take(call);
}

Status Core::committed_change(SteadyTime now, LogIndex index, std::string_view data) {
  if (auto configuration = decode_configuration(data); !configuration)
    return tl::unexpected(std::move(configuration.error()));
  Call call;
  BATATA_ASSERT(
      rs_committed_change(core_.get(), to_ms(now), index.value, data.data(), data.size(), &call.update) == 0);
  take(call);
  return {};
}

Status Core::compacted(SteadyTime now, const SnapshotMeta& meta, LogIndex first_kept) {
  if (auto configuration = decode_configuration(meta.configuration); !configuration)
    return tl::unexpected(std::move(configuration.error()));
  if (first_kept.value > meta.index.value + 1)
    return fail(Errc::kInvalidArgument, "the log may not begin behind the state");
  const rs_snapshot snapshot = to_c(meta);
  Call call;
  BATATA_ASSERT(rs_compacted(core_.get(), to_ms(now), &snapshot, first_kept.value, &call.update) == 0);
  take(call);
  return {};
}

void Core::take(const Call& call) {
  const rs_update& update = call.update;
  if ((update.flags & (RS_CURRENT_TERM | RS_VOTED_FOR)) != 0)
    ready_.hard_state = HardState{Term{rs_term(core_.get())}, NodeId{rs_voted_for(core_.get())}};
  for (unsigned i = 0; i < update.n_entries; ++i) {
    const rs_entry& entry = update.entries[i];
    // Without a payload of ours it is the barrier that a new leader appends on its own.
    auto data = call.payloads.empty()
                    ? std::make_shared<const std::string>(static_cast<const char*>(entry.data), entry.len)
                    : call.payloads[i];
    // A follower that loses its vote by the change may not stand for election, and would refuse a leader that
    // has lost the change in a crash: of two voters, neither would lead ever again.
    if (entry.type == RS_CHANGE && state() == State::kLeader) ready_.append_before_send = true;
    ready_.append.push_back(Entry{LogIndex{update.entries_index + i}, Term{entry.term},
                                  static_cast<EntryType>(entry.type), std::move(data)});
  }
  for (unsigned i = 0; i < update.n_messages; ++i) ready_.send.push_back(from_c(update.messages[i]));
  if ((update.flags & RS_STATE) != 0) ready_.state_changed = true;
  if ((update.flags & RS_COMMIT_INDEX) != 0) ready_.commit = LogIndex{rs_commit_index(core_.get())};
}

Ready Core::take_ready() {
  return std::exchange(ready_, {});
}

State Core::state() const {
  return static_cast<State>(rs_state(core_.get()));
}
Term Core::term() const {
  return Term{rs_term(core_.get())};
}
NodeId Core::leader() const {
  return NodeId{rs_leader(core_.get())};
}
LogIndex Core::commit_index() const {
  return LogIndex{rs_commit_index(core_.get())};
}
LogIndex Core::last_index() const {
  return LogIndex{rs_last_index(core_.get())};
}
Configuration Core::configuration() const {
  Configuration configuration;
  for (unsigned i = 0; i < rs_server_count(core_.get()); ++i)
    configuration.servers.push_back({NodeId{rs_server_id(core_.get(), i)}, rs_server_address(core_.get(), i),
                                     static_cast<Role>(rs_server_role(core_.get(), i))});
  return configuration;
}
SteadyTime Core::next_tick() const {
  return SteadyTime{static_cast<std::int64_t>(rs_next_timeout(core_.get())) * 1'000'000};
}

}  // namespace batata::raft
