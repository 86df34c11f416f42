#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/histograms.h"
#include "base/metrics.h"
#include "faces/nacos/grpc/push.h"

namespace batata::nacos {

/// What pushes over gRPC tell of.
enum class Pushed : std::uint8_t { kConfig, kService };

/// How late clients hear of changes over gRPC, and what became of the pushes. Any thread, but where it says
/// loop only; `write` is for the loop.
class PushMeters {
 public:
  PushMeters() : took_(metrics::kTimes, kKinds), ended_(kKinds * kOutcomes) {}

  /// A push was sent for the first time, and ended later. Loop only.
  void sent(Pushed what) { ++under_way_.at(index(what)); }
  void ended(Pushed what, PushOutcome outcome) {
    --under_way_.at(index(what));
    ended_.add(index(what) * kOutcomes + index(outcome));
  }
  /// Pushes that have been sent and not ended. Loop only.
  [[nodiscard]] std::size_t under_way(Pushed what) const { return under_way_.at(index(what)); }
  /// A client has acknowledged that it was told of a change, `took` after the change was made, for its author
  /// too.
  void delivered(Pushed what, Duration took) { took_.observe(index(what), took); }
  [[nodiscard]] metrics::HistogramTotals took(Pushed what) const { return took_.totals(index(what)); }

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  void write(metrics::Writer& out) const;

 private:
  static constexpr std::size_t kKinds = 2, kOutcomes = 4;
  template <class E>
  static constexpr std::size_t index(E value) {
    return static_cast<std::size_t>(value);
  }
  metrics::HistogramTable took_;
  metrics::CounterTable ended_;
  std::array<std::size_t, kKinds> under_way_{};
};

}  // namespace batata::nacos
