#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "async/runtime.h"
#include "base/metrics.h"
#include "faces/batata/own_gate.h"
#include "wire/endpoint.h"
#include "wire/router.h"

namespace batata::own {

/// The server's metrics for Prometheus, at the address that scrapers look at and at those of the batata and
/// Nacos documents.
///
/// A scrape is not a heartbeat, but overload is when people need it: so it is served as long as anything is,
/// and costs next to nothing then. While reads are refused, one page is made in kFreshFor and all who ask
/// share it, kAnswersOfAPage of them; the others are refused.
class MetricsHttp {
 public:
  /// All outlive it. `gate`: who may, while clients must sign in; `is_public`: anybody may all the same.
  /// `load`: null, reads are never refused.
  MetricsHttp(Runtime& runtime, const metrics::Registry& registry, wire::Gate& gate, bool is_public,
              const wire::Load* load)
      : runtime_(runtime), registry_(registry), gate_(gate), is_public_(is_public), load_(load) {}
  static constexpr auto kFreshFor = std::chrono::seconds(1);
  static constexpr int kAnswersOfAPage = 64;

  [[nodiscard]] static std::span<const wire::Endpoint<MetricsHttp>> rows();
  /// This outlives the router.
  void add_http(wire::Router& router);
  /// Answers a row. Loop only: what the registry asks may be the loop's.
  Task<wire::Response> show(wire::Request request, cluster::Context context);

 private:
  Runtime& runtime_;
  const metrics::Registry& registry_;
  OwnGate gate_;
  const bool is_public_;
  const wire::Load* const load_;
  std::shared_ptr<const std::string> page_;  // null: none is to be shared
  SteadyTime made_at_;
  int answers_ = 0;  // with that page
};

}  // namespace batata::own
