#include "replica/repair.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "raft/configuration.h"
#include "replica/hard_state.h"
#include "replica/log.h"
#include "replica/log_salvage.h"
#include "store/command.h"

namespace batata::replica {
namespace {

constexpr std::uint64_t kSegmentBytes = 64u << 20;
constexpr std::size_t kWriteBytes = 4u << 20;
// Further than a member ever gets by its starts: an index and a term must not name two entries.
constexpr std::uint64_t kTermGap = 1'000'000;

raft::Entry make_entry(LogIndex index, Term term, raft::EntryType type, std::string data) {
  return {index, term, type, std::make_shared<const std::string>(std::move(data))};
}

// The new log: takes entries and writes many at once.
class FreshLog {
 public:
  explicit FreshLog(Disk& disk) : log_(disk, kSegmentBytes) {}
  Status open() {
    return log_.open([](const raft::Entry&) {});
  }
  Status add(raft::Entry entry) {
    bytes_ += entry.data->size();
    const bool follows = entries_.empty() || entry.index.value == entries_.back().index.value + 1;
    if (!follows)
      if (auto written = write(); !written) return written;
    entries_.push_back(std::move(entry));
    return bytes_ < kWriteBytes ? Status() : write();
  }
  Status write() {
    bytes_ = 0;
    const auto entries = std::exchange(entries_, {});
    return entries.empty() ? Status() : log_.append(entries, false);
  }

 private:
  Log log_;
  std::vector<raft::Entry> entries_;
  std::size_t bytes_ = 0;
};

// Chooses among what is salvaged what continues the state, or begins with the first entry.
class Continuation {
 public:
  Continuation(const std::optional<Position>& state, raft::Entry founding, FreshLog& log)
      : state_(state),
        first_{state ? state->applied.value + 1 : 1},
        founding_(std::move(founding)),
        log_(log) {}

  Status take(raft::Entry entry) {
    term_ = std::max(term_, entry.term);
    seen_ = std::max(seen_, entry.index);
    end_is_known_ = true;
    if (state_ && entry.index <= state_->applied && !begun()) {
      if (entry.index == state_->applied && entry.term != state_->term)
        return fail(Errc::kDamaged, "the log and the state are not of one history: only a backup helps");
      reached_ = entry.index;
      return {};
    }
    // Where damage lies before the second entry it can only be in the founding one, and what that says is
    // known. A log that begins with the second, as a restored one may, has what was before in its state.
    const bool is_second = !state_ && !begun() && was_damaged_ && entry.index == LogIndex{2};
    if (is_second) {
      if (auto added = log_.add(founding_); !added) return added;
      last_ = founding_.index;
    }
    const bool follows = begun() ? !ended_ && entry.index >= first_ && entry.index.value <= last_.value + 1
                                 : entry.index == first_;
    if (!follows) {
      ended_ = true;
      return {};
    }
    last_ = entry.index;
    return log_.add(std::move(entry));
  }
  void gap(const std::string& damage) {
    log::warn("log damaged reason=\"{}\" last_index={}", damage, seen_.value);
    end_is_known_ = false;
    was_damaged_ = true;
    ended_ = begun();  // before that what is missing may be what the state holds
    reached_ = {};
  }

  [[nodiscard]] bool begun() const { return last_.value > 0; }
  [[nodiscard]] LogIndex last() const { return begun() || !state_ ? last_ : state_->applied; }
  [[nodiscard]] LogIndex seen() const { return std::max(seen_, last()); }
  [[nodiscard]] Term highest_term() const { return std::max(term_, state_ ? state_->term : Term{}); }
  // The log was read to its end, and is all there is.
  [[nodiscard]] bool whole() const {
    return end_is_known_ && !ended_ && (begun() || (state_ && reached_ == state_->applied));
  }

 private:
  const std::optional<Position>& state_;
  const LogIndex first_;  // the entry that is to come first
  const raft::Entry founding_;
  FreshLog& log_;
  LogIndex last_;     // taken; 0: none yet
  LogIndex reached_;  // of those that the state holds, since the last gap
  LogIndex seen_;
  Term term_;
  bool was_damaged_ = false;   // there was a gap
  bool ended_ = false;         // what comes now does not follow
  bool end_is_known_ = false;  // no gap since the last entry
};

struct RepairedTerm {
  Term term;
  bool guessed = false;  // it was lost, and the vote with it
};

// `whole`: false where entries are missing: what takes their place is of a term of its own.
Result<RepairedTerm> repair_hard_state(Disk& damaged, Term highest, bool whole, Disk& fresh) {
  const auto loaded = HardStateFile(damaged).load();
  if (!loaded && loaded.error().code != Errc::kDamaged) return tl::unexpected(loaded.error());
  const bool known = loaded && *loaded && (*loaded)->term >= highest;
  raft::HardState state = known ? **loaded : raft::HardState{Term{highest.value + kTermGap}, NodeId{}};
  if (known && !whole) state = {Term{state.term.value + 1}, NodeId{}};
  if (!known)
    log::warn("hard state lost reason=\"{}\" term={}",
              !loaded   ? loaded.error().message
              : *loaded ? "it is older than the log"
                        : "the file is missing",
              state.term.value);
  HardStateFile anew(fresh);
  if (auto none = anew.load(); !none) return tl::unexpected(std::move(none.error()));
  if (auto saved = anew.save(state); !saved) return tl::unexpected(std::move(saved.error()));
  return RepairedTerm{state.term, !known};
}

std::string command_to_advance(const RevisionGap& gap) {
  std::string data;
  encode(store::Command{0, {}, {{}, {store::Advance{gap.by, gap.floor()}}}}, data);
  return data;
}

}  // namespace

Result<Repaired> repair(Disk& damaged, const std::optional<Position>& state, Disk& fresh,
                        const RepairOptions& options) {
  FreshLog log(fresh);
  if (auto opened = log.open(); !opened) return tl::unexpected(std::move(opened.error()));
  if (state) {
    // What the state holds is not needed; the place where it stands is.
    auto begun = log.add(make_entry(state->applied, state->term, raft::EntryType::kBarrier, {}));
    if (!begun) return tl::unexpected(std::move(begun.error()));
  }
  Continuation continuation(
      state,
      make_entry(LogIndex{1}, Term{1}, raft::EntryType::kChange,
                 encode(raft::Configuration{{{options.id, options.address, raft::Role::kVoter}}})),
      log);
  const auto read =
      salvage_log(damaged, {[&](raft::Entry entry) { return continuation.take(std::move(entry)); },
                            [&](const std::string& damage) { continuation.gap(damage); }});
  if (!read) return tl::unexpected(read.error());
  Repaired repaired{continuation.last(), continuation.seen(), continuation.whole()};
  if (repaired.last.value == 0)
    return fail(Errc::kDamaged,
                "the first entry of the log is lost, and there is no state: only a backup helps");

  const auto term = repair_hard_state(damaged, continuation.highest_term(), repaired.whole, fresh);
  if (!term) return tl::unexpected(term.error());
  repaired.term_guessed = term->guessed;
  if (!repaired.whole) {
    const LogIndex next{repaired.last.value + 1};
    log::warn("entries lost from={} seen_upto={}: the revision is moved on by {} at least", next.value,
              repaired.seen.value, options.gap.by);
    auto added =
        log.add(make_entry(next, term->term, raft::EntryType::kCommand, command_to_advance(options.gap)));
    if (!added) return tl::unexpected(std::move(added.error()));
  }
  if (auto written = log.write(); !written) return tl::unexpected(std::move(written.error()));
  return repaired;
}

}  // namespace batata::replica
