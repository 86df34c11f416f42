// The store against a model that keeps everything and looks at everything, over random commands.
#include <gtest/gtest.h>

#include <random>

#include "store/store.h"

namespace batata::store {
namespace {

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

class Model {
 public:
  TxnResult apply(const Command& command) {
    time_ = std::max(time_, command.proposed_at.ms);
    expire();
    TxnResult result{may_run(command.txn), {}};
    if (result.applied)
      run([&] {
        for (const Op& op : command.txn.then) std::visit([&](const auto& o) { execute(o); }, op);
      });
    result.revision = revision;
    return result;
  }

  Revision revision;
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
    revision = next_;
    past[revision] = now;
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
      for (const Change& change : changes)
        if (change.revision > when.since && when.range.contains(change.key)) return false;
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
    for (auto it = now.begin(); it != now.end();) {
      if (!op.range.contains(it->first)) {
        ++it;
        continue;
      }
      changes.push_back({next_, it->first, it->second.value, std::nullopt});
      it = now.erase(it);
    }
  }
  void execute(const Grant& op) { leases_[op.lease] = {op.ttl.count(), time_ + op.ttl.count()}; }
  void execute(const Revoke& op) {
    if (leases_.erase(op.lease) == 0) return;
    for (auto it = now.begin(); it != now.end();) {
      if (it->second.lease != op.lease) {
        ++it;
        continue;
      }
      changes.push_back({next_, it->first, it->second.value, std::nullopt});
      it = now.erase(it);
    }
  }
  void execute(const Compact&) {}

  std::int64_t time_ = 0;
  Revision next_;
  std::map<LeaseId, Lease> leases_;
};

class StoreModel : public testing::TestWithParam<std::uint64_t> {
 protected:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string key() { return std::string(1, static_cast<char>('a' + below(4))) + std::to_string(below(6)); }
  KeyRange range() {
    switch (below(4)) {
      case 0:
        return KeyRange::one(key());
      case 1:
        return KeyRange::prefix(std::string(1, static_cast<char>('a' + below(4))));
      case 2:
        return KeyRange::prefix("");
      default: {
        std::string a = key(), b = key();
        return a < b ? KeyRange{a, b} : KeyRange{b, a};
      }
    }
  }
  Op op() {
    switch (below(12)) {
      case 0:
        return Erase{range()};
      case 1:
        return Grant{LeaseId{1 + below(4)}, std::chrono::milliseconds(below(40))};
      case 2:
        return Revoke{LeaseId{1 + below(4)}};
      case 3:
      case 4:
        return Put{key(), std::to_string(random_()), LeaseId{1 + below(4)}};
      case 5:
        return PutCopy{key(), std::to_string(below(10)), key()};
      default:
        return Put{key(), std::to_string(random_()), {}};
    }
  }
  Command command() {
    time_ += static_cast<std::int64_t>(below(8)) - 2;  // clocks go back now and then
    Command c{0, WallTime{time_}, {}};
    for (auto n = below(3); n > 0 && below(2) == 0; --n)
      c.txn.when.push_back(
          {range(), Revision{model_.revision.value - below(model_.revision.value + 1) / (1 + below(9))}});
    for (auto n = below(5); n > 0; --n) c.txn.then.push_back(op());
    return c;
  }
  void compact_now_and_then() {
    if (below(150) != 0) return;
    const Revision upto{below(model_.revision.value + 1)};
    const Command c{0, WallTime{time_}, {{}, {Compact{upto}}}};
    const TxnResult expected = model_.apply(c);
    const Applied applied = store_.apply(c);
    EXPECT_EQ(applied.result.revision, expected.revision);
    absorb(applied);
    floor_ = std::max(floor_, upto);
  }
  void absorb(const Applied& applied) {
    for (const Record& record : condense(applied.changes)) {
      if (record.erased) {
        records_.erase(record.name);
      } else {
        records_[record.name] = record.value;
      }
    }
    const Record meta = store_.meta_record();
    records_[meta.name] = meta.value;
  }
  static State state_of(const std::vector<KeyValuePtr>& all) {
    State state;
    for (const auto& kv : all) state[kv->key] = {kv->value, kv->created, kv->modified, kv->lease};
    return state;
  }
  static std::vector<Change> changes_of(const std::vector<Event>& events) {
    std::vector<Change> changes;
    for (const Event& e : events)
      changes.push_back({e.revision, e.key(), e.before ? std::optional(e.before->value) : std::nullopt,
                         e.after ? std::optional(e.after->value) : std::nullopt});
    return changes;
  }
  void check_history() {
    const KeyRange where = range();
    const Revision at{below(model_.revision.value + 1)};
    const auto events = store_.events(where, at);
    const auto state = store_.range_at(where, at);
    ASSERT_EQ(events.has_value(), at >= floor_) << "revision " << at.value << " floor " << floor_.value;
    ASSERT_EQ(state.has_value(), at >= floor_);
    if (!events) return;
    std::vector<Change> expected;
    for (const Change& change : model_.changes)
      if (change.revision > at && where.contains(change.key)) expected.push_back(change);
    // Within one revision the model and the store may visit the keys of a lease in the same order only.
    ASSERT_EQ(changes_of(*events), expected);
    State then;
    for (const auto& [key, value] : model_.past.at(at))
      if (where.contains(key)) then[key] = value;
    ASSERT_EQ(state_of(*state), then);
  }
  void check_restore() {
    Store restored;
    for (const auto& [name, value] : records_) ASSERT_TRUE(restored.restore(name, value));
    ASSERT_EQ(restored.digest(), store_.digest());
    ASSERT_EQ(state_of(restored.latest().range(KeyRange::prefix(""))), model_.now);
    ASSERT_EQ(restored.next_expiry(), store_.next_expiry());
    std::map<std::string, std::string> snapshot;
    for (const Record& record : store_.snapshot()) snapshot[record.name] = record.value;
    ASSERT_EQ(snapshot, records_);
    // And it goes on as the original would.
    const Command next{0, WallTime{time_ + 25}, {{{KeyRange::prefix("b"), restored.revision()}}, {op()}}};
    Store twin;
    for (const auto& [name, value] : records_) ASSERT_TRUE(twin.restore(name, value));
    EXPECT_EQ(restored.apply(next).result.revision, twin.apply(next).result.revision);
    EXPECT_EQ(restored.digest(), twin.digest());
  }

  std::mt19937_64 random_{GetParam()};
  std::int64_t time_ = 1'000;
  Revision floor_;
  Store store_;
  Model model_;
  std::map<std::string, std::string> records_;
};

TEST_P(StoreModel, AgreesWithTheModelOnEverything) {
  for (int step = 0; step < 600; ++step) {
    const Command c = command();
    const TxnResult expected = model_.apply(c);
    const Applied applied = store_.apply(c);
    ASSERT_EQ(applied.result.applied, expected.applied) << "step " << step;
    ASSERT_EQ(applied.result.revision, expected.revision) << "step " << step;
    absorb(applied);
    ASSERT_EQ(state_of(store_.latest().range(KeyRange::prefix(""))), model_.now) << "step " << step;
    compact_now_and_then();
    ASSERT_NO_FATAL_FAILURE(check_history()) << "step " << step;
    if (step % 50 == 0) ASSERT_NO_FATAL_FAILURE(check_restore()) << "step " << step;
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, StoreModel, testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace batata::store
