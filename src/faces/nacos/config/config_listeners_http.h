#pragma once
#include <map>
#include <span>
#include <string>

#include "async/task.h"
#include "faces/nacos/config/config_hub.h"
#include "faces/nacos/config/config_params.h"
#include "faces/nacos/config/config_polls.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Who listens to a config, and to what an address listens: over gRPC and by long polls that are held now,
/// each with the md5 that the client said it has. Source: upstream's ConfigController, ListenerController,
/// CommunicationController (2.5.1) and ListenerControllerV3, ConsoleConfigController (3.1).
class ConfigListenersHttp {
 public:
  ConfigListenersHttp(const ConfigHub& hub, const ConfigPolls& polls) : hub_(hub), polls_(polls) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigListenersHttp>> rows();

 private:
  Task<wire::Response> of_config_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> of_address_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> watchers_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> watched_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> of_config_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> of_address_v3(wire::Request request, cluster::Context context);

  /// md5 by address; of several clients of one address one counts.
  using Status = std::map<std::string, std::string>;
  Task<Status> listeners_of(domain::ConfigId id) const;
  /// md5 by config.
  using Configs = std::map<domain::ConfigId, std::string>;
  Task<Configs> configs_of(std::string address) const;

  const ConfigHub& hub_;
  const ConfigPolls& polls_;
};

}  // namespace batata::nacos
