#pragma once
#include <span>

#include "async/runtime.h"
#include "domain/access/rights.h"
#include "domain/config/config_transfer.h"
#include "domain/namespaces/namespace_service.h"
#include "faces/nacos/config/config_transfer_answers.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// Configs as archives, and copies of configs: v1, and v3 on both ports.
/// Source: upstream's ConfigController (2.5.1), ConfigControllerV3 and ConsoleConfigController (3.1).
class ConfigTransferHttp {
 public:
  /// All of them outlive it.
  ConfigTransferHttp(Runtime& runtime, domain::ConfigTransfer& transfer, domain::NamespaceService& namespaces,
                     const domain::Rights& rights)
      : runtime_(runtime), transfer_(transfer), namespaces_(namespaces), rights_(rights) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigTransferHttp>> rows();

 private:
  Task<wire::Response> export_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> export_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> import_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> import_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> clone_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> clone_v3(wire::Request request, cluster::Context context);

  Task<wire::Response> send(domain::ExportQuery query, Surface surface);
  Task<wire::Response> take(wire::Request request, cluster::Context context, Surface surface,
                            std::string_view space_param);
  Task<wire::Response> copy(wire::Request request, cluster::Context context, Surface surface,
                            std::string_view space_param);

  Runtime& runtime_;
  domain::ConfigTransfer& transfer_;
  domain::NamespaceService& namespaces_;
  const domain::Rights& rights_;  // of who exports: patterns find more than is written in them
};

}  // namespace batata::nacos
