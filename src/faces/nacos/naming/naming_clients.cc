#include "faces/nacos/naming/naming_clients.h"

#include <algorithm>
#include <set>
#include <utility>

#include "domain/discovery/discovery_keys.h"
#include "faces/nacos/naming/naming_params.h"

namespace batata::nacos {
namespace {

constexpr std::string_view kBeating = "#true";

std::string address_of(const wire::DatagramPeer& peer) {
  return domain::address_of(peer.address, peer.port);
}

// "ip:port#true" taken apart; an address of IPv6 has colons of its own.
std::optional<wire::DatagramPeer> peer_named(std::string_view id) {
  const std::size_t mark = id.rfind('#');
  if (mark == id.npos) return std::nullopt;
  const std::string_view address = id.substr(0, mark);
  const std::size_t colon = address.rfind(':');
  if (colon == address.npos) return std::nullopt;
  const auto port = parse_port(address.substr(colon + 1));
  if (!port) return std::nullopt;
  return wire::DatagramPeer{std::string(address.substr(0, colon)), *port};
}

// `before` as a time of day.
WallTime wall_time(const NamingRoom& room, SteadyTime before) {
  const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(room.runtime.now() - before);
  return {room.runtime.wall_now().ms - ago.count()};
}

void add_subscriptions(const NamingRoom& room, NamingClient& client, const wire::DatagramPeer& peer) {
  if (room.udp == nullptr || !client.view.ephemeral) return;
  client.subscriptions = room.udp->subscribers(peer);
  if (const auto heard = room.udp->last_heard(peer))
    client.view.last_updated = std::max(client.view.last_updated, wall_time(room, *heard));
}

}  // namespace

bool is_naming_client(const Connection& connection) {
  const std::string_view module = connection.client.label("module");
  return module.empty() || module == "naming" || module == "ai";
}

ClientCounts count_clients(const NamingRoom& room) {
  ClientCounts counts;
  for (const auto& [serial, connection] : room.connections.all())
    counts.connections += is_naming_client(*connection) ? 1 : 0;
  counts.beating = room.services.beating_clients();
  counts.persistent = room.services.persistent_clients();
  if (room.udp == nullptr) return counts;
  // Anybody may ask for this: a look-up for each, and nothing is gathered.
  room.udp->each_client([&](const wire::DatagramPeer& peer) {
    counts.beating += room.services.has_beating_client(address_of(peer)) ? 0 : 1;
  });
  return counts;
}

std::vector<std::string> client_ids(const NamingRoom& room) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  const auto add = [&](std::string id) {
    if (seen.insert(id).second) ids.push_back(std::move(id));
  };
  for (const auto& [serial, connection] : room.connections.all())
    if (is_naming_client(*connection)) add(connection->id());
  for (std::string& id : room.services.clients()) add(std::move(id));
  if (room.udp != nullptr)
    room.udp->each_client(
        [&](const wire::DatagramPeer& peer) { add(address_of(peer) + std::string(kBeating)); });
  return ids;
}

std::optional<NamingClient> find_client(const NamingRoom& room, const std::string& id) {
  NamingClient client;
  auto view = room.services.client(id);
  const auto peer = peer_named(id);
  if (!peer) {
    client.connection = room.connections.find(id);
    if (client.connection == nullptr) return std::nullopt;
    client.view.id = id;
    client.view.is_connection = true;
    client.view.last_updated = wall_time(room, client.connection->last_active());
    if (view) client.view.instances = std::move(view->instances);
    client.subscriptions = room.hub.subscribers(*client.connection);
    return client;
  }
  client.ip = peer->address;
  client.port = std::to_string(peer->port);
  if (view) {
    client.view = std::move(*view);
  } else {
    client.view.id = id;
    client.view.ephemeral = id.ends_with(kBeating);
  }
  add_subscriptions(room, client, *peer);
  if (!view && client.subscriptions.empty()) return std::nullopt;
  return client;
}

}  // namespace batata::nacos
