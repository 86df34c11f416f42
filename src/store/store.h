#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "store/command.h"

namespace batata::store {

/// A key as it stands. Immutable; shared by the store, its history, and readers on any thread.
struct KeyValue {
  std::string key, value;
  Revision created;   ///< when the key came into being after it last did not exist
  Revision modified;  ///< when it was written last
  LeaseId lease;
  /// Of its record; the store's own, so that a digest needs no second look at the bytes.
  std::uint64_t fingerprint = 0;
};
using KeyValuePtr = std::shared_ptr<const KeyValue>;

/// One key's change. `before` is null when the key was new, `after` when it was erased.
struct Event {
  Revision revision;
  KeyValuePtr before, after;
  [[nodiscard]] const std::string& key() const { return after != nullptr ? after->key : before->key; }
};

/// What became of a transaction. `applied` is false when a precondition did not hold; then nothing changed.
struct TxnResult {
  bool applied = false;
  Revision revision;  ///< of the store afterwards
};

/// A piece of the state in the form in which it lies on disk and in snapshots: bytes under a name.
/// The state is the set of its records, and equal states have equal records.
struct Record {
  std::string name, value;
  bool erased = false;  ///< in a list of changes: the record is gone
};

/// The record that says at which revision a state stands.
[[nodiscard]] bool is_meta_record(std::string_view name);
struct LaterMeta {
  Record record;
  Revision revision;  ///< that it says
};
/// That record for a state which is the same `by` revisions later, and has no history before that. For what
/// is restored from a backup. Errors: kDamaged for a value that no store wrote.
[[nodiscard]] Result<LaterMeta> later_meta(std::string_view value, const Advance& by);

/// What a command did to one record: a key as it was written, or any other record. The bytes of a written
/// key's record are made by who writes them to disk, not on the loop.
using Change = std::variant<KeyValuePtr, Record>;
/// The bytes that a change holds, about.
[[nodiscard]] std::size_t size_of(const Change& change);
/// The records that are left of changes when they have been made in their order, one for each name, sorted by
/// names. Any thread.
[[nodiscard]] std::vector<Record> condense(const std::vector<Change>& changes);

/// What one command changed.
struct Applied {
  TxnResult result;
  std::vector<Event> events;    ///< in order of revision, then of operation
  std::vector<Change> changes;  ///< without the meta record, which `Store::meta_record` gives
};

class Store;

/// The latest state, for planners and readers on the loop. Valid as long as its Store; changes with every
/// apply.
class View {
 public:
  explicit View(const Store& store) : store_(store) {}
  [[nodiscard]] Revision revision() const;
  /// Null when there is no such key.
  [[nodiscard]] KeyValuePtr get(std::string_view key) const;
  /// Up to `limit` keys in order. 0: all.
  [[nodiscard]] std::vector<KeyValuePtr> range(const KeyRange& range, std::size_t limit = 0) const;

 private:
  const Store& store_;
};

/// The replicated state machine: a revisioned map of keys with transactions, leases and bounded history.
///
/// Pure: no clock, no I/O, no locks, no chance; equal commands in equal order give equal records and results
/// on every node. Knows nothing of what keys mean. Loop only.
class Store final {
 public:
  Store() : view_(*this) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Applies a committed command.
  ///
  /// The store's time is raised to `command.proposed_at`, or to kTimeMax when that is earlier, and never
  /// falls; leases that have ended by then are revoked first, in order of their end, each under a revision of
  /// its own. Then the transaction. A transaction that writes nothing, and has no Advance, does not raise the
  /// revision. A Put under a lease that does not exist fails the whole transaction. Errors: none; a failed
  /// precondition is a result.
  [[nodiscard]] Applied apply(Command command);

