#pragma once
#include <span>
#include <vector>

#include "async/task.h"
#include "faces/nacos/naming/naming_forms.h"
#include "faces/nacos/naming/naming_room.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Naming for administrators and for the console over HTTP v3: instances, services, clusters and health. The
/// console's paths have no context before them; where it answers otherwise it has a function of its own.
/// Source: upstream's InstanceControllerV3, ServiceControllerV3, ClusterControllerV3, HealthControllerV3,
/// ConsoleServiceController and ConsoleInstanceController.
class NamingAdminHttp {
 public:
  explicit NamingAdminHttp(const NamingRoom& room) : room_(room) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamingAdminHttp>> rows();

 private:
  // naming_admin_rows.cc
  static void add_instances(std::vector<wire::Endpoint<NamingAdminHttp>>& rows);
  static void add_services(std::vector<wire::Endpoint<NamingAdminHttp>>& rows);
  static void add_console(std::vector<wire::Endpoint<NamingAdminHttp>>& rows);
  // naming_admin_http.cc
  Task<wire::Response> register_one(wire::Request request, cluster::Context context);
  Task<wire::Response> deregister(wire::Request request, cluster::Context context);
  Task<wire::Response> update(wire::Request request, cluster::Context context);
  Task<wire::Response> partial(wire::Request request, cluster::Context context);
  Task<wire::Response> add_metadata(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_metadata(wire::Request request, cluster::Context context);
  wire::Response detail(const wire::Request& request) const;
  wire::Response list(const wire::Request& request) const;
  wire::Response console_list(const wire::Request& request) const;
  Task<wire::Response> set_health(wire::Request request, cluster::Context context);
  wire::Response checkers(const wire::Request& request) const;
  // naming_admin_http_services.cc
  Task<wire::Response> create_service(wire::Request request, cluster::Context context);
  Task<wire::Response> update_service(wire::Request request, cluster::Context context);
  Task<wire::Response> console_update_service(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_service(wire::Request request, cluster::Context context);
  wire::Response service(const wire::Request& request) const;
  wire::Response console_service(const wire::Request& request) const;
  Task<wire::Response> services(wire::Request request, cluster::Context context);
  Task<wire::Response> subscribers(wire::Request request, cluster::Context context);
  wire::Response selector_types(const wire::Request& request) const;
  Task<wire::Response> update_cluster(wire::Request request, cluster::Context context);

  const NamingRoom& room_;
};

}  // namespace batata::nacos
