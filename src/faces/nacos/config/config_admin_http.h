#pragma once
#include <span>

#include "async/task.h"
#include "domain/config/config_service.h"
#include "faces/nacos/config/config_params.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Single configs as operators and consoles see and change them: everything about one, its beta release, and
/// removal by numbers. v1 under /v1/cs/configs, v3 under the paths of the administration and of the console,
/// which differ in a few answers only.
/// Source: upstream's ConfigController (2.5.1), ConfigControllerV3 and ConsoleConfigController (3.1).
class ConfigAdminHttp {
 public:
  explicit ConfigAdminHttp(domain::ConfigService& configs) : configs_(configs) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigAdminHttp>> rows();

 private:
  wire::Response detail_v1(const wire::Request& request) const;
  wire::Response catalog_v1(const wire::Request& request) const;
  wire::Response beta_v1(const wire::Request& request) const;
  Task<wire::Response> stop_beta_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_numbered_v1(wire::Request request, cluster::Context context);

  wire::Response detail_v3(const wire::Request& request) const;
  Task<wire::Response> publish_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_numbered_v3(wire::Request request, cluster::Context context);
  wire::Response beta_v3(const wire::Request& request) const;
  Task<wire::Response> stop_beta_v3(wire::Request request, cluster::Context context);

  domain::ConfigService& configs_;
};

}  // namespace batata::nacos
