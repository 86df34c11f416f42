#include "replica/node_meters.h"

namespace batata::replica {
namespace {

using metrics::Kind;
using metrics::Metric;

constexpr Metric kSync{
    "batata_log_sync_seconds", Kind::kHistogram, "",
    "Time of each sync of the replicated log to its disk; no write is acknowledged before it."};
constexpr Metric kGroup{"batata_log_group_commands", Kind::kHistogram, "",
                        "Commands that went to the log together, and share a sync."};
constexpr Metric kLeading{"batata_raft_is_leader", Kind::kGauge, "",
                          "1 while the node leads its group and takes writes, otherwise 0."};
constexpr Metric kTerm{"batata_raft_term", Kind::kGauge, "",
                       "Term of the group; each election has a new one."};
constexpr Metric kFirst{"batata_log_first_index", Kind::kGauge, "", "The oldest entry in the log."};
constexpr Metric kLast{"batata_log_last_index", Kind::kGauge, "", "The newest entry in the log."};
constexpr Metric kApplied{"batata_log_applied_index", Kind::kGauge, "",
                          "The last entry that the store has applied."};
constexpr Metric kFlushed{
    "batata_log_flushed_index", Kind::kGauge, "",
    "The state on disk holds everything up to this entry; what is behind it is replayed "
    "at a start."};
constexpr Metric kQueued{"batata_log_commands_waiting", Kind::kGauge, "",
                         "Commands that wait for the log or are on their way through it."};
constexpr Metric kBacklog{"batata_state_backlog_bytes", Kind::kGauge, "",
                          "Bytes of changes that have yet to go to the state's disk."};
constexpr Metric kFull{"batata_disk_nearly_full", Kind::kGauge, "",
                       "1 while writes are refused because the log's disk is nearly full, otherwise 0."};
constexpr Metric kRevision{"batata_store_revision", Kind::kGauge, "", "Revision of the store."};
constexpr Metric kKeys{"batata_store_keys", Kind::kGauge, "", "Keys in the store."};
constexpr Metric kBytes{"batata_store_bytes", Kind::kGauge, "", "Bytes of all keys and values in the store."};
constexpr Metric kEvents{"batata_store_history_events", Kind::kGauge, "",
                         "Changes that are kept for those who watch."};
constexpr Metric kRows[] = {kSync,   kGroup,   kLeading, kTerm,     kFirst, kLast,  kApplied, kFlushed,
                            kQueued, kBacklog, kFull,    kRevision, kKeys,  kBytes, kEvents};

}  // namespace

std::span<const Metric> NodeMeters::metric_rows() {
  return kRows;
}

void NodeMeters::write(metrics::Writer& out, const NodeStatus& status, const store::Store& store) const {
  out.begin(kSync);
  out.sample({}, syncs_.totals(0));
  out.begin(kGroup);
  out.sample({}, groups_.totals(0));
  const auto number = [&out](const Metric& metric, std::uint64_t value) {
    out.begin(metric);
    out.sample(value);
  };
  number(kLeading, status.leading ? 1 : 0);
  number(kTerm, status.term.value);
  number(kFirst, status.log_first.value);
  number(kLast, status.log_last.value);
  number(kApplied, status.applied.value);
  number(kFlushed, status.state_flushed.value);
  number(kQueued, status.queued);
  number(kBacklog, status.state_backlog);
  number(kFull, status.disk_nearly_full ? 1 : 0);
  number(kRevision, store.revision().value);
  number(kKeys, store.size());
  number(kBytes, store.bytes());
  number(kEvents, store.history_size());
}

}  // namespace batata::replica
