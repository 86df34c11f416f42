#include "replica/repair.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "replica/hard_state.h"
#include "replica/log.h"
#include "replica/position.h"
#include "replica/restore.h"
#include "replica/segment.h"

namespace batata::replica {
namespace {

constexpr std::uint64_t kSegmentBytes = 64u << 20;  // only where a file ends that is appended to: none is
// Further than a member ever gets by its starts: an index and a term must not name two entries.
constexpr std::uint64_t kTermGap = 1'000'000;

Result<std::optional<Position>> position_of(StateStorage& state) {
  if (auto opened = state.open(); !opened) return fail(std::move(opened.error()), "state");
  std::optional<Position> position;
  const auto reader = state.reader();
  // Its name sorts before all others.
  const auto read = reader->read(
      [&](std::string_view name, std::string_view value) -> Status {
        if (name != kPositionName) return {};
        auto decoded = decode_position(value);
        if (!decoded) return tl::unexpected(std::move(decoded.error()));
        position = std::move(*decoded);
        return {};
      },
      1);
  if (!read) return fail(read.error(), "state");
  return position;
}

struct Span {
  LogIndex first, last;
  Term last_term;
};

Result<Span> cut_log(Disk& disk) {
  Log log(disk, kSegmentBytes);
  Span span;
  auto opened = log.open_dropping_tail([&](const raft::Entry& entry) { span.last_term = entry.term; });
  if (!opened) return tl::unexpected(std::move(opened.error()));
  span.first = log.first();
  span.last = log.last();
  return span;
}

Status remove_log(Disk& disk) {
  auto names = disk.list();
  if (!names) return tl::unexpected(std::move(names.error()));
  std::ranges::reverse(*names);  // the newest first: what a crash leaves is a row without a gap
  for (const std::string& name : *names) {
    if (!parse_segment_name(name)) continue;
    log::warn("log file dropped file={}", name);
    if (auto removed = disk.remove(name); !removed) return removed;
    if (auto synced = disk.sync_directory(); !synced) return synced;
  }
  return {};
}

// Term and vote; true when they had to be guessed.
Result<bool> repair_hard_state(Disk& disk, Term highest) {
  {
    HardStateFile hard_state(disk);
    auto loaded = hard_state.load();
    if (loaded && *loaded) return false;
    if (!loaded && loaded.error().code != Errc::kDamaged) return tl::unexpected(std::move(loaded.error()));
    if (!loaded) {
      log::warn("hard state dropped reason=\"{}\"", loaded.error().message);
      if (auto removed = disk.remove(HardStateFile::kName); !removed) return tl::unexpected(removed.error());
    }
  }
  HardStateFile anew(disk);
  if (auto loaded = anew.load(); !loaded) return tl::unexpected(std::move(loaded.error()));
  if (auto saved = anew.save({Term{highest.value + kTermGap}, NodeId{}}); !saved)
    return tl::unexpected(std::move(saved.error()));
  return true;
}

}  // namespace

Result<Repaired> drop_tail(Disk& disk, StateStorage& state) {
  auto position = position_of(state);
  if (!position) return tl::unexpected(std::move(position.error()));
  auto span = cut_log(disk);
  if (!span) return tl::unexpected(std::move(span.error()));
  Repaired repaired{span->last};
  if (!*position && span->first != LogIndex{1})
    return fail(Errc::kDamaged,
                "the log does not begin with entry 1 and there is no state: only a backup helps");
  if (*position &&
      (span->last < (*position)->applied || span->first.value > (*position)->applied.value + 1)) {
    if (auto removed = remove_log(disk); !removed) return tl::unexpected(std::move(removed.error()));
    if (auto begun = begin_log_at(disk, (*position)->applied, (*position)->term); !begun)
      return tl::unexpected(std::move(begun.error()));
    repaired.last = (*position)->applied;
    repaired.log_begun_anew = true;
  }
  const Term known = *position ? (*position)->term : Term{};
  const auto guessed = repair_hard_state(disk, std::max(known, span->last_term));
  if (!guessed) return tl::unexpected(guessed.error());
  repaired.term_guessed = *guessed;
  return repaired;
}

}  // namespace batata::replica
