#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/task.h"
#include "domain/config/config_service.h"
#include "faces/nacos/config/config_params.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// The history of configs: lists, single entries, what a config was before, and the configs of a namespace
/// that upstream lists here. v1 and v2 as 2.5.1, v3 as 3.1 under the paths of the administration and the
/// console. Source: upstream's HistoryController, HistoryControllerV2, HistoryControllerV3 and
/// HistoryService.
class ConfigHistoryHttp {
 public:
  ConfigHistoryHttp(Runtime& runtime, domain::ConfigService& configs)
      : runtime_(runtime), configs_(configs) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigHistoryHttp>> rows();

 private:
  Task<wire::Response> list_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> entry_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> previous_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> configs_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> list_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> entry_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> detail_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> previous_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> configs_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> list_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> entry_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> previous_v3(wire::Request request, cluster::Context context);
  Task<wire::Response> configs_v3(wire::Request request, cluster::Context context);

  Task<wire::Response> list(wire::Request request, Family family);
  Task<wire::Response> entry(wire::Request request, Family family, bool in_full);
  Task<wire::Response> previous(wire::Request request, Family family);
  Task<wire::Response> configs(wire::Request request, Family family);

  Runtime& runtime_;
  domain::ConfigService& configs_;
};

}  // namespace batata::nacos
