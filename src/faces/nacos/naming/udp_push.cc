#include "faces/nacos/naming/udp_push.h"

#include <algorithm>
#include <utility>

#include "faces/nacos/naming/naming_json.h"
#include "faces/nacos/naming/push_agents.h"
#include "faces/nacos/naming/udp_messages.h"

namespace batata::nacos {
namespace {

Subscriber seen(const wire::DatagramPeer& peer, const std::string& agent, const std::string& app,
                const registry::ServiceKey& service, const std::string& clusters) {
  const std::string address = peer.address + ":" + std::to_string(peer.port);
  return {address + "#true", service, address, peer.address, peer.port, agent, app, clusters};
}

}  // namespace

UdpPush::UdpPush(Runtime& runtime, domain::DiscoveryService& services, wire::Datagrams& socket,
                 PushCounters& counters, const PushTimes& times)
    : runtime_(runtime), services_(services), socket_(socket), counters_(counters), times_(times) {
  watching_ = services_.on_change([this](const domain::SnapshotPtr& snapshot) { changed(snapshot->key); });
  socket_.on_receive(
      [this](std::string_view bytes, const wire::DatagramPeer& from) { acknowledged(bytes, from); });
}

UdpPush::~UdpPush() {
  socket_.on_receive(nullptr);
  for (const auto& [service, topic] : topics_)
    if (topic.timer != 0) runtime_.cancel(topic.timer);
  if (retry_timer_ != 0) runtime_.cancel(retry_timer_);
  if (sweep_timer_ != 0) runtime_.cancel(sweep_timer_);
}

void UdpPush::heard(UdpSubscription subscription) {
  if (on_the_way_->fetch_add(1, std::memory_order_relaxed) >= kOnTheWayMax) {
    on_the_way_->fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  runtime_.post([this, alive = std::weak_ptr<int>(alive_), on_the_way = on_the_way_,
                 subscription = std::move(subscription)]() mutable {
    on_the_way->fetch_sub(1, std::memory_order_relaxed);
    if (!alive.expired()) subscribe(std::move(subscription));
  });
}

bool UdpPush::has_room(const std::string& address) const {
  const auto mine = by_address_.find(address);
  return size_ < kSubscriptionsMax && (mine == by_address_.end() || mine->second < kOfAddressMax);
}

void UdpPush::subscribe(UdpSubscription subscription) {
  if (!is_pushed_over_udp(subscription.agent, *services_.switches().all())) return;
  auto client = clients_.find(subscription.peer);
  const bool is_new = client == clients_.end() || !client->second.services.contains(subscription.service);
  if (is_new && !has_room(subscription.peer.address)) return;
  if (client == clients_.end()) client = clients_.emplace(subscription.peer, Client{}).first;
  client->second.agent = std::move(subscription.agent);
  client->second.app = std::move(subscription.app);
  client->second.last_heard = runtime_.now();
  client->second.services[subscription.service].clusters = std::move(subscription.clusters);
  arm_sweep();
  if (!is_new) return;
  ++size_;
  ++by_address_[client->first.address];
  const auto topic = topics_.try_emplace(subscription.service).first;
  topic->second.subscribers.insert(client->first);
  topic->second.waiting.insert(client->first);
  arm(topic, runtime_.now() + times_.naming_delay);
}

void UdpPush::changed(const registry::ServiceKey& service) {
  const auto topic = topics_.find(service);
  if (topic == topics_.end()) return;
  topic->second.everyone = true;
  arm(topic, runtime_.now() + times_.naming_delay);
}

// The first change counts: later ones do not push the timer back. A topic's end cancels its timer.
void UdpPush::arm(Topics::iterator topic, SteadyTime when) {
  if (topic->second.timer != 0) {
    if (topic->second.timer_at <= when) return;
    runtime_.cancel(topic->second.timer);
  }
  topic->second.timer_at = when;
  topic->second.timer = runtime_.at(when, [this, topic] {
    topic->second.timer = 0;
    fire(topic);
  });
}

void UdpPush::fire(Topics::iterator topic) {
  Topic& mine = topic->second;
  if (!services_.switches().push_enabled()) {  // they wait until it is switched on again
    arm(topic, runtime_.now() + times_.naming_retry_delay);
    return;
  }
  if (std::exchange(mine.everyone, false)) mine.waiting = mine.subscribers;
  for (int sent = 0; !mine.waiting.empty(); ++sent) {
    if (sent == kSliceMax) {
      arm(topic, runtime_.now());
      return;
    }
    push(topic->first, mine, clients_.find(mine.waiting.extract(mine.waiting.begin()).value()));
  }
  mine.made.clear();
}

void UdpPush::push(const registry::ServiceKey& service, Topic& topic, Clients::iterator client) {
  Subscription& subscription = client->second.services.find(service)->second;
  const Made made = make(service, topic, subscription.clusters);
  if (subscription.under_way.reference != 0)
    client->second.references.erase(subscription.under_way.reference);
  subscription.under_way = {made.reference, made.bytes, runtime_.now(), 0};
  client->second.references.emplace(made.reference, service);
  transmit(client->first, subscription.under_way);
}

// A reference is the time in microseconds, raised where that is needed to be new: below 2^53, so that clients
// without integers repeat it exactly, and never one of before a restart.
UdpPush::Made UdpPush::make(const registry::ServiceKey& service, Topic& topic, const std::string& clusters) {
  const domain::SnapshotPtr snapshot = services_.snapshot(service);
  const std::uint64_t revision = snapshot != nullptr ? snapshot->revision : 0;
  for (const Made& made : topic.made)
    if (made.clusters == clusters && made.revision == revision) return made;
  last_reference_ = std::max(last_reference_ + 1, runtime_.wall_now().ms * 1000);
  const std::string info = service_info(service, snapshot, {.clusters = clusters}, services_.time(),
                                        Destination::kUdp, services_.switches().push_cache());
  topic.made.push_back({clusters, revision, last_reference_,
                        std::make_shared<const std::string>(encode_udp_push(info, last_reference_))});
  return topic.made.back();
}

// One that the socket does not take is like one that was lost on the way.
void UdpPush::transmit(const wire::DatagramPeer& to, Packet& packet) {
  ++packet.tries;
  (void)socket_.send(to, packet.bytes);
  due_.push_back({runtime_.now() + kAckTimeout, to, packet.reference});
  arm_retries();
}

// A sender can be made up, a reference not so easily; what either does is stop a second packet.
void UdpPush::acknowledged(std::string_view bytes, const wire::DatagramPeer& from) {
  const auto client = clients_.find(from);
  if (client == clients_.end()) return;
  const auto reference = decode_udp_ack(bytes);
  if (!reference) return;
  const auto node = client->second.references.extract(*reference);
  if (node.empty()) return;
  Subscription& subscription = client->second.services.find(node.mapped())->second;
  counters_.succeeded(runtime_.now() - subscription.under_way.sent_at);
  subscription.under_way = {};
}

void UdpPush::arm_retries() {
  if (retry_timer_ != 0 || due_.empty()) return;
  retry_timer_ = runtime_.at(due_.front().at, [this] {
    retry_timer_ = 0;
    for (int n = 0; n < kSliceMax && !due_.empty() && due_.front().at <= runtime_.now(); ++n) {
      const Due due = std::move(due_.front());
      due_.pop_front();
      retry(due);
    }
    arm_retries();
  });
}

void UdpPush::retry(const Due& due) {
  const auto client = clients_.find(due.client);
  if (client == clients_.end()) return;
  const auto named = client->second.references.find(due.reference);
  if (named == client->second.references.end()) return;  // acknowledged, or newer news went out
  Packet& packet = client->second.services.find(named->second)->second.under_way;
  if (packet.tries < kTriesMax) {
    transmit(client->first, packet);
    return;
  }
  counters_.failed();
  packet = {};
  client->second.references.erase(named);
}

void UdpPush::arm_sweep() {
  constexpr Duration kPeriod = std::chrono::seconds(5);
  if (sweep_timer_ != 0 || clients_.empty()) return;
  sweep_timer_ = runtime_.at(runtime_.now() + kPeriod, [this] {
    sweep_timer_ = 0;
    sweep();
    arm_sweep();
  });
}

// Also clients that ask seldom keep their pushes as long as what they were told counts as fresh.
void UdpPush::sweep() {
  constexpr std::chrono::milliseconds kFreshMax = std::chrono::minutes(10);  // the switch has no bound
  const std::chrono::milliseconds fresh = std::min(services_.switches().push_cache(), kFreshMax);
  const Duration kept = std::max<Duration>(kKept, fresh);
  for (auto client = clients_.begin(); client != clients_.end();) {
    const auto next = std::next(client);
    if (client->second.last_heard + kept < runtime_.now()) forget(client);
    client = next;
  }
}

void UdpPush::forget(Clients::iterator client) {
  for (const auto& [service, subscription] : client->second.services) {
    const auto topic = topics_.find(service);
    topic->second.subscribers.erase(client->first);
    topic->second.waiting.erase(client->first);
    if (!topic->second.subscribers.empty()) continue;
    if (topic->second.timer != 0) runtime_.cancel(topic->second.timer);
    topics_.erase(topic);
  }
  const std::size_t count = client->second.services.size();
  size_ -= count;
  const auto mine = by_address_.find(client->first.address);
  mine->second -= count;
  if (mine->second == 0) by_address_.erase(mine);
  clients_.erase(client);
}

void UdpPush::add_subscribers(const ServiceTest& wanted, std::vector<Subscriber>& to) const {
  for (const auto& [service, topic] : topics_) {
    if (!wanted(service)) continue;
    for (const wire::DatagramPeer& peer : topic.subscribers) {
      const Client& client = clients_.find(peer)->second;
      to.push_back(
          seen(peer, client.agent, client.app, service, client.services.find(service)->second.clusters));
    }
  }
}

std::vector<Subscriber> UdpPush::subscribers(const wire::DatagramPeer& client) const {
  std::vector<Subscriber> mine;
  const auto found = clients_.find(client);
  if (found == clients_.end()) return mine;
  for (const auto& [service, subscription] : found->second.services)
    mine.push_back(seen(client, found->second.agent, found->second.app, service, subscription.clusters));
  return mine;
}

std::optional<SteadyTime> UdpPush::last_heard(const wire::DatagramPeer& client) const {
  const auto found = clients_.find(client);
  if (found == clients_.end()) return std::nullopt;
  return found->second.last_heard;
}

void UdpPush::each_client(const std::function<void(const wire::DatagramPeer&)>& visit) const {
  for (const auto& [peer, client] : clients_) visit(peer);
}

}  // namespace batata::nacos
