#include "sim/writers.h"

#include "async/sleep.h"
#include "cluster/cursor.h"

namespace batata::sim {
namespace {

constexpr const char* kCounter = "counter";

}  // namespace

void Writers::start(Scope& scope, cluster::Proposer& proposer, const store::Store& store,
                    std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) scope.spawn(write_for_ever(proposer, store));
}

void Writers::watch(Scope& scope, cluster::Watches& watches) {
  scope.spawn(follow(watches));
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
      co_await write_leased(proposer);
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
  told.outcome = result ? Outcome::kAcknowledged : Outcome::kRefused;
  if (!result) co_return;
  told.revision = result->revision;
  highest_ = std::max(highest_, result->revision);
}

Task<void> Writers::raise_counter(cluster::Proposer& proposer, const store::Store& store) {
  const auto now = store.latest().get(kCounter);
  const std::uint64_t value = now == nullptr ? 0 : std::stoull(now->value);
  store::Txn txn{{store::Unchanged{store::KeyRange::one(kCounter), store.revision()}},
                 {store::Put{kCounter, std::to_string(value + 1), {}}}};
  ++perhaps_raised_;
  auto result = co_await proposer.propose(context(), std::move(txn));
  if (!result && result.error().code == Errc::kOutcomeUnknown) co_return;
  --perhaps_raised_;
  if (result && result->applied) ++raised_;
}

Task<void> Writers::write_leased(cluster::Proposer& proposer) {
  const std::uint64_t id = ++serial_;
  const auto ttl = std::chrono::milliseconds(1 + runtime_.random() % 300);
  store::Txn txn{
      {}, {store::Grant{LeaseId{id}, ttl}, store::Put{"leased/" + std::to_string(id), "x", LeaseId{id}}}};
  (void)co_await proposer.propose(context(), std::move(txn));
}

Task<void> Writers::write_and_erase(cluster::Proposer& proposer) {
  const std::string key = "scratch/" + std::to_string(runtime_.random() % 8);
  store::Txn txn{{}, {store::Put{key, "x", {}}}};
  if (runtime_.random() % 2 == 0) txn.then = {store::Erase{store::KeyRange::one(key)}};
  (void)co_await proposer.propose(context(), std::move(txn));
}

Task<void> Writers::follow(cluster::Watches& watches) {
  cluster::Cursor cursor(watches, store::KeyRange::prefix(""), watches.store().revision());
  for (;;) {
    const Revision before = cursor.position();
    auto batch = co_await cursor.next(SteadyTime::never());
    if (!batch) {
      watch_failure_ = "a watcher that never fell behind was told: " + batch.error().message;
      co_return;
    }
    Revision last = before;
    for (const store::Event& event : batch->events) {
      const bool next = event.revision == last || event.revision.value == last.value + 1;
      if (!next || event.revision <= before) watch_failure_ = "a watcher missed a revision or saw one twice";
      last = event.revision;
    }
    if (last != batch->upto) watch_failure_ = "a watcher was told a revision without its events";
  }
}

void Writers::observe(const store::Store& store) {
  for (auto& [key, told] : told_) {
    const auto kv = told.outcome == Outcome::kUnknown ? store.latest().get(key) : nullptr;
    if (kv == nullptr) continue;
    told.outcome = Outcome::kAcknowledged;
    told.revision = kv->modified;
  }
  highest_ = std::max(highest_, store.revision());
}

std::string Writers::check_key(const std::string& key, const Told& told, const store::Store& store) const {
  const auto kv = store.latest().get(key);
  if (kv == nullptr) return told.outcome == Outcome::kAcknowledged ? "lost acknowledged write " + key : "";
  if (told.outcome == Outcome::kRefused) return "refused write is there: " + key;
  if (kv->value != told.value) return "wrong value of " + key;
  if (kv->created != kv->modified) return "written twice: " + key;
  if (told.outcome == Outcome::kAcknowledged && kv->modified != told.revision)
    return "another revision than acknowledged: " + key;
  return "";
}

std::string Writers::check(const store::Store& store) const {
  for (const auto& [key, told] : told_)
    if (auto wrong = check_key(key, told, store); !wrong.empty()) return wrong;
  if (store.revision() < highest_) return "the revision fell";
  const auto counter = store.latest().get(kCounter);
  const std::uint64_t value = counter == nullptr ? 0 : std::stoull(counter->value);
  if (value < raised_ || value > raised_ + perhaps_raised_) return "the counter lost or doubled an increment";
  return "";
}

}  // namespace batata::sim
