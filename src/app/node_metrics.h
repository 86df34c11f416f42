#pragma once
#include <span>
#include <string>

#include "async/runtime.h"
#include "async/task.h"
#include "base/histograms.h"
#include "base/metrics.h"

namespace batata::app {

/// What a node tells of itself as a whole.
class NodeMetrics {
 public:
  /// `runtime` outlives it. The node has been up since now.
  explicit NodeMetrics(Runtime& runtime)
      : runtime_(runtime), since_(runtime.now()), lag_(metrics::kTimes, 1) {}
  /// Looks for ever how late the loop comes to what is due.
  Task<void> watch_loop();
  /// `healthy`: it serves and takes writes. Loop only.
  void write(metrics::Writer& out, bool healthy) const;

 private:
  Runtime& runtime_;
  const SteadyTime since_;
  metrics::HistogramTable lag_;
};

/// docs/metrics.md: every metric of a node.
[[nodiscard]] std::string metrics_markdown();

}  // namespace batata::app
