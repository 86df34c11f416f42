#include "replica/node.h"

#include "replica/node_driver.h"

namespace batata::replica {

Node::Node(Runtime& runtime, Disk& disk, Executor& log_executor, StateStorage& state,
           Executor& state_executor, NodeOptions options)
    : driver_(
          std::make_unique<Driver>(runtime, disk, log_executor, state, state_executor, std::move(options))) {}

Node::~Node() = default;

Status Node::open() {
  return driver_->open();
}

Task<Result<store::TxnResult>> Node::propose(cluster::Context context, store::Txn txn) {
  auto admitted = driver_->admit(context, std::move(txn));
  if (!admitted) co_return tl::unexpected(std::move(admitted.error()));
  ProposalWait wait(std::move(*admitted));
  co_return co_await wait;
}

Task<Result<Revision>> Node::read_barrier(cluster::Context) {
  if (!driver_->leading()) co_return fail(Errc::kUnavailable, "this node does not lead");
  // A lone voter answers a write after it has applied it, and nobody else can have answered one.
  co_return driver_->applier.store.revision();
}

Task<void> Node::stop() {
  return driver_->stop();
}
Task<Status> Node::read_state(UniqueFunction<void(std::unique_ptr<StateReader>)> use) {
  return driver_->read_state(std::move(use));
}
bool Node::leading() const {
  return driver_->leading();
}
NodeStatus Node::status() const {
  return driver_->status();
}
std::span<const metrics::Metric> Node::metric_rows() {
  return NodeMeters::metric_rows();
}
void Node::write(metrics::Writer& out) const {
  driver_->meters.write(out, status(), store());
}
const store::Store& Node::store() const {
  return driver_->applier.store;
}
cluster::Watches& Node::watches() {
  return driver_->applier.watches;
}
const cluster::LatestKeys& Node::latest() const {
  return driver_->applier.latest;
}

}  // namespace batata::replica
