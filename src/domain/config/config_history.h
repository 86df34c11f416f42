#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "base/hash.h"
#include "cluster/proposer.h"
#include "domain/config/config_id.h"
#include "domain/config/history_record.h"
#include "store/store.h"

namespace batata::domain {

/// An entry of a config's history as it stood when it was read, kept alive by the handle. Immutable, any
/// thread.
struct HistoryEntry {
  std::uint64_t nid = 0;
  store::KeyValuePtr stored;
  HistoryView view;  ///< into `stored`
};

/// The history of configs: read from what this node has applied, and cleaned up. Entries are written by the
/// plans of publish.h and gray_publish.h. Loop only.
class ConfigHistory {
 public:
  /// All outlive it. Entries older than `retention` go, and the oldest of all before their time where all
  /// together have more than `all_bytes_max`.
  ConfigHistory(Runtime& runtime, const store::Store& store, cluster::Proposer& proposer,
                std::chrono::milliseconds retention, std::size_t all_bytes_max = kAllBytesMax)
      : runtime_(runtime),
        store_(store),
        proposer_(proposer),
        retention_(retention),
        all_bytes_max_(all_bytes_max) {}
  ConfigHistory(const ConfigHistory&) = delete;
  ConfigHistory& operator=(const ConfigHistory&) = delete;

  /// All entries of a config, the newest first. At most some kEntriesMax + kUncounted.
  [[nodiscard]] std::vector<HistoryEntry> list(const ConfigId& id) const;
  /// One entry of a config; nothing when there is none of that number.
  [[nodiscard]] std::optional<HistoryEntry> find(const ConfigId& id, std::uint64_t nid) const;
  /// The newest entry that holds a value from before a change: what the config was last. Gray releases do not
  /// count.
  [[nodiscard]] std::optional<HistoryEntry> previous(const ConfigId& id) const;
  /// The next entry after `nid` of the same kind of value: of everybody's, or of the release `gray`.
  [[nodiscard]] std::optional<HistoryEntry> next(const ConfigId& id, std::uint64_t nid,
                                                 std::string_view gray) const;

  /// True when any config has an entry of that number, or is `number` itself and has one (numeric_id). Goes
  /// through all entries in slices, some 0.1 us each: for questions that found nothing the short way.
  Task<bool> has_nid(std::uint64_t nid);
  Task<bool> has_config(std::uint64_t number);

  /// To be called before `bytes` more are written for a config: the entries that are too many then, or
  /// nothing to erase. Looks at a config's entries now and then only, see kUncounted.
  /// `key` is the config's.
  [[nodiscard]] std::optional<store::KeyRange> surplus(const ConfigId& id, std::string_view key,
                                                       std::size_t bytes);

  /// Erases what is too old or too much, every kCleanPeriod, for ever. Runs in a scope of app/.
  Task<void> clean_up();
  /// Once, in slices of kSliceMax. Errors: those of Proposer::propose; what was left is for the next time.
  Task<Status> clean_once();

  /// Of one config. Every value stays in memory, so that a config that is published all the time must not
  /// fill it within the retention; the console shows a few pages of them.
  static constexpr std::size_t kEntriesMax = 100;
  static constexpr std::size_t kBytesMax = 64u << 20;
  /// Of all configs, keys and what an entry costs beside its bytes included: a hundred versions of each would
  /// make the memory a hundred times what the configs need. Looked at with every clean-up.
  static constexpr std::size_t kAllBytesMax = 1u << 30;
  /// Entries and bytes that may be written before a config's entries are looked at again: a look costs some
  /// microseconds, and so not every publish pays for it.
  static constexpr std::size_t kUncounted = 32, kUncountedBytes = 16u << 20;
  static constexpr Duration kCleanPeriod = std::chrono::minutes(10);   ///< as upstream's
  static constexpr Duration kWriteTimeout = std::chrono::seconds(10);  ///< of each slice that is erased
  /// Keys between which others get the loop: well below a millisecond, also when all are erased.
  static constexpr std::size_t kSliceMax = 250;

 private:
  struct Written {
    std::size_t entries = 0, bytes = 0;
  };
  Task<bool> any_key(std::function<bool(std::string_view)> wanted);
  /// Entries from before it are to go.
  Task<WallTime> oldest_kept();

  Runtime& runtime_;
  const store::Store& store_;
  cluster::Proposer& proposer_;
  const std::chrono::milliseconds retention_;
  const std::size_t all_bytes_max_;
  /// By config key, since its entries were looked at last. Emptied with every clean-up: no larger than what
  /// is written meanwhile.
  std::unordered_map<std::string, Written, StringHash, std::equal_to<>> written_;
};

/// The transaction that erases those of `entries` that are older than `before`; without operations when none
/// are. Pure.
[[nodiscard]] store::Txn plan_clean(const std::vector<store::KeyValuePtr>& entries, WallTime before);

}  // namespace batata::domain
