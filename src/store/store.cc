#include "store/store.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/assert.h"
#include "store/record_check.h"
#include "store/records.h"

namespace batata::store {
namespace {

std::size_t cost(const Event& event) {
  // Both values count: the one before is kept alive by this event alone once that which wrote it is
  // forgotten.
  constexpr std::size_t kOverhead = 200;
  const auto bytes = [](const KeyValuePtr& kv) { return kv != nullptr ? kv->value.size() : 0; };
  return kOverhead + event.key().size() + bytes(event.before) + bytes(event.after);
}

}  // namespace

Revision View::revision() const {
  return store_.revision_;
}

KeyValuePtr View::get(std::string_view key) const {
  const auto it = store_.keys_.find(key);
  return it == store_.keys_.end() ? nullptr : it->second;
}

std::vector<KeyValuePtr> View::range(const KeyRange& range, std::size_t limit) const {
  std::vector<KeyValuePtr> found;
  for (auto it = store_.keys_.lower_bound(range.begin);
       it != store_.keys_.end() && range.contains(it->first) && (limit == 0 || found.size() < limit); ++it)
    found.push_back(it->second);
  return found;
}

Applied Store::apply(Command command) {
  Applied applied;
  compared_ = keys_.end();
  // What a wild clock says must not become a record that no start takes.
  time_ = std::max(time_, std::min(command.proposed_at, kTimeMax));
  expire_leases(applied);
  if (may_run(command.txn)) {
    const Revision next{revision_.value + 1};
    const std::size_t events_before = applied.events.size();
    for (Op& op : command.txn.then) run(op, next, applied);
    if (applied.events.size() > events_before) revision_ = std::max(revision_, next);
    applied.result.applied = true;
  }
  applied.result.revision = revision_;
  remember(applied.events);
  return applied;
}

bool Store::may_run(const Txn& txn) {
  if (!std::ranges::all_of(txn.when, [this](const Unchanged& when) { return holds(when); })) return false;
  std::map<LeaseId, bool> lives;  // what the operations before have done to leases
  for (const Op& op : txn.then) {
    if (const auto* grant = std::get_if<Grant>(&op)) lives[grant->lease] = true;
    if (const auto* revoke = std::get_if<Revoke>(&op)) lives[revoke->lease] = false;
    const auto* put = std::get_if<Put>(&op);
    if (put == nullptr || put->lease.value == 0) continue;
    const auto known = lives.find(put->lease);
    if (known == lives.end() ? !leases_.contains(put->lease) : !known->second) return false;
  }
  return true;
}

bool Store::holds(const Unchanged& when) {
  if (when.since < tombstone_floor_) return false;  // an erasure may have been forgotten
  if (when.since >= revision_) return true;
  if (when.range.is_one()) return one_holds(when.range.begin, when.since);
  for (auto it = keys_.lower_bound(when.range.begin); it != keys_.end() && when.range.contains(it->first);
       ++it)
    if (it->second->modified > when.since) return false;
  for (auto it = tombstones_.lower_bound(when.range.begin);
       it != tombstones_.end() && when.range.contains(it->first); ++it)
    if (it->second > when.since) return false;
  return true;
}

bool Store::one_holds(const std::string& key, Revision since) {
  compared_ = keys_.find(key);
  if (compared_ != keys_.end()) return compared_->second->modified <= since;  // and has no tombstone
  const auto erased = tombstones_.find(key);
  return erased == tombstones_.end() || erased->second <= since;
}

Store::Keys::iterator Store::find(std::string_view key) {
  const auto compared = std::exchange(compared_, keys_.end());  // its node may go now
  return compared != keys_.end() && compared->first == key ? compared : keys_.find(key);
}

void Store::expire_leases(Applied& applied) {
  while (!lease_ends_.empty() && lease_ends_.begin()->first <= time_) {
    const std::size_t events_before = applied.events.size();
    const Revision next{revision_.value + 1};
    revoke(lease_ends_.begin()->second, next, applied);
    if (applied.events.size() > events_before) revision_ = next;
  }
}

void Store::run(Op& op, Revision revision, Applied& applied) {
  struct Run {
    Store& store;
    Revision revision;
    Applied& applied;
    void operator()(Put& o) const { store.put(std::move(o), revision, applied); }
    void operator()(PutCopy& o) const { store.put_copy(o, revision, applied); }
    void operator()(const Erase& o) const { store.erase(o.range, revision, applied); }
    void operator()(const Grant& o) const { store.grant(o, applied); }
    void operator()(const Revoke& o) const { store.revoke(o.lease, revision, applied); }
    void operator()(const Compact& o) const { store.compact(o.upto); }
    void operator()(const Advance& o) const { store.advance(o); }
  };
  std::visit(Run{*this, revision, applied}, op);
}

void Store::put(Put op, Revision revision, Applied& applied) {
  const auto it = find(op.key);
  KeyValuePtr before = it == keys_.end() ? nullptr : it->second;
  KeyValue written{std::move(op.key), std::move(op.value), before != nullptr ? before->created : revision,
                   revision, op.lease};
  written.fingerprint = records::fingerprint(written);
  auto after = std::make_shared<const KeyValue>(std::move(written));
  if (before != nullptr) {
    detach(*before);
    digest_ -= before->fingerprint;
    bytes_ -= before->key.size() + before->value.size();
    // The name must point into the new value before the old one may go.
    const auto behind = std::next(it);  // a hint that saves a second way down the tree
    auto node = keys_.extract(it);
    node.key() = after->key;
    node.mapped() = after;
    keys_.insert(behind, std::move(node));
  } else {
    drop_tombstone(after->key, &applied);
    keys_.emplace(after->key, after);
  }
  if (op.lease.value != 0) {
    const auto lease = leases_.find(op.lease);
    BATATA_ASSERT(lease != leases_.end());
    lease->second.keys.insert(after->key);
  }
  digest_ += after->fingerprint;
  bytes_ += after->key.size() + after->value.size();
  applied.changes.emplace_back(after);
  applied.events.push_back(Event{revision, std::move(before), std::move(after)});
}

void Store::put_copy(PutCopy& op, Revision revision, Applied& applied) {
  const auto source = find(op.source);
  if (source != keys_.end()) op.head += source->second->value;
  const bool onto_itself = op.key == op.source;
  put({std::move(op.key), std::move(op.head), {}}, revision, applied);
  if (!onto_itself) compared_ = source;
}

void Store::erase(const KeyRange& range, Revision revision, Applied& applied) {
  for (auto it = keys_.lower_bound(range.begin); it != keys_.end() && range.contains(it->first);)
    erase_one(it++, revision, applied);
}

void Store::erase_one(Keys::iterator it, Revision revision, Applied& applied) {
  compared_ = keys_.end();
  KeyValuePtr before = it->second;
  detach(*before);
  keys_.erase(it);
  digest_ -= before->fingerprint;
  bytes_ -= before->key.size() + before->value.size();
  applied.changes.emplace_back(Record{records::key_name(before->key), {}, true});
  add_tombstone(before->key, revision, applied);
  applied.events.push_back(Event{revision, std::move(before), nullptr});
}

void Store::grant(const Grant& op, Applied& applied) {
  Lease& lease = leases_[op.lease];
  if (lease_ends_.erase({lease.ends, op.lease}) > 0) {
    forgotten(records::lease(op.lease, lease.ttl, lease.ends));
  }
  lease.ttl = std::clamp(op.ttl, std::chrono::milliseconds(0), records::kLeaseMax);
  const std::int64_t latest_start = INT64_MAX - lease.ttl.count();
  lease.ends = WallTime{std::min(time_.ms, latest_start) + lease.ttl.count()};
  lease_ends_.emplace(lease.ends, op.lease);
  changed(applied, records::lease(op.lease, lease.ttl, lease.ends));
}

void Store::revoke(LeaseId id, Revision revision, Applied& applied) {
  const auto it = leases_.find(id);
  if (it == leases_.end()) return;
  const auto keys = it->second.keys;  // erase_one takes names out of the lease's own set
  for (const std::string& key : keys) erase_one(keys_.find(key), revision, applied);
  applied.changes.emplace_back(forgotten(records::lease(id, it->second.ttl, it->second.ends)));
  lease_ends_.erase({it->second.ends, id});
  leases_.erase(it);
}

void Store::compact(Revision upto) {
  compacted_ = std::max(compacted_, std::min(upto, revision_));
  while (!history_.empty() && history_.front().revision <= compacted_) forget_oldest();
  history_floor_ = std::max(history_floor_, compacted_);
}

// No further than half of the range: the other half is for the writes that come behind it.
void Store::advance(const Advance& op) {
  constexpr std::uint64_t kMost = kNumberMax / 2;
  const std::uint64_t from = revision_.value;
  const std::uint64_t by = std::min(op.by, kMost - std::min(kMost, from));
  revision_.value = std::max(from + by, std::min(op.to.value, kMost));
}

void Store::remember(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.revision <= compacted_) continue;
    history_bytes_ += cost(event);
    history_.push_back(event);
  }
  while (history_.size() > kHistoryEventsMax || history_bytes_ > kHistoryBytesMax) {
    // All events of one revision go together: a watcher sees a transaction whole or not at all.
    const Revision gone = history_.front().revision;
    if (gone == history_.back().revision) break;
    while (history_.front().revision == gone) forget_oldest();
    history_floor_ = gone;
  }
}

