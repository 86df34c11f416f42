#pragma once
#include <functional>
#include <span>
#include <string>

#include "async/runtime.h"
#include "async/task.h"
#include "faces/nacos/common/identity.h"
#include "faces/nacos/common/machine_load.h"
#include "faces/nacos/grpc/connections.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Who is connected, and telling clients to connect elsewhere, so that servers get equal shares. Loop only.
/// Source: upstream's ServerLoaderController (v2, 2.5.1), ServerLoaderControllerV3, NacosServerLoaderService.
class LoaderHttp {
 public:
  /// All of it outlives this. `load` is asked on the loop; empty: nothing is known of the machine.
  LoaderHttp(Runtime& runtime, const Identity& identity, Connections& connections,
             std::function<MachineLoad()> load)
      : runtime_(runtime), identity_(identity), connections_(connections), load_(std::move(load)) {}
  LoaderHttp(const LoaderHttp&) = delete;
  LoaderHttp& operator=(const LoaderHttp&) = delete;

  [[nodiscard]] static std::span<const wire::Endpoint<LoaderHttp>> rows();

 private:
  Task<wire::Response> current_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> cluster_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> reload_current_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> reload_client_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> smart_reload_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> current_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> cluster_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> reload_current_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> reload_client_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> smart_reload_v3(wire::Request request, cluster::Context context);

  [[nodiscard]] std::string connections_json() const;
  void reload_client(const wire::Request& request);

  Runtime& runtime_;
  const Identity identity_;
  Connections& connections_;
  const std::function<MachineLoad()> load_;
};

}  // namespace batata::nacos
