#pragma once
#include <span>

#include "async/task.h"
#include "faces/nacos/naming/naming_room.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Who the clients of naming are: connections, addresses that beat or have persistent instances, and
/// addresses that are pushed to over UDP. Over v2 and v3.
/// Source: upstream's ClientInfoControllerV2 (2.5.1) and ClientControllerV3.
class NamingClientHttp {
 public:
  explicit NamingClientHttp(const NamingRoom& room) : room_(room) {}

  /// In naming_client_rows.cc.
  [[nodiscard]] static std::span<const wire::Endpoint<NamingClientHttp>> rows();

 private:
  // naming_client_http.cc
  Task<wire::Response> clients(wire::Request request, cluster::Context context);
  Task<wire::Response> client_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> client_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> published_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> published_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> subscribed_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> subscribed_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> publishers_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> publishers_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> subscribers_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> subscribers_v3(wire::Request request, cluster::Context context);

  const NamingRoom& room_;
};

}  // namespace batata::nacos
