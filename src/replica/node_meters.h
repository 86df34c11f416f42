#pragma once
#include <cstddef>
#include <span>

#include "base/histograms.h"
#include "base/metrics.h"
#include "replica/node.h"
#include "store/store.h"

namespace batata::replica {

/// What a node tells of its log and its store. Any thread; `write` is for the loop.
class NodeMeters {
 public:
  NodeMeters() : syncs_(metrics::kTimes, 1), groups_(metrics::kAmounts, 1) {}

  /// The log has synced what was appended to it.
  void synced(Duration took) { syncs_.observe(0, took); }
  /// So many commands go to the log together.
  void grouped(std::size_t commands) { groups_.observe(0, static_cast<std::int64_t>(commands)); }

  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  void write(metrics::Writer& out, const NodeStatus& status, const store::Store& store) const;

 private:
  metrics::HistogramTable syncs_, groups_;
};

}  // namespace batata::replica
