#pragma once
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/record_check.h"
#include "store/store.h"

namespace batata::store {

/// What a Store must do, said as simply as can be: it keeps everything and looks at everything. For tests.
class Model {
 public:
  struct Value {
    std::string value;
    Revision created, modified;
    LeaseId lease;
    bool operator==(const Value&) const = default;
  };
  using State = std::map<std::string, Value>;
  struct Change {
    Revision revision;
    std::string key;
    std::optional<std::string> before, after;
    bool operator==(const Change&) const = default;
  };

  TxnResult apply(const Command& command) {
    time_ = std::max(time_, std::min(command.proposed_at.ms, kTimeMax.ms));
    expire();
    TxnResult result{may_run(command.txn), {}};
    if (result.applied)
      run([&] {
        for (const Op& op : command.txn.then) std::visit([&](const auto& o) { execute(o); }, op);
      });
    result.revision = revision;
    return result;
  }
  /// A store that was restored knows nothing of what was before.
  void forget_history() { floor = revision; }

  /// What there was at a revision, be it one that was only passed over.
  [[nodiscard]] const State& state_at(Revision at) const { return std::prev(past.upper_bound(at))->second; }

  Revision revision;
  Revision floor;  ///< events up to here must be refused
  State now;
  std::map<Revision, State> past{{Revision{}, {}}};
  std::vector<Change> changes;

 private:
  struct Lease {
    std::int64_t ttl, ends;
  };
  template <class F>
  void run(F body) {
    const std::size_t before = changes.size();
    next_ = Revision{revision.value + 1};
    body();
    if (changes.size() == before) return;
    revision = std::max(revision, next_);
    past[next_] = now;
  }
  void expire() {
    for (;;) {
      std::optional<std::pair<std::int64_t, LeaseId>> first;
      for (const auto& [id, lease] : leases_)
        if (lease.ends <= time_ && (!first || std::pair(lease.ends, id) < *first)) first = {lease.ends, id};
      if (!first) return;
      run([&] { execute(Revoke{first->second}); });
    }
  }
  bool may_run(const Txn& txn) const {
    for (const Unchanged& when : txn.when)
      for (auto change = changes.rbegin(); change != changes.rend() && change->revision > when.since;
           ++change)
        if (when.range.contains(change->key)) return false;
    std::set<LeaseId> alive;
    for (const auto& [id, lease] : leases_) alive.insert(id);
    for (const Op& op : txn.then) {
      if (const auto* grant = std::get_if<Grant>(&op)) alive.insert(grant->lease);
      if (const auto* revoke = std::get_if<Revoke>(&op)) alive.erase(revoke->lease);
      if (const auto* put = std::get_if<Put>(&op))
        if (put->lease.value != 0 && !alive.contains(put->lease)) return false;
    }
    return true;
  }
  void execute(const Put& put) {
    const auto it = now.find(put.key);
    const bool is_new = it == now.end();
    changes.push_back({next_, put.key, is_new ? std::nullopt : std::optional(it->second.value), put.value});
    now[put.key] = {put.value, is_new ? next_ : it->second.created, next_, put.lease};
  }
  void execute(const PutCopy& op) {
    const auto source = now.find(op.source);
    execute(Put{op.key, op.head + (source == now.end() ? "" : source->second.value), {}});
  }
  void execute(const Erase& op) {
    erase_where([&](const auto& key, const Value&) { return op.range.contains(key); });
  }
  void execute(const Grant& op) { leases_[op.lease] = {op.ttl.count(), time_ + op.ttl.count()}; }
  void execute(const Revoke& op) {
    if (leases_.erase(op.lease) == 0) return;
    erase_where([&](const auto&, const Value& value) { return value.lease == op.lease; });
  }
  void execute(const Compact& op) { floor = std::max(floor, std::min(op.upto, revision)); }
  void execute(const Advance& op) { revision = std::max(Revision{revision.value + op.by}, op.to); }
  template <class Wanted>
  void erase_where(Wanted wanted) {
    for (auto it = now.begin(); it != now.end();) {
      if (!wanted(it->first, it->second)) {
        ++it;
        continue;
      }
      changes.push_back({next_, it->first, it->second.value, std::nullopt});
      it = now.erase(it);
    }
  }

  std::int64_t time_ = 0;
  Revision next_;
  std::map<LeaseId, Lease> leases_;
};

}  // namespace batata::store
