#include "domain/config/config_history.h"

#include <algorithm>
#include <map>

#include "async/next_turn.h"
#include "async/sleep.h"
#include "base/log.h"
#include "store/slices.h"

namespace batata::domain {
namespace {

std::optional<HistoryEntry> read(const store::KeyValuePtr& stored) {
  const auto id = history_id(stored->key);
  const auto view = decode_history(stored->value);
  if (id && view) return HistoryEntry{id->nid, stored, *view};
  log::error("config history unreadable key={}", stored->key);
  return std::nullopt;
}

constexpr std::size_t kEntryOverhead =
    300;  // bytes: the record, its place in the store and in the maps, about

}  // namespace

store::Txn plan_clean(const std::vector<store::KeyValuePtr>& entries, WallTime before) {
  store::Txn txn;
  for (const auto& entry : entries) {
    // One by one: between two of them a new one of the first one's config may have come meanwhile.
    if (time_of_history(entry->value) < before)
      txn.then.emplace_back(store::Erase{store::KeyRange::one(entry->key)});
  }
  return txn;
}

std::vector<HistoryEntry> ConfigHistory::list(const ConfigId& id) const {
  std::vector<HistoryEntry> entries;
  for (const auto& stored : store_.latest().range(history_of(id)))
    if (auto entry = read(stored)) entries.push_back(std::move(*entry));
  std::ranges::reverse(entries);
  return entries;
}

std::optional<HistoryEntry> ConfigHistory::find(const ConfigId& id, std::uint64_t nid) const {
  const auto stored = store_.latest().get(history_key(id, nid));
  return stored == nullptr ? std::nullopt : read(stored);
}

std::optional<HistoryEntry> ConfigHistory::previous(const ConfigId& id) const {
  for (HistoryEntry& entry : list(id))
    if (!entry.view.is_gray() && entry.view.kind != ChangeKind::kInsert) return std::move(entry);
  return std::nullopt;
}

std::optional<HistoryEntry> ConfigHistory::next(const ConfigId& id, std::uint64_t nid,
                                                std::string_view gray) const {
  for (const auto& stored : store_.latest().range(history_of(id).after(history_key(id, nid))))
    if (auto entry = read(stored); entry && entry->view.gray_name == gray) return entry;
  return std::nullopt;
}

Task<bool> ConfigHistory::any_key(std::function<bool(std::string_view)> wanted) {
  for (store::Slices slices(store_, all_history(), kSliceMax); !slices.done();) {
    for (const auto& stored : slices.next())
      if (wanted(stored->key)) co_return true;
    if (!slices.done()) co_await next_turn(runtime_);
  }
  co_return false;
}

Task<bool> ConfigHistory::has_nid(std::uint64_t nid) {
  co_return co_await any_key([nid](std::string_view key) {
    const auto id = history_id(key);
    return id && id->nid == nid;
  });
}

Task<bool> ConfigHistory::has_config(std::uint64_t number) {
  co_return co_await any_key([number](std::string_view key) {
    const auto id = history_id(key);
    return id && numeric_id(id->config) == number;
  });
}

std::optional<store::KeyRange> ConfigHistory::surplus(const ConfigId& id, std::string_view key,
                                                      std::size_t bytes) {
  auto at = written_.find(key);
  const bool unseen = at == written_.end();
  if (unseen) at = written_.emplace(key, Written{}).first;
  Written& written = at->second;
  ++written.entries;
  written.bytes += bytes;
  if (!unseen && written.entries < kUncounted && written.bytes < kUncountedBytes) return std::nullopt;
  written = {};
  const auto entries = store_.latest().range(history_of(id));
  std::size_t kept = 0, kept_bytes = 0;
  // From the newest back, as long as both bounds allow; one may be as large as it is.
  for (auto it = entries.rbegin(); it != entries.rend() && kept < kEntriesMax; ++it, ++kept) {
    kept_bytes += (*it)->value.size();
    if (kept_bytes > kBytesMax && kept > 0) break;
  }
  if (kept == entries.size()) return std::nullopt;
  const std::size_t gone = entries.size() - kept;
  return store::KeyRange{entries.front()->key, store::KeyRange::one(entries[gone - 1]->key).end};
}

Task<void> ConfigHistory::clean_up() {
  for (;;) {
    co_await sleep_for(runtime_, kCleanPeriod);
    written_.clear();
    const auto done = co_await clean_once();
    if (!done) log::warn("config history not cleaned up error={}", done.error().message);
  }
}

Task<WallTime> ConfigHistory::oldest_kept() {
  constexpr std::int64_t kMinuteMs = 60'000;
  std::map<std::int64_t, std::size_t> bytes;  // by minutes; as many as the retention has at the most
  for (store::Slices slices(store_, all_history(), kSliceMax); !slices.done();) {
    for (const auto& entry : slices.next())
      bytes[time_of_history(entry->value).ms / kMinuteMs] +=
          entry->key.size() + entry->value.size() + kEntryOverhead;
    if (!slices.done()) co_await next_turn(runtime_);
  }
  const WallTime expired{runtime_.wall_now().ms - retention_.count()};
  std::size_t kept = 0;
  for (auto it = bytes.rbegin(); it != bytes.rend(); ++it) {
    kept += it->second;
    // The newest minute stays whatever it has.
    if (kept <= all_bytes_max_ || it == bytes.rbegin()) continue;
    log::warn("config history is shortened kept_bytes={} max_bytes={}", kept - it->second, all_bytes_max_);
    co_return std::max(expired, WallTime{(it->first + 1) * kMinuteMs});
  }
  co_return expired;
}

Task<Status> ConfigHistory::clean_once() {
  const WallTime before = co_await oldest_kept();
  std::size_t erased = 0;
  for (store::Slices slices(store_, all_history(), kSliceMax); !slices.done();) {
    store::Txn txn = plan_clean(slices.next(), before);
    const std::size_t old = txn.then.size();
    if (old > 0) {
      cluster::Context context;
      context.deadline = runtime_.now() + kWriteTimeout;
      auto done = co_await proposer_.propose(std::move(context), std::move(txn));
      if (!done) co_return fail(std::move(done.error()), "clean up the history");
      erased += old;
    } else {
      co_await next_turn(runtime_);
    }
  }
  if (erased > 0) log::info("config history cleaned up erased={}", erased);
  co_return Status{};
}

}  // namespace batata::domain