void Store::forget_oldest() {
  history_bytes_ -= cost(history_.front());
  history_.pop_front();
}

void Store::detach(const KeyValue& kv) {
  if (kv.lease.value == 0) return;
  const auto lease = leases_.find(kv.lease);
  BATATA_ASSERT(lease != leases_.end());
  lease->second.keys.erase(kv.key);
}

void Store::add_tombstone(const std::string& key, Revision revision, Applied& applied) {
  drop_tombstone(key, nullptr);
  tombstones_.emplace(key, revision);
  tombstones_by_age_.emplace(revision, key);
  changed(applied, records::tombstone(key, revision));
  while (tombstones_.size() > kTombstonesMax) {
    tombstone_floor_ = tombstones_by_age_.begin()->first;
    const std::string oldest = tombstones_by_age_.begin()->second;
    drop_tombstone(oldest, &applied);
  }
}

void Store::drop_tombstone(std::string_view key, Applied* applied) {
  const auto it = tombstones_.find(key);
  if (it == tombstones_.end()) return;
  Record erased = forgotten(records::tombstone(key, it->second));
  if (applied != nullptr) applied->changes.emplace_back(std::move(erased));
  tombstones_by_age_.erase({it->second, it->first});
  tombstones_.erase(it);
}

// The digest is a sum: it does not depend on the order in which records came, so a restored store has that of
// the original.
void Store::changed(Applied& applied, Record record) {
  digest_ += records::fingerprint(record.name, record.value);
  applied.changes.emplace_back(std::move(record));
}

