#include "faces/nacos/naming/naming_hub.h"

#include <algorithm>
#include <utility>

#include "faces/nacos/naming/naming_json.h"

namespace batata::nacos {
namespace {

nacos::Subscriber seen(const Connection& connection, const registry::ServiceKey& service,
                       const std::string& clusters) {
  const ClientInfo& client = connection.client;
  const std::string& ip = client.ip.empty() ? connection.remote_address() : client.ip;
  const std::string_view app = client.label("AppName");
  return {connection.id(), service, ip, ip, 0, client.version, std::string(app.empty() ? "-" : app),
          clusters};
}

bool is_behind(const Connection& connection) {
  return connection.stream != nullptr && connection.stream->unsent_bytes() > NamingHub::kUnsentMax;
}

}  // namespace

NamingHub::NamingHub(Runtime& runtime, domain::DiscoveryService& services, Connections& connections,
                     Pushes& pushes, PushCounters& counters, PushMeters& meters, const PushTimes& times)
    : runtime_(runtime),
      services_(services),
      pushes_(pushes),
      counters_(counters),
      meters_(meters),
      times_(times) {
  watching_ = services_.on_change([this](const domain::SnapshotPtr& snapshot) { changed(snapshot->key); });
  connections.on_gone([this](const ConnectionPtr& connection) { connection_gone(connection->serial); });
}

NamingHub::~NamingHub() {
  for (const auto& [service, topic] : topics_) {
    if (topic->timer != 0) runtime_.cancel(topic->timer);
    // A push under way holds its topic, and the connection holds the push: that ends here.
    topic->subscribers.clear();
  }
  if (catch_up_timer_ != 0) runtime_.cancel(catch_up_timer_);
}

bool NamingHub::subscribe(const ConnectionPtr& connection, const registry::ServiceKey& service,
                          std::string clusters) {
  const std::uint64_t serial = connection->serial;
  const Subscriber* known = nullptr;
  if (const auto found = topics_.find(service); found != topics_.end()) {
    const auto mine = found->second->subscribers.find(serial);
    if (mine != found->second->subscribers.end()) known = &mine->second;
  }
  if (!has_room(serial, known, clusters.size())) return false;
  TopicPtr& topic = topics_[service];
  if (topic == nullptr) {
    topic = std::make_shared<Topic>();
    topic->service = service;
  }
  const auto [it, is_new] =
      topic->subscribers.try_emplace(serial, Subscriber{.connection = connection, .clusters = {}});
  OfConnection& mine = by_connection_[serial];
  mine.cluster_bytes += clusters.size() - it->second.clusters.size();
  it->second.clusters = std::move(clusters);
  if (!is_new) return true;
  ++size_;
  mine.topics.insert(topic);
  let_wait(topic, serial, times_.naming_delay);
  return true;
}

// `known`: the subscription that the new one takes the place of; null when there is none.
bool NamingHub::has_room(std::uint64_t serial, const Subscriber* known, std::size_t cluster_bytes) const {
  const auto mine = by_connection_.find(serial);
  const std::size_t kept = mine == by_connection_.end() ? 0 : mine->second.cluster_bytes;
  const std::size_t freed = known == nullptr ? 0 : known->clusters.size();
  if (kept - freed + cluster_bytes > kClusterBytesMax) return false;
  return known != nullptr || mine == by_connection_.end() || mine->second.topics.size() < kSubscriptionsMax;
}

void NamingHub::unsubscribe(const Connection& connection, const registry::ServiceKey& service) {
  const auto found = topics_.find(service);
  if (found == topics_.end() || !found->second->subscribers.contains(connection.serial)) return;
  const TopicPtr topic = found->second;
  const auto mine = by_connection_.find(connection.serial);
  mine->second.topics.erase(topic);
  mine->second.cluster_bytes -= topic->subscribers.find(connection.serial)->second.clusters.size();
  if (mine->second.topics.empty()) by_connection_.erase(mine);
  erase(topic, connection.serial);
}

void NamingHub::connection_gone(std::uint64_t serial) {
  const auto node = by_connection_.extract(serial);
  if (node.empty()) return;
  behind_.erase(serial);
  for (const TopicPtr& topic : node.mapped().topics) erase(topic, serial);
}

void NamingHub::erase(const TopicPtr& topic, std::uint64_t serial) {
  topic->subscribers.erase(serial);
  topic->waiting.erase(serial);
  --size_;
  if (!topic->subscribers.empty()) return;
  if (topic->timer != 0) runtime_.cancel(std::exchange(topic->timer, 0));
  topics_.erase(topic->service);
}

void NamingHub::changed(const registry::ServiceKey& service) {
  const auto found = topics_.find(service);
  if (found == topics_.end()) return;
  const TopicPtr& topic = found->second;
  const bool begun = std::exchange(topic->begun, false);
  if (begun || !topic->sweep.under_way()) topic->changed_at = runtime_.now();
  topic->sweep.meet_everybody();
  topic->waiting.clear();
  arm(topic, runtime_.now() + times_.naming_delay);
}

void NamingHub::let_wait(const TopicPtr& topic, std::uint64_t serial, Duration delay) {
  if (!topic->sweep.meets(serial)) topic->waiting.insert(serial);
  arm(topic, runtime_.now() + delay);
}

// The first change counts: later ones do not push the timer back.
void NamingHub::arm(const TopicPtr& topic, SteadyTime when) {
  if (topic->timer != 0) {
    if (topic->timer_at <= when) return;
    runtime_.cancel(topic->timer);
  }
  topic->timer_at = when;
  topic->timer = runtime_.at(when, [this, weak = std::weak_ptr<Topic>(topic)] {
    const TopicPtr alive = weak.lock();  // the topic's end cancels the timer: it is there
    alive->timer = 0;
    fire(alive);
  });
}

void NamingHub::fire(const TopicPtr& topic) {
  if (!services_.switches().push_enabled()) {
    arm(topic, runtime_.now() + times_.naming_retry_delay);
    return;
  }
  tell_slice(topic, present_of(*topic));
  if (!topic->waiting.empty() || topic->sweep.under_way()) arm(topic, runtime_.now());
}

void NamingHub::tell_slice(const TopicPtr& topic, const Present& present) {
  int told = 0;
  for (; !topic->waiting.empty() && told < kSliceMax; ++told) {
    const std::uint64_t serial = topic->waiting.extract(topic->waiting.begin()).value();
    tell(topic, serial, topic->subscribers.find(serial)->second, present);
  }
  topic->begun = true;
  topic->sweep.advance(topic->subscribers, kSliceMax - told,
                       [&](std::uint64_t serial, Subscriber& subscriber) {
                         if (subscriber.changed_at == SteadyTime::never())
                           subscriber.changed_at = topic->changed_at;
                         tell(topic, serial, subscriber, present);
                       });
}

NamingHub::Present NamingHub::present_of(const Topic& topic) const {
  return {services_.snapshot(topic.service), runtime_.now()};
}

void NamingHub::tell(const TopicPtr& topic, std::uint64_t serial, Subscriber& subscriber,
                     const Present& present) {
  if (subscriber.in_flight) {
    subscriber.again = true;
  } else if (is_behind(*subscriber.connection)) {
    behind_[serial].insert(topic);
    arm_catch_up();
  } else {
    push(topic, serial, subscriber, present);
  }
}

void NamingHub::arm_catch_up() {
  if (catch_up_timer_ != 0 || behind_.empty()) return;
  catch_up_timer_ = runtime_.at(runtime_.now() + kCatchUp, [this] {
    catch_up_timer_ = 0;
    catch_up();
  });
}

void NamingHub::catch_up() {
  int told = 0;
  for (auto it = behind_.begin(); it != behind_.end() && told < kSliceMax;) {
    auto& [serial, topics] = *it;
    for (; !topics.empty() && told < kSliceMax; ++told) {
      const TopicPtr topic = *topics.begin();
      const auto subscriber = topic->subscribers.find(serial);
      if (subscriber != topic->subscribers.end() && is_behind(*subscriber->second.connection)) break;
      topics.erase(topics.begin());
      if (subscriber != topic->subscribers.end() && !subscriber->second.in_flight)
        push(topic, serial, subscriber->second, present_of(*topic));
    }
    it = topics.empty() ? behind_.erase(it) : std::next(it);
  }
  arm_catch_up();
}

void NamingHub::push(const TopicPtr& topic, std::uint64_t serial, Subscriber& subscriber,
                     const Present& present) {
  if (!services_.switches().push_enabled()) {  // it waits until it is switched on again
    let_wait(topic, serial, times_.naming_retry_delay);
    return;
  }
  if (subscriber.connection->stream == nullptr) return;  // its end is being told to observers
  subscriber.in_flight = true;
  subscriber.again = false;
  ++topic->in_flight;
  meters_.sent(Pushed::kService);
  const Sent sent{present.now, std::exchange(subscriber.changed_at, SteadyTime::never())};
  pushes_.send(subscriber.connection, make(*topic, subscriber.clusters, present.service),
               PushPolicy{.timeout = times_.naming_timeout, .retry_step = {}, .tries_max = 1},
               [this, topic, serial, sent](PushOutcome outcome) { settle(topic, serial, sent, outcome); });
}

const Push& NamingHub::make(Topic& topic, const std::string& clusters, const domain::SnapshotPtr& service) {
  const std::uint64_t revision = service != nullptr ? service->revision : 0;
  for (const Made& made : topic.made)
    if (made.clusters == clusters && made.revision == revision) return made.push;
  std::erase_if(topic.made, [revision](const Made& made) { return made.revision != revision; });
  const domain::Selection selection{.clusters = clusters};
  const std::string members =
      "\"serviceInfo\":" + service_info(topic.service, service, selection, services_.time(),
                                        Destination::kGrpc, services_.switches().push_cache());
  topic.made.push_back({clusters, revision, pushes_.make("NotifySubscriberRequest", members, "naming")});
  return topic.made.back().push;
}

void NamingHub::settle(const TopicPtr& topic, std::uint64_t serial, const Sent& sent, PushOutcome outcome) {
  --topic->in_flight;
  meters_.ended(Pushed::kService, outcome);
  if (outcome == PushOutcome::kAcknowledged) {
    counters_.succeeded(runtime_.now() - sent.at);
    if (sent.changed_at != SteadyTime::never())
      meters_.delivered(Pushed::kService, runtime_.now() - sent.changed_at);
  }
  if (outcome == PushOutcome::kUnanswered || outcome == PushOutcome::kRefused) counters_.failed();
  const auto it = topic->subscribers.find(serial);
  if (it != topic->subscribers.end() && it->second.in_flight) {
    Subscriber& subscriber = it->second;
    subscriber.in_flight = false;
    const bool again = std::exchange(subscriber.again, false);
    if (outcome == PushOutcome::kUnanswered || outcome == PushOutcome::kRefused) {
      subscriber.changed_at = std::min(subscriber.changed_at, sent.changed_at);
      let_wait(topic, serial, times_.naming_retry_delay);
    } else if (again && outcome == PushOutcome::kAcknowledged) {
      push(topic, serial, subscriber, present_of(*topic));
    }
  }
  if (topic->in_flight == 0 && topic->waiting.empty() && !topic->sweep.under_way()) topic->made.clear();
}

void NamingHub::add_subscribers(const ServiceTest& wanted, std::vector<nacos::Subscriber>& to) const {
  for (const auto& [service, topic] : topics_) {
    if (!wanted(service)) continue;
    for (const auto& [serial, subscriber] : topic->subscribers)
      to.push_back(seen(*subscriber.connection, service, subscriber.clusters));
  }
}

std::vector<nacos::Subscriber> NamingHub::subscribers(const Connection& connection) const {
  std::vector<nacos::Subscriber> mine;
  const auto found = by_connection_.find(connection.serial);
  if (found == by_connection_.end()) return mine;
  for (const TopicPtr& topic : found->second.topics) {
    const Subscriber& subscriber = topic->subscribers.find(connection.serial)->second;
    mine.push_back(seen(connection, topic->service, subscriber.clusters));
  }
  std::ranges::sort(mine, {}, &nacos::Subscriber::service);
  return mine;
}

}  // namespace batata::nacos
