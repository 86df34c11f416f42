#include "domain/discovery/health_checker.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/discovery_house.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;
using registry::ServiceKey;

// Finds the same everywhere, or nothing at all.
class FakeProbes final : public HealthProbes {
 public:
  explicit FakeProbes(Runtime& runtime) : runtime_(runtime) {}
  struct Call {
    std::string host;
    std::uint16_t port;
    HealthCheck check;
  };
  void probe(std::string host, std::uint16_t port, const HealthCheck& check, std::chrono::milliseconds,
             Done done) override {
    calls.push_back({std::move(host), port, check});
    if (is_silent) {
      held.push_back(std::move(done));
      return;
    }
    runtime_.post([found = answer, done = std::move(done)]() mutable { done(found); });
  }

  Probe answer = Probe::kAlive;
  bool is_silent = false;
  std::vector<Call> calls;
  std::vector<Done> held;

 private:
  Runtime& runtime_;
};

struct HealthCheckerTest : testing::Test, DiscoveryHouse {
  void add(const std::string& ip = "10.0.0.1") {
    run(discovery.register_persistent({}, kOrders, instance(ip)));
  }
  void run_checks(std::size_t count) {
    const std::size_t wanted = probes.calls.size() + count;
    for (int i = 0; i < 10'000 && probes.calls.size() < wanted; ++i) runtime.run_for(10ms);
    ASSERT_EQ(probes.calls.size(), wanted);
    runtime.run_for(10ms);
  }
  void set(const std::string& entry, const std::string& value) {
    run(discovery.set_switch({}, {.entry = entry, .value = value, .params = std::nullopt}, false));
  }

  FakeProbes probes{runtime};
  HealthChecker checker{runtime, discovery, probes};
};

TEST_F(HealthCheckerTest, ChecksEachPersistentInstanceWithinSomeSeconds) {
  add("10.0.0.1");
  add("10.0.0.2");
  EXPECT_EQ(checker.size(), 2u);
  runtime.run_for(8s);
  std::set<std::string> hosts;
  for (const auto& call : probes.calls) hosts.insert(call.host);
  EXPECT_EQ(hosts, (std::set<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(probes.calls[0].port, 80);
  EXPECT_EQ(probes.calls[0].check.type, HealthCheck::Type::kTcp);
}

TEST_F(HealthCheckerTest, WritesWhatItFindsOnceHoweverLongThatTakes) {
  add();
  probes.answer = Probe::kRefused;
  proposer.delay = 1h;
  run_checks(5);
  EXPECT_EQ(checker.writing(), 1u);
  runtime.run_for(2h);
  EXPECT_EQ(checker.writing(), 0u);
  EXPECT_FALSE(only().healthy);
}

TEST_F(HealthCheckerTest, LeavesEphemeralInstancesAlone) {
  run(discovery.register_beating(kOrders, instance("10.0.0.1")));
  runtime.run_for(10s);
  EXPECT_EQ(checker.size(), 0u);
  EXPECT_TRUE(probes.calls.empty());
}

TEST_F(HealthCheckerTest, ARefusedInstanceIsSickAtOnceAndWellAfterThreeSuccesses) {
  add();
  probes.answer = Probe::kRefused;
  run_checks(1);
  EXPECT_FALSE(only().healthy);
  probes.answer = Probe::kAlive;
  run_checks(2);
  EXPECT_FALSE(only().healthy);
  run_checks(1);
  EXPECT_TRUE(only().healthy);
}

TEST_F(HealthCheckerTest, ASilentInstanceIsSickAfterThreeFailures) {
  add();
  probes.answer = Probe::kFailed;
  run_checks(2);
  EXPECT_TRUE(only().healthy);
  run_checks(1);
  EXPECT_FALSE(only().healthy);
}

TEST_F(HealthCheckerTest, TheNumberOfChecksIsASwitch) {
  set("healthCheckTimes", "1");
  add();
  probes.answer = Probe::kFailed;
  run_checks(1);
  EXPECT_FALSE(only().healthy);
}

TEST_F(HealthCheckerTest, ChecksNothingWhileItIsSwitchedOff) {
  add();
  set("healthCheckEnabled", "false");
  runtime.run_for(30s);
  EXPECT_TRUE(probes.calls.empty());
  set("healthCheckEnabled", "true");
  runtime.run_for(10s);
  EXPECT_FALSE(probes.calls.empty());
}

TEST_F(HealthCheckerTest, DoesWhatIsSetForTheCluster) {
  add();
  ClusterMeta cluster;
  cluster.check = {.type = HealthCheck::Type::kHttp, .path = "/up"};
  cluster.check_port = 8081;
  cluster.use_instance_port = false;
  run(discovery.update_cluster({}, kOrders, "DEFAULT", cluster));
  run_checks(1);
  EXPECT_EQ(probes.calls[0].port, 8081);
  EXPECT_EQ(probes.calls[0].check.path, "/up");
  cluster.check.type = HealthCheck::Type::kNone;
  run(discovery.update_cluster({}, kOrders, "DEFAULT", cluster));
  const std::size_t before = probes.calls.size();
  runtime.run_for(30s);
  EXPECT_EQ(probes.calls.size(), before);
}

TEST_F(HealthCheckerTest, ForgetsAnInstanceThatHasGoneAlsoDuringItsCheck) {
  add();
  probes.is_silent = true;
  run_checks(1);
  run(discovery.withdraw_persistent({}, kOrders, "10.0.0.1", 80));
  EXPECT_EQ(checker.size(), 0u);
  probes.held[0](Probe::kRefused);
  runtime.run_for(60s);
  EXPECT_EQ(checker.running(), 0u);
  EXPECT_EQ(probes.calls.size(), 1u);
}

TEST_F(HealthCheckerTest, HasABoundOfChecksThatRunAtOnce) {
  for (int i = 0; i < 300; ++i) add("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  probes.is_silent = true;
  const std::size_t before = probes.calls.size();
  runtime.run_for(60s);
  EXPECT_EQ(checker.running(), HealthChecker::kRunningMax);
  EXPECT_EQ(probes.calls.size() - before, HealthChecker::kRunningMax);
  for (auto& done : std::exchange(probes.held, {})) done(Probe::kAlive);
  runtime.run_for(1s);
  EXPECT_GT(probes.calls.size() - before, HealthChecker::kRunningMax);
}

TEST_F(HealthCheckerTest, WhatCannotBeWrittenIsSaidAgain) {
  add();
  probes.answer = Probe::kRefused;
  proposer.refuse = true;
  run_checks(1);
  EXPECT_TRUE(only().healthy);
  proposer.refuse = false;
  run_checks(1);
  EXPECT_FALSE(only().healthy);
}

}  // namespace
}  // namespace batata::domain