Record Store::forgotten(Record record) {
  digest_ -= records::fingerprint(record.name, record.value);
  return Record{std::move(record.name), {}, true};
}

Result<std::vector<Event>> Store::events(const KeyRange& range, Revision after) const {
  if (after < history_floor_)
    return fail(Errc::kCompacted,
                "events up to revision " + std::to_string(history_floor_.value) + " are gone");
  std::vector<Event> found;
  auto it = std::ranges::upper_bound(history_, after, {}, &Event::revision);
  for (; it != history_.end(); ++it)
    if (range.contains(it->key())) found.push_back(*it);
  return found;
}

Result<std::vector<KeyValuePtr>> Store::range_at(const KeyRange& range, Revision at,
                                                 std::size_t limit) const {
  if (at > revision_)
    return fail(Errc::kInvalidArgument, "revision " + std::to_string(at.value) + " is yet to come");
  auto undone = events(range, at);
  if (!undone) return tl::unexpected(std::move(undone.error()));
  // Start from what is, and take back what happened since, newest first.
  std::map<std::string_view, KeyValuePtr> keys;
  for (auto it = keys_.lower_bound(range.begin); it != keys_.end() && range.contains(it->first); ++it)
    keys.emplace(it->first, it->second);
  for (auto it = undone->rbegin(); it != undone->rend(); ++it) {
    keys.erase(it->key());
    if (it->before != nullptr) keys.emplace(it->before->key, it->before);
  }
  std::vector<KeyValuePtr> found;
  for (auto& [key, kv] : keys) {
    if (limit != 0 && found.size() == limit) break;
    found.push_back(std::move(kv));
  }
  return found;
}

std::optional<WallTime> Store::next_expiry() const {
  if (lease_ends_.empty()) return std::nullopt;
  return lease_ends_.begin()->first;
}

std::uint64_t Store::digest() const {
  const Record meta = meta_record();
  return digest_ + records::fingerprint(meta.name, meta.value);
}

}  // namespace batata::store
