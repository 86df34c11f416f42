#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "replica/load_state.h"
#include "replica/node_driver.h"
#include "replica/segment.h"

namespace batata::replica {

Status Node::Driver::open() {
  BATATA_ASSERT(!open_);
  Recovered recovered;
  if (auto locked = disk_.lock(); !locked) return locked;
  // Before all else: the room that they take may be what is left on the disk.
  if (auto removed = remove_unnamed_segments(disk_); !removed) return removed;
  auto hard_state = hard_state_.load();
  if (!hard_state) return tl::unexpected(std::move(hard_state.error()));
  recovered.hard_state = *hard_state;
  auto position = load_state(state_, applier.store);
  if (!position) return tl::unexpected(std::move(position.error()));
  recovered.has_state = position->has_value();
  if (*position) position_ = flushed_ = std::move(**position);
  if (auto loaded = load_log(recovered); !loaded) return loaded;
  if (auto good = check_recovered(recovered); !good) return good;
  const bool is_new = recovered.entries.empty() && !recovered.has_state;
  if (!is_new)
    if (auto adopted = adopt_configuration(recovered); !adopted) return adopted;
  // Until here nothing was changed, so that what is refused is as it was.
  if (auto ready = log_.take_over(); !ready) return ready;
  log_first_ = log_.first();
  if (is_new)
    if (auto founded = found_cluster(recovered); !founded) return founded;
  if (auto started = start_core(std::move(recovered)); !started) return started;
  if (auto replayed = replay(); !replayed) return replayed;
  state_writer_.begin_at(position_);
  applier.publish_all();
  clock_.start_at(applier.store.time());
  open_ = true;
  arm_tick();
  arm_lease_timer();
  arm_compaction();
  free_space_.start();
  log::info("node open id={} term={} applied={} revision={} keys={}", options_.id.value, core_.term().value,
            position_.applied.value, applier.store.revision().value, applier.store.size());
  return {};
}

Status Node::Driver::load_log(Recovered& recovered) {
  auto& entries = recovered.entries;
  const LogIndex applied = position_.applied;
  auto loaded = log_.read([&](raft::Entry entry) {
    while (!entries.empty() && entries.back().index >= entry.index) entries.pop_back();  // replaced
    // Of what the state holds already only index and term matter.
    if (entry.index <= applied && entry.type == raft::EntryType::kCommand) entry.data = nullptr;
    entries.push_back(std::move(entry));
  });
  if (!loaded) return loaded;
  if (!entries.empty()) log_first_ = entries.front().index;
  return {};
}

// Parts of the directory that belong to different times, or are missing.
Status Node::Driver::check_recovered(const Recovered& recovered) const {
  const auto missing = [](const char* what) {
    return fail(Errc::kDamaged, std::string("damaged directory: ") + what);
  };
  const bool has_log = !recovered.entries.empty();
  if (!recovered.hard_state && (has_log || recovered.has_state)) return missing("hard_state is missing");
  if (has_log && !recovered.has_state && log_first_ != LogIndex{1})
    return missing("the log does not begin with entry 1, and there is no state before it");
  if (!has_log && recovered.has_state) return missing("there is a state, but the log is missing");
  // The founding term is 1, and a member starts in a higher one only after the founding entry is durable.
  if (!has_log && recovered.hard_state && recovered.hard_state->term > Term{1})
    return missing("the log is missing");
  if (has_log && recovered.entries.back().index < position_.applied)
    return missing("the log ends before the state does");
  if (has_log && log_first_.value > position_.applied.value + 1)
    return missing("entries are missing between the state and the log");
  if (recovered.has_state && position_.term > recovered.hard_state->term)
    return missing("hard_state is older than the state");
  if (has_log && recovered.entries.back().term > recovered.hard_state->term)
    return missing("hard_state is older than the log");
  const auto at = std::ranges::find(recovered.entries, position_.applied, &raft::Entry::index);
  if (at != recovered.entries.end() && at->term != position_.term)
    return missing("the log and the state are not of one history");
  return {};
}

Status Node::Driver::found_cluster(Recovered& recovered) {
  const raft::Configuration configuration{{{options_.id, options_.address, raft::Role::kVoter}}};
  raft::Entry entry{LogIndex{1}, Term{1}, raft::EntryType::kChange,
                    std::make_shared<const std::string>(encode(configuration))};
  recovered.hard_state = raft::HardState{Term{1}, NodeId{}};
  if (auto saved = hard_state_.save(*recovered.hard_state); !saved) return saved;
  if (auto appended = log_.append(std::span(&entry, 1), false); !appended) return appended;
  recovered.entries.push_back(std::move(entry));
  log_first_ = LogIndex{1};
  log::info("cluster founded path={} id={} address={}", disk_.path(), options_.id.value, options_.address);
  return {};
}

Status Node::Driver::adopt_configuration(const Recovered& recovered) {
  std::string_view encoded = position_.configuration;
  for (const raft::Entry& entry : recovered.entries)
    if (entry.type == raft::EntryType::kChange && entry.index > position_.configuration_index)
      encoded = *entry.data;
  auto configuration = raft::decode_configuration(encoded);
  if (!configuration) return tl::unexpected(std::move(configuration.error()));
  if (!configuration->is_lone_voter(options_.id))
    return fail(Errc::kUnsupported, "the directory belongs to a cluster of which member " +
                                        std::to_string(options_.id.value) +
                                        " is not the only voter; this version runs single members");
  return {};
}

Status Node::Driver::start_core(Recovered recovered) {
  // A lone voter takes the lead without an election, and so without a new term. Entries that were lost
  // because nobody had acknowledged them must not share index and term with those that will take their place:
  // a standby might have seen them. So each start opens a term of its own.
  const raft::HardState hard_state{Term{recovered.hard_state->term.value + 1}, options_.id};
  if (auto saved = hard_state_.save(hard_state); !saved) return saved;
  raft::StartState start{hard_state, std::nullopt, std::move(recovered.entries)};
  if (recovered.has_state) start.snapshot = position_.meta();
  if (auto started = core_.start(runtime_.now(), start); !started) return started;
  if (core_.state() != raft::State::kLeader) return fail(Errc::kInternal, "the only voter does not lead");
  for (raft::Entry& entry : start.entries)
    if (entry.index > position_.applied) unapplied_.push_back(std::move(entry));
  raft::Ready ready = core_.take_ready();
  BATATA_ASSERT(ready.append.empty() && ready.send.empty());
  commit_ = core_.commit_index();
  return {};
}

Status Node::Driver::replay() {
  constexpr std::size_t kBatchBytes = 4u << 20;
  const std::size_t entries = unapplied_.size();
  for (; !unapplied_.empty(); unapplied_.pop_front()) {
    const raft::Entry& entry = unapplied_.front();
    BATATA_ASSERT(entry.index <= commit_);
    advance(entry);
    if (auto applied = apply_from_log(entry); !applied) return applied;
    if (applier.changes_bytes() < kBatchBytes) continue;
    if (auto stored = store_replayed(); !stored) return stored;
  }
  if (entries == 0) return {};
  log::info("log replayed entries={} applied={}", entries, position_.applied.value);
  return store_replayed();
}

Status Node::Driver::store_replayed() {
  auto batch = store::condense(applier.take_changes());
  batch.push_back(applier.store.meta_record());
  batch.push_back(encode(position_));
  if (auto written = state_.write(batch); !written) return fail(std::move(written.error()), "state");
  return {};
}

}  // namespace batata::replica
