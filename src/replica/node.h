#pragma once
#include <memory>
#include <optional>
#include <span>

#include "async/executor.h"
#include "base/metrics.h"
#include "base/unique_function.h"
#include "cluster/latest.h"
#include "cluster/proposer.h"
#include "cluster/watches.h"
#include "replica/disk.h"
#include "replica/node_options.h"
#include "replica/state_storage.h"
#include "store/store.h"

namespace batata::replica {

/// What a node says of itself, for tests and for its metrics.
struct NodeStatus {
  bool leading = false;
  Term term;
  LogIndex applied;        ///< the last entry the store has applied
  LogIndex state_flushed;  ///< the state on disk holds everything up to here
  LogIndex log_first;      ///< the oldest entry in the log; 0 when it is empty
  LogIndex log_last;
  std::size_t queued = 0;         ///< commands waiting or in flight
  std::size_t state_backlog = 0;  ///< bytes of changes not yet given to the state storage
  bool disk_nearly_full = false;  ///< proposals are refused for that
};

/// One member of the replicated store: takes proposals, makes them durable in the log, applies what is
/// committed, and tells watchers and readers. What is acknowledged has been synced to disk before.
///
/// Loop only, except for `latest()`, which any thread may read. Disk work runs on the two executors. This
/// version runs a cluster of one voter; log, hard state and the consensus core behind them are those of
/// larger clusters.
class Node final : public cluster::Proposer {
 public:
  /// Does no I/O. Everything passed by reference must outlive the node. `disk` holds the log and the hard
  /// state and nothing else. The executors must be two: a slow state storage must not delay the log.
  Node(Runtime& runtime, Disk& disk, Executor& log_executor, StateStorage& state, Executor& state_executor,
       NodeOptions options = {});
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  /// Stops at once, as a crash would; waits for a disk job that runs. What was acknowledged stays.
  ~Node() override;

  /// Recovers: takes the directory, loads the state, replays the log behind it, and, in an empty directory,
  /// founds a cluster of one. Blocks until done; call it once, on the loop, before serving. Afterwards the
  /// node leads and its store has everything that was ever acknowledged. Errors: kUnavailable when another
  /// process has the directory; kDamaged, with file and offset, for a damaged log, hard state or state;
  /// kUnsupported for a format or a membership that this version does not run.
  [[nodiscard]] Status open();

  /// Replicates `txn`. See cluster::Proposer.
  ///
  /// A deadline that passes while the command still waits gives kDeadlineExceeded and the command is dropped;
  /// one that passes later gives kOutcomeUnknown. A caller that is cancelled while its command waits takes it
  /// back. Errors: kInvalidArgument for a command above `command_bytes_max`; kResourceExhausted for a full
  /// queue; kUnavailable when the node does not lead, is stopping, or has failed, and while the log's disk is
  /// nearly full.
  Task<Result<store::TxnResult>> propose(cluster::Context context, store::Txn txn) override;

  /// Completes at once on the only voter: what is acknowledged has been applied before.
  Task<Result<Revision>> read_barrier(cluster::Context context) override;

  /// Refuses new proposals, finishes those under way, flushes the state, so that the next start replays
  /// nothing.
  Task<void> stop();

  /// Shows the state's records as they stand at one moment, with everything in them that has been applied
  /// until now; the storage holds these even after the loss of power.
  ///
  /// `use` runs on the state's executor, which is where the reader is to be used and freed. The caller may be
  /// cancelled at any time; `use` may be called all the same. Errors: kUnavailable when the node does not
  /// lead, or fails meanwhile; then `use` is not called.
  Task<Status> read_state(UniqueFunction<void(std::unique_ptr<StateReader>)> use);

  /// True from `open` until `stop`, or until the disk fails: proposals are taken. Readiness is a flag of
  /// app/, which I/O threads may read.
  [[nodiscard]] bool leading() const;
  [[nodiscard]] NodeStatus status() const;
  [[nodiscard]] static std::span<const metrics::Metric> metric_rows();
  /// Writes these metrics.
  void write(metrics::Writer& out) const;

  [[nodiscard]] const store::Store& store() const;
  [[nodiscard]] cluster::Watches& watches();
  /// Every key's latest applied value; any thread.
  [[nodiscard]] const cluster::LatestKeys& latest() const;

 private:
  class Driver;
  std::unique_ptr<Driver> driver_;
};

}  // namespace batata::replica
