#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/types.h"
#include "registry/instance.h"

namespace batata::domain {

/// Who publishes instances, as operators see it. "ip:port#true" is a client that beats, "ip:port#false"
/// stands for the persistent instances of an address, other ids are those given to
/// `DiscoveryService::connect`.
struct ClientView {
  std::string id;
  bool ephemeral = true;
  bool is_connection = false;  ///< otherwise it is an address
  WallTime last_updated;       ///< of a connection: its last publish; of others: their last beat or write
  /// What it publishes, as its owner said it: without overrides.
  std::vector<std::pair<registry::ServiceKey, registry::InstancePtr>> instances;
};

/// One instance of a service and who publishes it.
struct Publisher {
  std::string client_id;
  registry::InstancePtr instance;  ///< as its owner said it
};

}  // namespace batata::domain
