#include "sim/writers.h"

#include "async/sleep.h"

namespace batata::sim {
namespace {

constexpr const char* kCounter = "counter";

bool is_everything(const store::KeyRange& range) {
  return range == store::KeyRange::prefix("");
}

std::uint64_t number_in(const store::KeyValuePtr& kv) {
  return kv == nullptr ? 0 : std::stoull(kv->value);
}

}  // namespace

void Writers::start(Scope& scope, cluster::Proposer& proposer, const store::Store& store,
                    std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) scope.spawn(write_for_ever(proposer, store));
}

void Writers::watch(Scope& scope, cluster::Watches& watches) {
  const Revision now = watches.store().revision();
  watchers_ = {{store::KeyRange::prefix(""), now}, {store::KeyRange::one(kCounter), now}};
  for (Watcher& watcher : watchers_) scope.spawn(follow(watches, watcher));
}

cluster::Context Writers::context() {
  cluster::Context context;
  if (runtime_.random() % 4 == 0)
    context.deadline = runtime_.now() + std::chrono::milliseconds(runtime_.random() % 40);
  return context;
}

Task<void> Writers::write_for_ever(cluster::Proposer& proposer, const store::Store& store) {
  for (;;) {
    co_await sleep_for(runtime_, std::chrono::microseconds(runtime_.random() % 6'000));
    const std::uint64_t dice = runtime_.random() % 20;
    if (dice < 11) {
      co_await write_own_key(proposer);
    } else if (dice < 16) {
      co_await raise_counter(proposer, store);
    } else if (dice < 18) {
      co_await write_leased(proposer, store);
    } else {
      co_await write_and_erase(proposer);
    }
  }
}

Task<void> Writers::write_own_key(cluster::Proposer& proposer) {
  const std::string key = "own/" + std::to_string(++serial_);
  // Now and then one that fills most of an entry, or several sectors.
  const std::size_t length =
      runtime_.random() % 16 == 0 ? runtime_.random() % 5'000 : runtime_.random() % 200;
  const std::string value = key + std::string(length, static_cast<char>('a' + serial_ % 26));
  told_[key] = {Outcome::kUnknown, value, {}};
  ++unknown_;
  store::Txn txn{{}, {store::Put{key, value, {}}}};
  auto result = co_await proposer.propose(context(), std::move(txn));
  if (!result && result.error().code == Errc::kOutcomeUnknown) co_return;
  --unknown_;
  if (result) ++acknowledged_;
  Told& told = told_[key];
  told.outcome = result ? Outcome::kAcknowledged : Outcome::kNotThere;
  if (!result) co_return;
  told.revision = result->revision;
  highest_ = std::max(highest_, result->revision);
}

Task<void> Writers::raise_counter(cluster::Proposer& proposer, const store::Store& store) {
  const std::uint64_t value = number_in(store.latest().get(kCounter));
  store::Txn txn{{store::Unchanged{store::KeyRange::one(kCounter), store.revision()}},
                 {store::Put{kCounter, std::to_string(value + 1), {}}}};
  ++perhaps_raised_;
  auto result = co_await proposer.propose(context(), std::move(txn));
  if (!result && result.error().code == Errc::kOutcomeUnknown) co_return;
  --perhaps_raised_;
  if (result && result->applied) ++raised_;
}

Task<void> Writers::write_leased(cluster::Proposer& proposer, const store::Store& store) {
  const LeaseId id{++serial_};
  const auto ttl = std::chrono::milliseconds(1 + runtime_.random() % 300);
  store::Txn txn{{}, {store::Grant{id, ttl}, store::Put{LeasedKeys::key(id), "x", id}}};
  leased_.sent(id, ttl, store.time());
  auto result = co_await proposer.propose(context(), std::move(txn));
  if (!result && result.error().code == Errc::kOutcomeUnknown) co_return;
  if (result) {
    leased_.written(id, result->revision, store.time());
  } else {
    leased_.refused(id);
  }
}

Task<void> Writers::write_and_erase(cluster::Proposer& proposer) {
  const std::string key = "scratch/" + std::to_string(runtime_.random() % 8);
  ScratchKeys::Value value;
  store::Txn txn{{}, {store::Erase{store::KeyRange::one(key)}}};
  if (runtime_.random() % 2 == 0) {
    value = std::to_string(++serial_);
    txn.then = {store::Put{key, *value, {}}};
  }
  scratch_.sent(key, value);
  auto result = co_await proposer.propose(context(), std::move(txn));
  if (!result && result.error().code == Errc::kOutcomeUnknown) co_return;
  if (result) {
    scratch_.written(key, value, result->revision);
  } else {
    scratch_.refused(key, value);
  }
}

Task<void> Writers::follow(cluster::Watches& watches, Watcher& watcher) {
  cluster::Cursor cursor(watches, watcher.range, watcher.position);
  for (;;) {
    auto batch = co_await cursor.next(SteadyTime::never());
    if (!batch) {
      watch_failure_ = "a watcher that never fell behind was told: " + batch.error().message;
      co_return;
    }
    check_batch(watcher, *batch);
    watcher.position = cursor.position();
  }
}

void Writers::check_batch(const Watcher& watcher, const cluster::Batch& batch) {
  const bool everything = is_everything(watcher.range);
  Revision last = watcher.position;
  for (const store::Event& event : batch.events) {
    const bool next =
        everything ? event.revision.value <= last.value + 1 : watcher.range.contains(event.key());
    const bool in_order = event.revision >= last && event.revision > watcher.position;
    if (!next || !in_order) watch_failure_ = "a watcher missed a revision or saw one twice";
    last = event.revision;
  }
  if (batch.events.empty()) watch_failure_ = "a watcher was woken for nothing";
  if (everything && last != batch.upto) watch_failure_ = "a watcher was told a revision without its events";
}

std::string Writers::check_watchers(const store::Store& store) const {
  for (const Watcher& watcher : watchers_) {
    Revision newest = store.revision();
    if (!is_everything(watcher.range)) {
      const auto kv = store.latest().get(watcher.range.begin);
      newest = kv == nullptr ? Revision{} : kv->modified;
    }
    if (watcher.position < newest || watcher.position > store.revision())
      return "a watcher stands at revision " + std::to_string(watcher.position.value) +
             " where it has to be at " + std::to_string(newest.value);
  }
  return "";
}

void Writers::observe(const store::Store& store) {
  for (auto& [key, told] : told_) {
    if (told.outcome != Outcome::kUnknown) continue;
    const auto kv = store.latest().get(key);
    told.outcome = kv == nullptr ? Outcome::kNotThere : Outcome::kAcknowledged;
    if (kv != nullptr) told.revision = kv->modified;
  }
  raised_ = number_in(store.latest().get(kCounter));
  perhaps_raised_ = 0;
  leased_.observe(store);
  scratch_.observe(store);
  highest_ = std::max(highest_, store.revision());
}

std::string Writers::check_key(const std::string& key, const Told& told, const store::Store& store) const {
  const auto kv = store.latest().get(key);
  if (kv == nullptr) return told.outcome == Outcome::kAcknowledged ? "lost acknowledged write " + key : "";
  if (told.outcome == Outcome::kNotThere)
    return "a write is there that was refused, or was not there after an earlier start: " + key;
  if (kv->value != told.value) return "wrong value of " + key;
  if (kv->created != kv->modified) return "written twice: " + key;
  if (told.outcome == Outcome::kAcknowledged && kv->modified != told.revision)
    return "another revision than acknowledged: " + key;
  return "";
}

std::string Writers::check_counter(const store::Store& store) const {
  const std::uint64_t value = number_in(store.latest().get(kCounter));
  const bool possible = value >= raised_ && value <= raised_ + perhaps_raised_;
  return possible ? "" : "the counter lost or doubled an increment";
}

std::string Writers::check(const store::Store& store) const {
  for (const auto& [key, told] : told_)
    if (auto wrong = check_key(key, told, store); !wrong.empty()) return wrong;
  if (store.revision() < highest_) return "the revision fell";
  for (auto wrong : {check_counter(store), leased_.check(store), scratch_.check(store)})
    if (!wrong.empty()) return wrong;
  return "";
}

}  // namespace batata::sim
