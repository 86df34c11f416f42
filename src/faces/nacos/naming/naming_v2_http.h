#pragma once
#include <span>
#include <vector>

#include "async/task.h"
#include "faces/nacos/naming/naming_room.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Naming over HTTP v2: instances, services, health and the catalog. Answers are Results, but for those that
/// v1 has given its form (PATCH, beat, statuses). Source: upstream's InstanceControllerV2,
/// ServiceControllerV2, HealthControllerV2 and CatalogControllerV2 (2.5.1).
class NamingV2Http {
 public:
  explicit NamingV2Http(const NamingRoom& room) : room_(room) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamingV2Http>> rows();

 private:
  // naming_v2_rows.cc
  static void add_instances(std::vector<wire::Endpoint<NamingV2Http>>& rows);
  static void add_services(std::vector<wire::Endpoint<NamingV2Http>>& rows);
  // naming_v2_http.cc
  Task<wire::Response> register_one(wire::Request request, cluster::Context context);
  Task<wire::Response> deregister(wire::Request request, cluster::Context context);
  Task<wire::Response> update(wire::Request request, cluster::Context context);
  Task<wire::Response> patch(wire::Request request, cluster::Context context);
  Task<wire::Response> add_metadata(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_metadata(wire::Request request, cluster::Context context);
  Task<wire::Response> beat(wire::Request request, cluster::Context context);
  wire::Response detail(const wire::Request& request) const;
  wire::Response list(const wire::Request& request) const;
  wire::Response statuses(const wire::Request& request) const;
  // naming_v2_http_services.cc
  Task<wire::Response> create_service(wire::Request request, cluster::Context context);
  Task<wire::Response> update_service(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_service(wire::Request request, cluster::Context context);
  wire::Response service(const wire::Request& request) const;
  Task<wire::Response> services(wire::Request request, cluster::Context context);
  Task<wire::Response> set_health(wire::Request request, cluster::Context context);
  wire::Response catalog_instances(const wire::Request& request) const;

  const NamingRoom& room_;
};

}  // namespace batata::nacos
