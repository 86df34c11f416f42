#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "async/scope.h"
#include "replica/node.h"
#include "replica/node_backups.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"
#include "sim/sim_state.h"

namespace batata::sim {

/// A node with all that it stands on. For tests.
struct SimMember {
  explicit SimMember(SimRuntime& r) : runtime(r) {}
  ~SimMember() { end(); }
  testing::AssertionResult opens() {
    const auto opened = open();
    return opened ? testing::AssertionSuccess() : testing::AssertionFailure() << opened.error().message;
  }
  Status open() {
    constexpr auto kSync = std::chrono::milliseconds(1);
    log_executor = std::make_unique<SimExecutor>(runtime, kSync, kSync);
    state_executor = std::make_unique<SimExecutor>(runtime, kSync, kSync);
    replica::NodeOptions options;
    options.segment_bytes = 64u << 10;
    options.state_batch_bytes = 1u << 10;
    node = std::make_unique<replica::Node>(runtime, disk, *log_executor, state, *state_executor, options);
    scope = std::make_unique<Scope>(runtime);
    backups = std::make_unique<replica::NodeBackups>(runtime, *node, state, *state_executor);
    return node->open();
  }
  void end() {
    scope.reset();
    backups.reset();
    node.reset();
    runtime.clear();
    log_executor.reset();
    state_executor.reset();
    disk.end_process();
  }
  void put(const std::string& key, std::string value) {
    bool done = false;
    scope->spawn(write(*node, {{}, {store::Put{key, std::move(value), {}}}}, done));
    while (!done) runtime.run_for(std::chrono::milliseconds(1));
  }
  static Task<void> write(replica::Node& node, store::Txn txn, bool& done) {
    EXPECT_TRUE(co_await node.propose({}, std::move(txn)));
    done = true;
  }
  std::string get(const std::string& key) const {
    const auto kv = node->store().latest().get(key);
    return kv == nullptr ? "" : kv->value;
  }

  SimRuntime& runtime;
  SimPower power;
  SimDisk disk{power};
  SimState state{power};
  std::unique_ptr<SimExecutor> log_executor, state_executor;
  std::unique_ptr<replica::Node> node;
  std::unique_ptr<replica::NodeBackups> backups;
  std::unique_ptr<Scope> scope;
};

}  // namespace batata::sim
