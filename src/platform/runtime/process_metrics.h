#pragma once
#include <span>

#include "base/metrics.h"

namespace batata::platform {

/// What every program tells of its process, by the names that Prometheus' client libraries use.
/// Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
[[nodiscard]] std::span<const metrics::Metric> process_metric_rows();
/// Writes them, from /proc; 0 for what is not told there. Any thread.
void write_process_metrics(metrics::Writer& out);

}  // namespace batata::platform
