#pragma once
#include <span>

#include "domain/discovery/discovery_service.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Service discovery for Prometheus: every instance as a target. Added when the settings say so.
/// Source: upstream's PrometheusController (3.1); prometheus.io/docs, http_sd.
class PrometheusHttp {
 public:
  explicit PrometheusHttp(domain::DiscoveryService& services) : services_(services) {}

  [[nodiscard]] static std::span<const wire::Endpoint<PrometheusHttp>> rows();

 private:
  Task<wire::Response> all(wire::Request request, cluster::Context context);
  Task<wire::Response> of_namespace(wire::Request request, cluster::Context context);
  Task<wire::Response> of_service(wire::Request request, cluster::Context context);

  domain::DiscoveryService& services_;
};

}  // namespace batata::nacos