  [[nodiscard]] const View& latest() const { return view_; }
  [[nodiscard]] Revision revision() const { return revision_; }
  /// Time of the newest command.
  [[nodiscard]] WallTime time() const { return time_; }
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  /// Of all keys and values.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  /// Events in `range` after revision `after`, all there are, oldest first.
  /// Errors: kCompacted when history no longer reaches back to `after`.
  [[nodiscard]] Result<std::vector<Event>> events(const KeyRange& range, Revision after) const;
  /// Keys of `range` as they stood at revision `at`; up to `limit` of them (0: all).
  /// Errors: kCompacted as above; kInvalidArgument for a revision that is yet to come.
  /// Nothing but tests asks yet: it is there for reads at past revisions, which a key-value face needs.
  [[nodiscard]] Result<std::vector<KeyValuePtr>> range_at(const KeyRange& range, Revision at,
                                                          std::size_t limit = 0) const;
  /// Events after this revision can be asked for. Nothing but tests asks yet: a face that resumes watches by
  /// revision will tell clients from where they can.
  [[nodiscard]] Revision oldest_known() const { return history_floor_; }
  /// Events that are kept.
  [[nodiscard]] std::size_t history_size() const { return history_.size(); }
  /// The revision of one of them, from the oldest, 0, on.
  [[nodiscard]] Revision history_revision(std::size_t index) const { return history_[index].revision; }

  /// When the next lease ends; the proposer then sends a command, which may be empty, so that time moves on.
  [[nodiscard]] std::optional<WallTime> next_expiry() const;

  /// A fingerprint of the state: equal states have equal digests. Kept up to date, costs nothing to ask.
  [[nodiscard]] std::uint64_t digest() const;

  /// Revision, time and floors. Written with every change, or after some: the last one counts.
  [[nodiscard]] Record meta_record() const;
  /// Every record, the meta record last, in the order of names.
  [[nodiscard]] std::vector<Record> snapshot() const;
  /// Takes one record of a snapshot. Only on a fresh store, before any command. History starts at the
  /// snapshot. Errors: kDamaged for a record that no store wrote.
  [[nodiscard]] Status restore(std::string_view name, std::string_view value);

  // Bounds of what is kept. Part of the state machine: every replica must have the same.
  static constexpr std::size_t kTombstonesMax = 65'536;  ///< erased keys whose erasure `Unchanged` still sees
  // Bounds of what one node remembers for its watchers.
  static constexpr std::size_t kHistoryEventsMax = 65'536;
  static constexpr std::size_t kHistoryBytesMax = 32u << 20;

 private:
  struct Lease {
    std::chrono::milliseconds ttl{};
    WallTime ends;
    std::set<std::string, std::less<>> keys;
  };
  friend class View;

  using Keys = std::map<std::string_view, KeyValuePtr>;  // the names live in the values
  bool holds(const Unchanged& when);
  bool one_holds(const std::string& key, Revision since);
  bool may_run(const Txn& txn);
  Keys::iterator find(std::string_view key);
  void expire_leases(Applied& applied);
  void run(Op& op, Revision revision, Applied& applied);
  void put(Put op, Revision revision, Applied& applied);
  void put_copy(PutCopy& op, Revision revision, Applied& applied);
  void erase(const KeyRange& range, Revision revision, Applied& applied);
  void erase_one(Keys::iterator it, Revision revision, Applied& applied);
  void grant(const Grant& op, Applied& applied);
  void revoke(LeaseId id, Revision revision, Applied& applied);
  void compact(Revision upto);
  void advance(const Advance& op);
  void remember(const std::vector<Event>& events);
  void forget_oldest();
  void detach(const KeyValue& kv);
  void add_tombstone(const std::string& key, Revision revision, Applied& applied);
  void drop_tombstone(std::string_view key, Applied* applied);
  void changed(Applied& applied, Record record);
  /// Takes a record out of the digest, and gives the change that says that it is gone.
  Record forgotten(Record record);
  bool restore_key(std::string_view key, std::string_view value);
  bool restore_lease(std::string_view digits, std::string_view value);
  bool restore_tombstone(std::string_view key, std::string_view value);
  Status restore_meta(std::string_view value);

  View view_;
  Revision revision_;
  WallTime time_;
  Revision compacted_;        // by command
  Revision tombstone_floor_;  // erasures up to here may be forgotten
  Revision history_floor_;    // events after this are in history_
  Keys keys_;
  // What the last condition on one key, or the last copy of one, has found; it is often put next.
  Keys::iterator compared_ = keys_.end();
  std::map<LeaseId, Lease> leases_;
  std::set<std::pair<WallTime, LeaseId>> lease_ends_;
  std::map<std::string, Revision, std::less<>> tombstones_;
  std::set<std::pair<Revision, std::string>> tombstones_by_age_;
  std::deque<Event> history_;
  std::size_t history_bytes_ = 0;
  std::size_t bytes_ = 0;  // of keys_
  std::uint64_t digest_ = 0;
};

}  // namespace batata::store
