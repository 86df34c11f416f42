#pragma once
#include <span>

#include "domain/config/capacity.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Capacities of groups and namespaces, and what operators may ask of the config module: v1 and v3.
/// Source: upstream's CapacityController and ConfigOpsController (2.5.1), CapacityControllerV3 and
/// ConfigOpsControllerV3 (3.1).
class ConfigOpsHttp {
 public:
  explicit ConfigOpsHttp(domain::Capacities& capacities) : capacities_(capacities) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigOpsHttp>> rows();

 private:
  Task<wire::Response> capacity_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> capacity_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> set_capacity_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> set_capacity_v3(wire::Request request, cluster::Context context);

  wire::Response local_cache_v1(const wire::Request& request) const;
  wire::Response local_cache_v3(const wire::Request& request) const;
  wire::Response log_v1(const wire::Request& request) const;
  wire::Response log_v3(const wire::Request& request) const;
  wire::Response derby_v1(const wire::Request& request) const;
  wire::Response derby_v3(const wire::Request& request) const;
  wire::Response derby_import_v1(const wire::Request& request) const;
  wire::Response derby_import_v3(const wire::Request& request) const;

  domain::Capacities& capacities_;
};

}  // namespace batata::nacos
