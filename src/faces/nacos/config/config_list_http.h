#pragma once
#include <span>

#include "domain/access/rights.h"
#include "domain/config/search.h"
#include "wire/endpoint.h"

namespace batata::nacos {

/// The lists of configs that operators, their tools and consoles ask for: v1, v2, and v3 on both ports.
/// Source: upstream's ConfigController and ConfigControllerV2 (2.5.1), ConfigControllerV3 and
/// ConsoleConfigController (3.1).
class ConfigListHttp {
 public:
  /// Both outlive it.
  ConfigListHttp(domain::ConfigSearch& search, const domain::Rights& rights)
      : search_(search), rights_(rights) {}

  [[nodiscard]] static std::span<const wire::Endpoint<ConfigListHttp>> rows();

 private:
  Task<wire::Response> list_v1(wire::Request request, cluster::Context context);
  Task<wire::Response> list_v2(wire::Request request, cluster::Context context);
  Task<wire::Response> list_v3(wire::Request request, cluster::Context context);

  domain::ConfigSearch& search_;
  const domain::Rights& rights_;  // of who asks: patterns find more than is written in them
};

}  // namespace batata::nacos
