#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/discovery/health_probes.h"
#include "domain/discovery/naming_switches.h"

namespace batata::domain {

/// What the probes of one instance have come to: whether it is well, and when the next one is due. Pure.
///
/// Well after `check_times` successes in a row, sick after as many failures, and at once when refused.
class CheckPace {
 public:
  /// The first check is due after `first`.
  explicit CheckPace(std::chrono::milliseconds first) : interval_ms_(static_cast<double>(first.count())) {}

  /// Notes what a probe found after `took`. Gives the health that follows when it is not `healthy`.
  [[nodiscard]] std::optional<bool> note(Probe found, std::chrono::milliseconds took, bool healthy,
                                         std::int32_t check_times, const HealthParams& params);
  /// Until the next probe.
  [[nodiscard]] std::chrono::milliseconds interval() const {
    return std::chrono::milliseconds(static_cast<std::int64_t>(interval_ms_));
  }

 private:
  double interval_ms_;
  std::int32_t well_ = 0, sick_ = 0;  // probes in a row that say so
};

}  // namespace batata::domain
