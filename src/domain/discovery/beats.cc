#include "domain/discovery/beats.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "domain/discovery/discovery_keys.h"

namespace batata::domain {
Beats::~Beats() {
  if (timer_ != 0) runtime_.cancel(timer_);
}

void Beats::put(const registry::ServiceKey& service, registry::Instance instance) {
  const std::string address = address_of(instance.ip, instance.port);
  auto client = clients_.find(address);
  if (client == clients_.end()) client = clients_.emplace(address, Client{registry_.open(), {}}).first;
  const auto [kept, is_new] = client->second.services.try_emplace(service);
  Kept& mine = kept->second;
  if (!is_new) deadlines_.erase(mine.deadline);
  mine.times = beat_times_of(instance.metadata);
  mine.last_beat = runtime_.now();
  mine.instance = std::make_shared<const registry::Instance>(std::move(instance));
  const SteadyTime due = mine.last_beat + std::min(mine.times.unhealthy_after, mine.times.removed_after);
  mine.deadline = deadlines_.emplace(due, Due{address, service});
  registry_.replace(client->second.owner, service, {mine.instance});
  arm();
}

void Beats::erase(const registry::ServiceKey& service, std::string_view ip, std::uint16_t port) {
  const auto client = clients_.find(address_of(ip, port));
  if (client == clients_.end()) return;
  const auto kept = client->second.services.find(service);
  if (kept != client->second.services.end()) remove(client, kept);
}

bool Beats::beat(const registry::ServiceKey& service, std::string_view ip, std::uint16_t port) {
  const auto client = clients_.find(address_of(ip, port));
  if (client == clients_.end()) return false;
  const auto kept = client->second.services.find(service);
  if (kept == client->second.services.end()) return false;
  Kept& mine = kept->second;
  mine.last_beat = runtime_.now();
  const SteadyTime due = mine.last_beat + std::min(mine.times.unhealthy_after, mine.times.removed_after);
  if (mine.deadline->first > due) {  // it was waiting for its removal, which may be further away
    deadlines_.erase(mine.deadline);
    mine.deadline = deadlines_.emplace(due, Due{client->first, service});
    arm();
  }
  set_healthy(client->second, service, mine, true);
  return true;
}

void Beats::retime(const registry::ServiceKey& service, std::string_view ip, std::uint16_t port,
                   const std::map<std::string, std::string>& metadata) {
  const auto client = clients_.find(address_of(ip, port));
  if (client == clients_.end()) return;
  const auto kept = client->second.services.find(service);
  if (kept == client->second.services.end()) return;
  Kept& mine = kept->second;
  const BeatTimes times = beat_times_of(metadata);
  if (times == mine.times || !check(times)) return;
  mine.times = times;
  // Looked at soon: `on_deadline` finds out when it is really due.
  deadlines_.erase(mine.deadline);
  mine.deadline = deadlines_.emplace(runtime_.now(), Due{client->first, service});
  arm();
}

std::vector<std::string> Beats::all_addresses() const {
  std::vector<std::string> addresses;
  addresses.reserve(clients_.size());
  for (const auto& [address, client] : clients_) addresses.push_back(address);
  std::ranges::sort(addresses);
  return addresses;
}

std::optional<Beats::Held> Beats::held(std::string_view address) const {
  const auto client = clients_.find(address);
  if (client == clients_.end()) return std::nullopt;
  Held held;
  for (const auto& [service, kept] : client->second.services) {
    held.last_beat = std::max(held.last_beat, kept.last_beat);
    held.instances.emplace_back(service, kept.instance);
  }
  return held;
}

void Beats::remove(Clients::iterator client, std::map<registry::ServiceKey, Kept>::iterator kept) {
  registry_.replace(client->second.owner, kept->first, {});
  deadlines_.erase(kept->second.deadline);
  client->second.services.erase(kept);
  if (client->second.services.empty()) clients_.erase(client);
}

void Beats::set_healthy(const Client& client, const registry::ServiceKey& service, Kept& kept, bool healthy) {
  if (kept.instance->healthy == healthy) return;
  registry::Instance changed = *kept.instance;
  changed.healthy = healthy;
  kept.instance = std::make_shared<const registry::Instance>(std::move(changed));
  registry_.replace(client.owner, service, {kept.instance});
}

// Both are there: a deadline is erased with what it stands for.
void Beats::on_deadline(Due due) {
  const auto client = clients_.find(due.address);
  const auto found = client->second.services.find(due.service);
  Kept& kept = found->second;
  const SteadyTime unhealthy_at = kept.last_beat + kept.times.unhealthy_after;
  const SteadyTime removed_at = kept.last_beat + kept.times.removed_after;
  const SteadyTime now = runtime_.now();
  if (removed_at <= now) {
    remove(client, found);
    return;
  }
  SteadyTime next = std::min(unhealthy_at, removed_at);
  if (unhealthy_at <= now) {
    set_healthy(client->second, due.service, kept, false);
    next = removed_at;
  }
  deadlines_.erase(kept.deadline);
  kept.deadline = deadlines_.emplace(next, std::move(due));
}

void Beats::arm() {
  if (deadlines_.empty()) return;
  const SteadyTime first = deadlines_.begin()->first;
  if (timer_ != 0 && timer_at_ <= first) return;  // it will look and arm again
  if (timer_ != 0) runtime_.cancel(timer_);
  timer_at_ = first;
  timer_ = runtime_.at(first, [this] {
    timer_ = 0;
    while (!deadlines_.empty() && deadlines_.begin()->first <= runtime_.now())
      on_deadline(deadlines_.begin()->second);
    arm();
  });
}

}  // namespace batata::domain
