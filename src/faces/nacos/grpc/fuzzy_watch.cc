#include "faces/nacos/grpc/fuzzy_watch.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "async/next_turn.h"

namespace batata::nacos {

std::string_view sync_type(FuzzySync::Kind kind) {
  switch (kind) {
    case FuzzySync::Kind::kFirst:
      return "FUZZY_WATCH_INIT_NOTIFY";
    case FuzzySync::Kind::kDifference:
      return "FUZZY_WATCH_DIFF_SYNC_NOTIFY";
    case FuzzySync::Kind::kFinished:
      break;
  }
  return "FINISH_FUZZY_WATCH_INIT_NOTIFY";
}

FuzzyWatch::FuzzyWatch(Runtime& runtime, Connections& connections, Pushes& pushes,
                       const FuzzyDialect& dialect, const FuzzyLimits& limits, PushPolicy policy, Slice slice)
    : runtime_(runtime),
      connections_(connections),
      pushes_(pushes),
      dialect_(dialect),
      limits_(limits),
      policy_(policy),
      slice_(std::move(slice)),
      turns_(runtime) {
  connections_.on_gone([this](const ConnectionPtr& connection) { connection_gone(connection->serial); });
}

FuzzyWatch::~FuzzyWatch() {
  if (drain_timer_ != 0) runtime_.cancel(drain_timer_);
}

Task<FuzzyOutcome> FuzzyWatch::watch(ConnectionPtr connection, std::string text,
                                     std::vector<std::string> received, bool initializing) {
  if (text.size() > kPatternMax) co_return FuzzyOutcome::kPatternTooLong;
  if (received.size() > limits_.received()) co_return FuzzyOutcome::kTooManyReceived;
  const std::uint64_t serial = connection->serial;
  const auto turn = co_await turns_.take(text);  // one look-up of a pattern at a time
  if (connections_.find(serial) == nullptr) co_return FuzzyOutcome::kWatching;  // nobody is there to be told
  const bool is_new = !patterns_.contains(text);
  if (is_new && patterns_.size() >= limits_.patterns) co_return FuzzyOutcome::kTooManyPatterns;
  PatternPtr& known = patterns_[text];
  if (known == nullptr) known = std::make_shared<Pattern>(text);
  const PatternPtr pattern = known;  // what the map has may change while this waits
  pattern->watchers.try_emplace(serial);
  // What went from a full pattern has made room for what did not fit.
  if (is_new || (pattern->overflown && pattern->matched.size() < limits_.matches)) co_await look(pattern);
  if (!pattern->watchers.contains(serial)) co_return FuzzyOutcome::kWatching;  // it has left meanwhile
  if (!std::ranges::is_sorted(received)) std::ranges::sort(received);
  begin_sync(pattern, serial, received, initializing);
  co_return pattern->matched.size() >= limits_.matches ? FuzzyOutcome::kTooManyMatches
                                                       : FuzzyOutcome::kWatching;
}

Task<void> FuzzyWatch::look(PatternPtr pattern) {
  pattern->overflown = false;
  if (!pattern->parsed.whole()) co_return;
  std::optional<ResourceName> after;
  for (;;) {
    std::vector<ResourceName> names = slice_(pattern->parsed.space(), after ? &*after : nullptr);
    for (const ResourceName& name : names)
      if (pattern->parsed.matches(name)) found(pattern, dialect_.key_of(name));
    // Of a full pattern the rest is of interest only where it says which matches are still there.
    if (names.empty() || (pattern->overflown && !pattern->seen)) co_return;
    after = std::move(names.back());
    co_await next_turn(runtime_);  // what changes meanwhile is told to `changed`
  }
}

// By a look. Who watches already is told what is new to him.
void FuzzyWatch::found(const PatternPtr& pattern, const std::string& key) {
  const bool is_news = admit(*pattern, key);
  if (!pattern->seen || !pattern->matched.contains(key)) return;
  pattern->seen->insert(key);
  if (is_news) spread_to_all(*pattern, key, true);
}

// True when the key is new to the pattern.
bool FuzzyWatch::admit(Pattern& pattern, const std::string& key) const {
  if (pattern.matched.contains(key)) return false;
  if (pattern.matched.size() >= limits_.matches) {
    pattern.overflown = true;
    return false;
  }
  pattern.matched.insert(key);
  return true;
}

void FuzzyWatch::cancel(const Connection& connection, std::string_view pattern) {
  if (const auto it = patterns_.find(pattern); it != patterns_.end()) {
    const PatternPtr kept = it->second;
    leave(kept, connection.serial);
  }
}

void FuzzyWatch::leave(const PatternPtr& pattern, std::uint64_t serial) {
  pattern->watchers.erase(serial);
  if (pattern->watchers.empty()) patterns_.erase(pattern->text);
}

void FuzzyWatch::connection_gone(std::uint64_t serial) {
  notices_.erase(serial);
  std::vector<PatternPtr> watched;
  for (const auto& [text, pattern] : patterns_)
    if (pattern->watchers.contains(serial)) watched.push_back(pattern);
  for (const PatternPtr& pattern : watched) leave(pattern, serial);
}

void FuzzyWatch::begin_sync(const PatternPtr& pattern, std::uint64_t serial,
                            const std::vector<std::string>& received, bool initializing) {
  Sync sync{.initializing = initializing, .number = ++last_number_};
  std::ranges::set_difference(pattern->matched, received, std::back_inserter(sync.keys));
  // Of a full pattern not all that matches is known, so that nothing is known to be gone.
  if (pattern->matched.size() < limits_.matches)
    std::ranges::set_difference(received, pattern->matched, std::back_inserter(sync.keys));
  pattern->watchers[serial] = std::move(sync);
  push_sync(pattern, serial);
}

// One batch after the other: each says how things stand when it is sent.
void FuzzyWatch::push_sync(const PatternPtr& pattern, std::uint64_t serial) {
  const auto it = pattern->watchers.find(serial);
  const ConnectionPtr connection = connections_.find(serial);
  if (it == pattern->watchers.end() || connection == nullptr) return;
  Sync& sync = it->second;
  const std::size_t batches = (sync.keys.size() + limits_.batch - 1) / limits_.batch;
  std::vector<FuzzyContext> contexts;
  for (; contexts.empty() && sync.next < sync.keys.size(); ++sync.batch) {
    const std::size_t end = std::min(sync.next + limits_.batch, sync.keys.size());
    for (; sync.next < end; ++sync.next) {
      const bool exists = pattern->matched.contains(sync.keys[sync.next]);
      if (exists || pattern->matched.size() < limits_.matches)
        contexts.push_back({sync.keys[sync.next], exists});
    }
  }
  FuzzySync message{.pattern = pattern->text, .contexts = contexts, .batches = batches, .batch = sync.batch};
  if (contexts.empty()) {
    if (!sync.initializing || std::exchange(sync.finished, true)) return;
    message.kind = FuzzySync::Kind::kFinished;
  } else {
    message.kind = sync.initializing ? FuzzySync::Kind::kFirst : FuzzySync::Kind::kDifference;
  }
  pushes_.send(connection, pushes_.make(dialect_.sync_type, dialect_.sync_members(message), dialect_.module),
               policy_, [this, pattern, serial, number = sync.number](PushOutcome outcome) {
                 settle_sync(pattern, serial, number, outcome);
               });
}

void FuzzyWatch::settle_sync(const PatternPtr& pattern, std::uint64_t serial, std::uint64_t number,
                             PushOutcome outcome) {
  if (!is_acknowledged(serial, outcome)) return;
  const auto it = pattern->watchers.find(serial);
  if (it != pattern->watchers.end() && it->second.number == number) push_sync(pattern, serial);
}

bool FuzzyWatch::is_acknowledged(std::uint64_t serial, PushOutcome outcome) {
  if (outcome == PushOutcome::kAcknowledged) return true;
  const ConnectionPtr connection = outcome == PushOutcome::kGone ? nullptr : connections_.find(serial);
  if (connection != nullptr) connections_.eject(connection, "a push of a fuzzy watch was never acknowledged");
  return false;
}

void FuzzyWatch::changed(const ResourceName& resource, bool exists) {
  std::string key;
  std::set<std::uint64_t> to;  // once, however many of its patterns match
  for (const auto& [text, pattern] : patterns_) {
    if (!pattern->parsed.matches(resource)) continue;
    if (key.empty()) key = dialect_.key_of(resource);
    const bool is_news = exists ? admit(*pattern, key) : pattern->matched.erase(key) > 0;
    if (pattern->seen && exists && pattern->matched.contains(key)) pattern->seen->insert(key);
    if (!is_news) continue;
    for (const auto& [serial, sync] : pattern->watchers) to.insert(serial);
  }
  if (!to.empty()) spread({.key = std::move(key), .exists = exists, .to = {to.begin(), to.end()}});
}

// What is known stays until the look has passed: comparisons that are under way go by it.
Task<void> FuzzyWatch::look_again() {
  std::vector<PatternPtr> patterns;
  for (const auto& [text, pattern] : patterns_) patterns.push_back(pattern);
  for (const PatternPtr& pattern : patterns) {
    const auto turn = co_await turns_.take(pattern->text);
    if (pattern->watchers.empty()) continue;
    pattern->seen.emplace();
    co_await look(pattern);
    std::vector<std::string> gone;
    std::ranges::set_difference(pattern->matched, *pattern->seen, std::back_inserter(gone));
    for (const std::string& key : gone) {
      pattern->matched.erase(key);
      spread_to_all(*pattern, key, false);
    }
    // They have made room for what did not fit.
    if (pattern->overflown && !gone.empty()) co_await look(pattern);
    pattern->seen.reset();
  }
}

void FuzzyWatch::spread_to_all(const Pattern& pattern, const std::string& key, bool exists) {
  std::vector<std::uint64_t> to;
  for (const auto& [serial, sync] : pattern.watchers) to.push_back(serial);
  if (!to.empty()) spread({.key = key, .exists = exists, .to = std::move(to)});
}

void FuzzyWatch::spread(News news) {
  news_.push_back(std::move(news));
  if (drain_timer_ == 0) drain();
}

void FuzzyWatch::drain() {
  for (std::size_t told = 0; !news_.empty();) {
    News& news = news_.front();
    for (; news.next < news.to.size() && told < kSliceMax; ++news.next, ++told)
      tell(news, news.to[news.next]);
    if (news.next == news.to.size()) {
      news_.pop_front();
      continue;
    }
    drain_timer_ = runtime_.at(runtime_.now(), [this] {
      drain_timer_ = 0;
      drain();
    });
    return;
  }
}

void FuzzyWatch::tell(News& news, std::uint64_t serial) {
  const ConnectionPtr connection = connections_.find(serial);
  if (connection == nullptr) return;
  const auto [notice, is_new] = notices_[serial].try_emplace(news.key, Notice{news.exists, news.exists});
  notice->second.now = news.exists;
  if (!is_new) return;  // one is under way; if it says something else, another follows it
  if (!news.push) news.push = make_change(news.key, news.exists);
  push_change(connection, news.key, *news.push);
}

Push FuzzyWatch::make_change(std::string_view key, bool exists) {
  return pushes_.make(dialect_.change_type, dialect_.change_members(key, exists), dialect_.module);
}

void FuzzyWatch::push_change(const ConnectionPtr& connection, const std::string& key, const Push& push) {
  pushes_.send(connection, push, policy_, [this, serial = connection->serial, key](PushOutcome outcome) {
    settle_change(serial, key, outcome);
  });
}

void FuzzyWatch::settle_change(std::uint64_t serial, const std::string& key, PushOutcome outcome) {
  if (!is_acknowledged(serial, outcome)) return;
  const auto mine = notices_.find(serial);
  if (mine == notices_.end()) return;
  const auto it = mine->second.find(key);
  if (it == mine->second.end()) return;
  Notice& notice = it->second;
  const ConnectionPtr connection = connections_.find(serial);
  if (connection != nullptr && notice.told != notice.now) {
    notice.told = notice.now;
    push_change(connection, key, make_change(key, notice.now));
    return;
  }
  mine->second.erase(it);
  if (mine->second.empty()) notices_.erase(mine);
}

}  // namespace batata::nacos
