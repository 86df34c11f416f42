#pragma once
#include <span>
#include <string>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/discovery/discovery_service.h"
#include "faces/nacos/naming_instance.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Services and their instances over HTTP: v1 for clients of 1.x, and the client's part of v3. What is
/// registered here lives by beats.
///
/// Persistent instances are refused with 501. UDP pushes are not sent: such clients also ask every few
/// seconds. Source: upstream's InstanceController, ServiceController and OperatorController (v1, 2.5.1) and
/// InstanceOpenApiController (v3).
class NamingHttp {
 public:
  NamingHttp(Runtime& runtime, domain::DiscoveryService& services, InstanceIds& ids)
      : runtime_(runtime), services_(services), ids_(ids) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamingHttp>> rows();

 private:
  // naming_http_v1.cc
  Task<wire::Response> register_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> deregister_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> beat_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> services_v1(wire::Request request, cluster::Context context);
  wire::Response get_v1(const wire::Request& request) const;
  wire::Response list_v1(const wire::Request& request) const;
  wire::Response statuses_v1(const wire::Request& request) const;
  wire::Response metrics_v1(const wire::Request& request) const;
  // naming_http_v3.cc
  Task<wire::Response> register_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> deregister_v3(wire::Request request, cluster::Context context);
  wire::Response list_v3(const wire::Request& request) const;

  /// Why a persistent instance cannot be registered in `service`: status and text.
  std::pair<int, std::string> refuse_persistent(const registry::ServiceKey& service) const;
  WallTime now() const { return runtime_.wall_now(); }

  Runtime& runtime_;
  domain::DiscoveryService& services_;
  InstanceIds& ids_;
};

}  // namespace batata::nacos
