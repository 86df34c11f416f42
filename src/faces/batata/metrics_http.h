#pragma once
#include <span>

#include "base/metrics.h"
#include "faces/batata/own_gate.h"
#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::own {

/// The server's metrics for Prometheus, at the address that scrapers look at and at those of the batata and
/// Nacos documents.
class MetricsHttp {
 public:
  /// Both outlive it. `gate`: who may, while clients must sign in; `is_public`: anybody may all the same.
  MetricsHttp(const metrics::Registry& registry, wire::Gate& gate, bool is_public)
      : registry_(registry), gate_(gate), is_public_(is_public) {}

  [[nodiscard]] static std::span<const wire::Endpoint<MetricsHttp>> rows();
  /// This outlives the router.
  void add_http(wire::Router& router);
  /// Answers a row. Loop only: what the registry asks may be the loop's.
  Task<wire::Response> show(wire::Request request, cluster::Context context);

 private:
  const metrics::Registry& registry_;
  OwnGate gate_;
  const bool is_public_;
};

}  // namespace batata::own
