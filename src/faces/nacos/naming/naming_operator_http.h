#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/task.h"
#include "faces/nacos/naming/naming_params.h"
#include "faces/nacos/naming/naming_room.h"
#include "faces/nacos/naming/naming_views.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// What operators ask and set of naming as a whole, over v1, v2 and v3: switches and counters.
/// Source: upstream's OperatorController and OperatorControllerV2 (2.5.1), OperatorControllerV3.
class NamingOperatorHttp {
 public:
  explicit NamingOperatorHttp(const NamingRoom& room) : room_(room) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamingOperatorHttp>> rows();

 private:
  // naming_operator_rows.cc
  static void add_v1(std::vector<wire::Endpoint<NamingOperatorHttp>>& rows);
  static void add_v2_and_v3(std::vector<wire::Endpoint<NamingOperatorHttp>>& rows);
  // naming_operator_http.cc
  wire::Response switches_v1(const wire::Request& request) const;
  wire::Response switches_v2(const wire::Request& request) const;
  wire::Response switches_v3(const wire::Request& request) const;
  Task<wire::Response> set_switch_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> set_switch_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> set_switch_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> metrics_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> metrics_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> metrics_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> push_state(wire::Request request, cluster::Context context);
  wire::Response distro_v1(const wire::Request& request) const;
  wire::Response distro_v3(const wire::Request& request) const;
  wire::Response log_v1(const wire::Request& request) const;
  wire::Response log_v3(const wire::Request& request) const;

  Task<wire::Response> set_switch(wire::Request request, cluster::Context context, bool debug, Family family);
  [[nodiscard]] std::string metrics(bool only_status, Family family) const;
  [[nodiscard]] std::string responsible_server() const;

  const NamingRoom& room_;
};

}  // namespace batata::nacos
