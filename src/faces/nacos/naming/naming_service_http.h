#pragma once
#include <span>
#include <vector>

#include "async/task.h"
#include "faces/nacos/naming/naming_room.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Services over HTTP v1, and what 2.x's console and operators ask about them: catalog, clusters, health.
/// Source: upstream's ServiceController, CatalogController, ClusterController and HealthController (2.5.1).
class NamingServiceHttp {
 public:
  explicit NamingServiceHttp(const NamingRoom& room) : room_(room) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamingServiceHttp>> rows();

 private:
  // naming_service_rows.cc
  static void add_services(std::vector<wire::Endpoint<NamingServiceHttp>>& rows);
  static void add_catalog(std::vector<wire::Endpoint<NamingServiceHttp>>& rows);
  // naming_service_http.cc
  Task<wire::Response> create(wire::Request request, cluster::Context context);
  Task<wire::Response> update(wire::Request request, cluster::Context context);
  Task<wire::Response> remove(wire::Request request, cluster::Context context);
  wire::Response detail(const wire::Request& request) const;
  Task<wire::Response> list(wire::Request request, cluster::Context context);
  Task<wire::Response> names(wire::Request request, cluster::Context context);
  Task<wire::Response> subscribers(wire::Request request, cluster::Context context);
  wire::Response selector_types(const wire::Request& request) const;
  // naming_service_http_catalog.cc
  Task<wire::Response> catalog_services(wire::Request request, cluster::Context context);
  wire::Response catalog_service(const wire::Request& request) const;
  wire::Response catalog_instances(const wire::Request& request) const;
  Task<wire::Response> update_cluster(wire::Request request, cluster::Context context);
  Task<wire::Response> set_health(wire::Request request, cluster::Context context);
  wire::Response checkers(const wire::Request& request) const;
  Task<wire::Response> health_server(wire::Request request, cluster::Context context);

  WallTime now() const { return room_.runtime.wall_now(); }

  const NamingRoom& room_;
};

}  // namespace batata::nacos
