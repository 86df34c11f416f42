#pragma once
#include <span>
#include <string>

#include "async/task.h"
#include "faces/nacos/naming/naming_params.h"
#include "faces/nacos/naming/naming_room.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Instances over HTTP: v1 for clients of 1.x, and the client's part of v3. Ephemeral instances that are
/// registered here live by beats.
///
/// A list of v1 that names a UDP port subscribes the client to pushes. Source: upstream's InstanceController
/// (v1, 2.5.1) and InstanceOpenApiController (v3).
class NamingHttp {
 public:
  explicit NamingHttp(const NamingRoom& room) : room_(room) {}

  [[nodiscard]] static std::span<const wire::Endpoint<NamingHttp>> rows();

 private:
  // naming_http_v1.cc
  Task<wire::Response> register_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> deregister_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> beat_v1(wire::Request request, cluster::Context context);
  wire::Response get_v1(const wire::Request& request) const;
  wire::Response list_v1(const wire::Request& request) const;
  wire::Response statuses_v1(const wire::Request& request) const;
  // naming_http_changes.cc
  Task<wire::Response> update_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> patch_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> add_metadata_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> remove_metadata_v1(wire::Request request, cluster::Context context);
  // naming_http_v3.cc
  Task<wire::Response> register_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> deregister_v3(wire::Request request, cluster::Context context);
  wire::Response list_v3(const wire::Request& request) const;

  WallTime now() const { return room_.runtime.wall_now(); }

  const NamingRoom& room_;
};

}  // namespace batata::nacos
