#pragma once
#include <span>
#include <string>
#include <string_view>

#include "faces/nacos/core/members.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// The cluster's members and the operations on them, v1 to v3 and the console.
///
/// There is one member: what would move members, leaders or ways to find them changes nothing and answers as
/// a standalone Nacos does.
/// Source: upstream's NacosClusterController and CoreOpsController (v1, v2: 2.5.1; v3: 3.1), and cmdb's
/// OperationController.
class CoreHttp {
 public:
  explicit CoreHttp(const Members& members) : members_(members) {}

  [[nodiscard]] static std::span<const wire::Endpoint<CoreHttp>> rows();

 private:
  using Response = wire::Response;
  using Request = wire::Request;
  using Context = cluster::Context;

  // core_http.cc: members
  Task<Response> self_v1(Request request, Context context);
  Task<Response> nodes_v1(Request request, Context context);
  Task<Response> self(Request request, Context context);
  Task<Response> nodes(Request request, Context context);
  Task<Response> console_nodes(Request request, Context context);
  Response simple_nodes_v1(const Request& request) const;
  Response health_v1(const Request& request) const;
  Response health_v2(const Request& request) const;
  Response report_v1(const Request& request) const;
  Response leave_v1(const Request& request) const;
  Response leave_v2(const Request& request) const;
  Response lookup_v1(const Request& request) const;
  Response lookup(const Request& request) const;
  Response update_nodes_v2(const Request& request) const;
  Response update_nodes_v3(const Request& request) const;

  // core_ops_http.cc
  Response raft_v1(const Request& request) const;
  Response raft_v2(const Request& request) const;
  Response raft_v3(const Request& request) const;
  Response ids_v1(const Request& request) const;
  Response ids_v2(const Request& request) const;
  Response ids_v3(const Request& request) const;
  Response log_v1(const Request& request) const;
  Response log_v2(const Request& request) const;
  Response log_v3(const Request& request) const;
  Response label_v1(const Request& request) const;

  /// This node as a list, or an empty one when it is not what was asked for.
  std::string list(bool shown) const;
  bool is_named(std::string_view prefix) const;

  const Members& members_;
};

}  // namespace batata::nacos
