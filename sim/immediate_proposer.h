#pragma once
#include <utility>

#include "async/sleep.h"
#include "cluster/latest.h"
#include "cluster/proposer.h"
#include "cluster/watches.h"

namespace batata::sim {

/// A Proposer without replication: applies to its own store after a moment of virtual time. For tests of the
/// domain and of faces, which must not care what stands behind the port.
class ImmediateProposer final : public cluster::Proposer {
 public:
  explicit ImmediateProposer(Runtime& runtime) : watches(runtime, store), runtime_(runtime) {}

  Task<Result<store::TxnResult>> propose(cluster::Context context, store::Txn txn) override {
    last_context = context;
    co_await sleep_for(runtime_, delay);
    if (refuse) co_return fail(Errc::kUnavailable, "refused by the test");
    store::Command command{context.request_id, runtime_.wall_now(), std::move(txn)};
    const store::Applied applied = store.apply(std::move(command));
    for (const store::Event& event : applied.events) {
      if (event.after != nullptr) {
        latest.publish(event.key(), event.after);
      } else {
        latest.retract(event.key());
      }
    }
    watches.notify(applied.events);
    co_return applied.result;
  }
  Task<Result<Revision>> read_barrier(cluster::Context) override { co_return store.revision(); }

  store::Store store;
  cluster::LatestKeys latest;
  cluster::Watches watches;
  Duration delay = std::chrono::milliseconds(1);
  cluster::Context last_context;  ///< what came with the last proposal
  bool refuse = false;            ///< answer kUnavailable, apply nothing

 private:
  Runtime& runtime_;
};

}  // namespace batata::sim
