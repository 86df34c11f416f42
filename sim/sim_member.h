#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "async/scope.h"
#include "replica/node.h"
#include "replica/node_backups.h"
#include "sim/sim_disk.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"
#include "sim/sim_state.h"

namespace batata::sim {

/// Says whether one of its jobs runs.
class MarkedExecutor final : public Executor {
 public:
  MarkedExecutor(Runtime& runtime, Duration takes) : executor_(runtime, takes, takes) {}
  void submit(Job work, Job done) override {
    executor_.submit(
        [this, work = std::move(work)]() mutable {
          runs_job_ = true;
          work();
          work = nullptr;
          runs_job_ = false;
        },
        std::move(done));
  }
  void stop() override { executor_.stop(); }
  [[nodiscard]] bool runs_job() const { return runs_job_; }

 private:
  SimExecutor executor_;
  bool runs_job_ = false;
};

/// A node with all that it stands on. For tests.
struct SimMember {
  explicit SimMember(SimRuntime& r) : runtime(r) {}
  ~SimMember() { end(); }
  testing::AssertionResult opens() {
    const auto opened = open();
    return opened ? testing::AssertionSuccess() : testing::AssertionFailure() << opened.error().message;
  }
  Status open() {
    log_executor = std::make_unique<MarkedExecutor>(runtime, step);
    state_executor = std::make_unique<MarkedExecutor>(runtime, step);
    replica::NodeOptions options;
    options.segment_bytes = 64u << 10;
    options.state_batch_bytes = 1u << 10;
    options.fatal = [this](const Error&) { has_failed = true; };
    node = std::make_unique<replica::Node>(runtime, disk, *log_executor, *storage, *state_executor, options);
    scope = std::make_unique<Scope>(runtime);
    backups = std::make_unique<replica::NodeBackups>(runtime, *node, *state_executor);
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
  Duration step = std::chrono::milliseconds(1);  // of each executor's jobs
  SimPower power;
  SimDisk disk{power};
  SimState state{power};
  replica::StateStorage* storage = &state;
  bool has_failed = false;
  std::unique_ptr<MarkedExecutor> log_executor, state_executor;
  std::unique_ptr<replica::Node> node;
  std::unique_ptr<replica::NodeBackups> backups;
  std::unique_ptr<Scope> scope;
};

}  // namespace batata::sim
