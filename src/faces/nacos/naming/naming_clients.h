#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/discovery/client_view.h"
#include "faces/nacos/naming/naming_room.h"
#include "faces/nacos/naming/subscriber.h"

namespace batata::nacos {

/// How many clients of each kind there are.
struct ClientCounts {
  std::size_t connections = 0;
  std::size_t beating = 0;     ///< addresses with ephemeral instances, or that are pushed to over UDP
  std::size_t persistent = 0;  ///< addresses with persistent instances
  [[nodiscard]] std::size_t all() const { return connections + beating + persistent; }
};

/// A client of naming, as operators see it.
struct NamingClient {
  domain::ClientView view;
  ConnectionPtr connection;  ///< null for an address
  std::string ip;            ///< of an address
  std::string port;
  std::vector<Subscriber> subscriptions;
};

/// Whether instances and subscriptions are kept for a connection. Clients open one for each of their modules;
/// one that says nothing is let in: older clients did not say.
[[nodiscard]] bool is_naming_client(const Connection& connection);

// All of it is for the loop.
[[nodiscard]] ClientCounts count_clients(const NamingRoom& room);
/// Ids of connections that are there for naming, then of addresses.
[[nodiscard]] std::vector<std::string> client_ids(const NamingRoom& room);
/// Nothing when there is no such client.
[[nodiscard]] std::optional<NamingClient> find_client(const NamingRoom& room, const std::string& id);

}  // namespace batata::nacos
