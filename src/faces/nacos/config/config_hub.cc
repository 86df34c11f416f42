#include "faces/nacos/config/config_hub.h"

#include <algorithm>

#include "async/next_turn.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "cluster/cursor.h"
#include "domain/config/config_service.h"

namespace batata::nacos {
namespace {

// The address by which a client is known: what it believes, which gray rules look at too.
std::string address_of(const Connection& connection) {
  return is_blank(connection.client.ip) ? connection.remote_address() : connection.client.ip;
}

}  // namespace

ConfigHub::ConfigHub(cluster::Watches& watches, Connections& connections, Pushes& pushes, PushMeters& meters,
                     const PushTimes& times)
    : policy_(times.config_policy()),
      watches_(watches),
      connections_(connections),
      pushes_(pushes),
      meters_(meters) {
  connections_.on_gone([this](const ConnectionPtr& connection) { connection_gone(connection->serial); });
}

bool ConfigHub::listen(const Connection& connection, const domain::ConfigId& id, std::string spelling,
                       std::string_view md5) {
  std::string key = domain::config_key(id);
  auto found = topics_.find(key);
  auto& mine = by_connection_[connection.serial];
  if (mine.size() >= kListensMax && (found == topics_.end() || !mine.contains(found->second.get())))
    return false;
  if (found == topics_.end()) {
    auto topic = std::make_shared<Topic>(Topic{key, id, {}});
    found = topics_.emplace(std::move(key), std::move(topic)).first;
  }
  const TopicPtr& topic = found->second;
  const auto [it, added] = topic->listeners.try_emplace(connection.serial);
  if (is_blank(spelling)) spelling.clear();  // of that pushes repeat nothing
  it->second.spelling = std::move(spelling);
  it->second.md5 = md5.substr(0, kShownMd5Max);
  if (!added) return true;
  mine.emplace(topic.get(), topic);
  ++size_;
  return true;
}

void ConfigHub::forget(const Connection& connection, const domain::ConfigId& id) {
  const auto found = topics_.find(domain::config_key(id));
  if (found == topics_.end()) return;
  const TopicPtr topic = found->second;
  if (!topic->listeners.contains(connection.serial)) return;
  erase(*topic, connection.serial);
  const auto mine = by_connection_.find(connection.serial);
  mine->second.erase(topic.get());
  if (mine->second.empty()) by_connection_.erase(mine);
}

void ConfigHub::erase(Topic& topic, std::uint64_t serial) {
  size_ -= topic.listeners.erase(serial);
  if (topic.listeners.empty()) topics_.erase(topic.key);
}

void ConfigHub::connection_gone(std::uint64_t serial) {
  const auto node = by_connection_.extract(serial);
  if (node.empty()) return;
  for (const auto& [address, topic] : node.mapped()) erase(*topic, serial);
}

Task<void> ConfigHub::each_listener(domain::ConfigId id, VisitListener visit) const {
  const auto found = topics_.find(domain::config_key(id));
  if (found == topics_.end()) co_return;
  const TopicPtr topic = found->second;
  int visited = 0;
  std::uint64_t last = 0;
  for (auto it = topic->listeners.begin(); it != topic->listeners.end();
       it = topic->listeners.upper_bound(last)) {
    last = it->first;
    if (const ConnectionPtr connection = connections_.find(last))
      visit(address_of(*connection), it->second.md5);
    if (++visited % kSliceMax == 0) co_await next_turn(watches_.runtime());
  }
}

Task<void> ConfigHub::each_config(std::string address, VisitConfig visit) const {
  int visited = 0;
  std::uint64_t last = 0;
  for (auto it = connections_.all().begin(); it != connections_.all().end();
       it = connections_.all().upper_bound(last)) {
    last = it->first;
    const auto mine = by_connection_.find(last);
    if (mine != by_connection_.end() && address_of(*it->second) == address) {
      for (const auto& [unused, topic] : mine->second) visit(topic->id, topic->listeners.at(last).md5);
      visited += static_cast<int>(mine->second.size());
    }
    if (++visited >= kSliceMax) {
      visited = 0;
      co_await next_turn(watches_.runtime());
    }
  }
}

ConfigHub::TopicPtr ConfigHub::changed_topic(const store::Event& event) const {
  if (const auto owner = domain::config_key_of_grays(event.key())) {
    // The index says who gets what; a release that only got a new time leaves it as it is.
    const auto found = topics_.find(*owner);
    const bool same =
        event.before != nullptr && event.after != nullptr && event.before->value == event.after->value;
    return found == topics_.end() || same ? nullptr : found->second;
  }
  const auto found = topics_.find(event.key());
  if (found == topics_.end() || domain::md5_of(event.before) == domain::md5_of(event.after)) return nullptr;
  return found->second;
}

Task<void> ConfigHub::run() {
  for (bool behind = false;; behind = true) {
    // The history of configs lies in this range, too, and means nothing here.
    cluster::Cursor cursor(watches_, domain::all_config_changes(), watches_.store().revision());
    // With the history went the knowledge of what changed. A push says "look again", which is never wrong.
    if (behind) co_await notify_everyone();
    for (;;) {
      auto batch = co_await cursor.next(SteadyTime::never());
      if (!batch) {
        log::warn("nacos config hub fell behind error={}", batch.error().message);
        break;
      }
      for (const store::Event& event : batch->events) {
        const SteadyTime applied_at = watches_.applied().of(event.revision, watches_.runtime().now());
        if (TopicPtr topic = changed_topic(event)) co_await notify(std::move(topic), applied_at);
      }
    }
  }
}

Task<void> ConfigHub::notify_everyone() {
  std::vector<TopicPtr> topics;
  for (const auto& [key, topic] : topics_) topics.push_back(topic);
  std::sort(topics.begin(), topics.end(), [](const auto& a, const auto& b) { return a->key < b->key; });
  // How long ago the changes were made is not known any more: no earlier than they are told of now.
  for (const TopicPtr& topic : topics) co_await notify(topic, watches_.runtime().now());
}

Task<void> ConfigHub::notify(TopicPtr topic, SteadyTime changed_at) {
  PushBySpelling made;
  std::uint64_t last = 0;
  for (auto it = topic->listeners.begin(); it != topic->listeners.end();
       it = topic->listeners.upper_bound(last)) {
    last = it->first;
    push(topic, it->first, it->second, changed_at, made);
    // Listeners may come and go meanwhile: a newcomer has been told the newest md5 already.
    // Counted over all topics: an archive may change thousands that have one listener each.
    if (++pushed_ < kSliceMax) continue;
    pushed_ = 0;
    co_await next_turn(watches_.runtime());
  }
}

void ConfigHub::push(const TopicPtr& topic, std::uint64_t serial, Listener& listener, SteadyTime changed_at,
                     PushBySpelling& made) {
  if (listener.in_flight) {
    if (!std::exchange(listener.changed_again, true)) listener.changed_at = changed_at;
    return;
  }
  const ConnectionPtr connection = connections_.find(serial);
  if (connection == nullptr) return;
  auto same =
      std::find_if(made.begin(), made.end(), [&](const auto& m) { return m.first == listener.spelling; });
  if (same == made.end()) {
    made.emplace_back(listener.spelling, make_push(*topic, listener.spelling));
    same = std::prev(made.end());
  }
  listener.in_flight = true;
  meters_.sent(Pushed::kConfig);
  pushes_.send(connection, same->second, policy_, [this, topic, serial, changed_at](PushOutcome outcome) {
    settle(topic, serial, changed_at, outcome);
  });
}

void ConfigHub::settle(const TopicPtr& topic, std::uint64_t serial, SteadyTime changed_at,
                       PushOutcome outcome) {
  meters_.ended(Pushed::kConfig, outcome);
  if (outcome == PushOutcome::kGone) return;
  if (outcome != PushOutcome::kAcknowledged) {
    const ConnectionPtr connection = connections_.find(serial);
    if (connection != nullptr) connections_.eject(connection, "a config push was never acknowledged");
    return;
  }
  meters_.delivered(Pushed::kConfig, watches_.runtime().now() - changed_at);
  const auto it = topic->listeners.find(serial);
  if (it == topic->listeners.end()) return;
  Listener& listener = it->second;
  listener.in_flight = false;
  if (!std::exchange(listener.changed_again, false)) return;
  PushBySpelling made;
  push(topic, serial, listener, listener.changed_at, made);
}

Push ConfigHub::make_push(const Topic& topic, std::string_view spelling) {
  std::string members;
  json::Writer out(members);
  out.member("dataId", topic.id.data_id).member("group", topic.id.group);
  if (!is_blank(spelling)) out.member("tenant", spelling);
  return pushes_.make("ConfigChangeNotifyRequest", members, "config");
}

}  // namespace batata::nacos
