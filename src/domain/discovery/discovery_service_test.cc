#include "domain/discovery/discovery_service.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "tests/support/discovery_house.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;
using registry::Instance;
using registry::ServiceKey;

struct DiscoveryTest : testing::Test, DiscoveryHouse {};

TEST_F(DiscoveryTest, AChangeIsAcknowledgedOnlyWhenReadersSeeIt) {
  const auto owner = discovery.connect();
  std::optional<Status> answer;
  scope.spawn(keep(discovery.publish(owner, kOrders, {instance("10.0.0.1")}), answer));
  EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  bool was_visible = false;
  const auto watching = discovery.on_change([&](const SnapshotPtr& snapshot) {
    was_visible = discovery.snapshot(kOrders) == snapshot && !answer.has_value();
  });
  runtime.settle();
  ASSERT_TRUE(answer.has_value() && answer->has_value());
  EXPECT_TRUE(was_visible);
  EXPECT_EQ(ips(), std::vector<std::string>{"10.0.0.1"});
}

TEST_F(DiscoveryTest, ChangesOfOneTurnAreOneSnapshot) {
  std::vector<std::uint64_t> revisions;
  const auto watching =
      discovery.on_change([&](const SnapshotPtr& snapshot) { revisions.push_back(snapshot->revision); });
  std::vector<std::optional<Status>> answers(100);
  for (std::uint16_t i = 0; i < 100; ++i) {
    const auto owner = discovery.connect();
    scope.spawn(keep(discovery.publish(owner, kOrders, {instance("10.0.0.1", i)}), answers[i]));
  }
  runtime.settle();
  EXPECT_EQ(revisions.size(), 1u);
  EXPECT_EQ(discovery.snapshot(kOrders)->instances.size(), 100u);
  for (const auto& answer : answers) EXPECT_TRUE(answer.has_value());
}

TEST_F(DiscoveryTest, TheLastRegistrationOfAConnectionInAServiceWins) {
  const auto owner = discovery.connect(), other = discovery.connect();
  run(discovery.publish(other, kOrders, {instance("10.0.0.9")}));
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1"), instance("10.0.0.2")}));
  run(discovery.publish(owner, kOrders, {instance("10.0.0.3")}));
  EXPECT_EQ(ips(), (std::vector<std::string>{"10.0.0.3", "10.0.0.9"}));
}

TEST_F(DiscoveryTest, TheSameAgainIsAcknowledgedAndTellsNobody) {
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  int changes = 0;
  const auto watching = discovery.on_change([&](const SnapshotPtr&) { ++changes; });
  EXPECT_TRUE(run(discovery.publish(owner, kOrders, {instance("10.0.0.1")})).has_value());
  EXPECT_EQ(changes, 0);
}

TEST_F(DiscoveryTest, ADisconnectedOwnerTakesItsInstancesAlongAndRegistersNothingAnyMore) {
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  discovery.disconnect(owner);
  runtime.settle();
  EXPECT_TRUE(ips().empty());
  const Status late = run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, Errc::kUnavailable);
  EXPECT_EQ(discovery.instance_count(), 0u);
}

TEST_F(DiscoveryTest, ContradictoryBeatTimesAreRefusedAndNothingIsRegistered) {
  Instance bad = instance("10.0.0.1");
  bad.metadata = {{"preserved.heart.beat.interval", "5000"}, {"preserved.heart.beat.timeout", "1000"}};
  const Status published = run(discovery.publish(discovery.connect(), kOrders, {instance("10.0.0.2"), bad}));
  ASSERT_FALSE(published.has_value());
  EXPECT_EQ(published.error().code, Errc::kInvalidArgument);
  EXPECT_FALSE(run(discovery.register_beating(kOrders, bad)).has_value());
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
}

TEST_F(DiscoveryTest, AListenerIsToldAsLongAsItsHandleIsKept) {
  int changes = 0;
  auto watching = discovery.on_change([&](const SnapshotPtr&) { ++changes; });
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  watching = nullptr;
  run(discovery.publish(owner, kOrders, {instance("10.0.0.2")}));
  EXPECT_EQ(changes, 1);
}

TEST_F(DiscoveryTest, NamespacesAndGroupsAreKeptApart) {
  const auto owner = discovery.connect();
  run(discovery.publish(owner, {"public", "a", "bc"}, {instance("10.0.0.1")}));
  run(discovery.publish(owner, {"dev", "a", "bc"}, {instance("10.0.0.2")}));
  run(discovery.publish(owner, {"public", "ab", "c"}, {instance("10.0.0.3")}));
  EXPECT_EQ(ips({"public", "a", "bc"}), std::vector<std::string>{"10.0.0.1"});
  EXPECT_EQ(ips({"dev", "a", "bc"}), std::vector<std::string>{"10.0.0.2"});
  EXPECT_EQ(ips({"public", "ab", "c"}), std::vector<std::string>{"10.0.0.3"});
}

TEST_F(DiscoveryTest, RevisionsRiseAndTimesNeverFallWhenTheClockIsSetBack) {
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  const SnapshotPtr before = discovery.snapshot(kOrders);
  runtime.jump_wall_clock(-3'600'000);
  EXPECT_GE(discovery.time(), before->changed_at);
  run(discovery.publish(owner, kOrders, {instance("10.0.0.2")}));
  const SnapshotPtr after = discovery.snapshot(kOrders);
  EXPECT_GT(after->revision, before->revision);
  EXPECT_GE(after->changed_at, before->changed_at);
}

TEST_F(DiscoveryTest, TwoChangesInOneMillisecondHaveTwoTimesButNotWithoutABound) {
  const auto owner = discovery.connect();
  const WallTime start = runtime.wall_now();
  std::int64_t last = 0;
  for (int i = 0; i < 1500; ++i) {
    run(discovery.publish(owner, kOrders,
                          {instance("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250))}));
    const std::int64_t time = discovery.snapshot(kOrders)->changed_at.ms;
    if (i < 1000) {
      EXPECT_GT(time, last);
    }
    EXPECT_GE(discovery.time().ms, time);
    last = time;
  }
  EXPECT_LE(last, runtime.wall_now().ms + 1000);
  EXPECT_EQ(runtime.wall_now(), start);  // all of this in one millisecond
}

TEST_F(DiscoveryTest, ServicesAreListedByGroupInPages) {
  const auto owner = discovery.connect();
  for (const char* name : {"c", "a", "b"})
    run(discovery.publish(owner, {"public", "g", name}, {instance("10.0.0.1")}));
  run(discovery.publish(owner, {"public", "other", "z"}, {instance("10.0.0.1")}));
  run(discovery.publish(owner, {"dev", "g", "z"}, {instance("10.0.0.1")}));
  using Names = std::vector<std::string>;
  EXPECT_EQ(discovery.services("public", "g", 1, 2).names, (Names{"a", "b"}));
  EXPECT_EQ(discovery.services("public", "g", 2, 2).names, Names{"c"});
  EXPECT_EQ(discovery.services("public", "g", 3, 2).names, Names{});
  EXPECT_EQ(discovery.services("public", "g", 0, 2).names, (Names{"a", "b"}));
  EXPECT_EQ(discovery.services("public", "g", -5, 10).names, (Names{"a", "b", "c"}));
  EXPECT_EQ(discovery.services("public", "g", 1, 0).names, Names{});
  EXPECT_EQ(discovery.services("public", "g", 1, INT64_MAX).names, (Names{"a", "b", "c"}));
  EXPECT_EQ(discovery.services("public", "g", INT64_MAX, INT64_MAX).names, Names{});
  EXPECT_EQ(discovery.services("public", "g", 9, 2).count, 3u);
  EXPECT_EQ(discovery.services("public", "none", 1, 9).count, 0u);
}

TEST_F(DiscoveryTest, ServicesOfANamespaceAreGoneThroughInSlices) {
  const auto owner = discovery.connect();
  const std::vector<ServiceKey> all = {{"s", "f", "z"}, {"s", "g", "a"}, {"s", "g", "b"}, {"s", "h", "a"}};
  for (const ServiceKey& service : all) (void)run(discovery.publish(owner, service, {instance("10.0.0.1")}));
  (void)run(discovery.publish(owner, {"r", "g", "x"}, {instance("10.0.0.1")}));
  (void)run(discovery.publish(owner, {"t", "g", "x"}, {instance("10.0.0.1")}));
  for (const std::size_t limit : {1u, 2u, 3u, 10u}) {
    std::vector<ServiceKey> seen;
    std::optional<ServiceKey> after;
    for (;;) {
      const auto slice = discovery.services_after("s", after, limit);
      EXPECT_LE(slice.size(), limit);
      if (slice.empty()) break;
      seen.insert(seen.end(), slice.begin(), slice.end());
      after = slice.back();
    }
    EXPECT_EQ(seen, all) << limit;
  }
  // Also after one that has been forgotten.
  EXPECT_EQ(discovery.services_after("s", ServiceKey{"s", "g", "aa"}, 1).at(0), all[2]);
  EXPECT_TRUE(discovery.services_after("none", std::nullopt, 9).empty());
}

TEST_F(DiscoveryTest, AnEmptyServiceIsForgottenAfterAMinute) {
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  run(discovery.publish(owner, kOrders, {}));
  runtime.run_for(59s);
  ASSERT_NE(discovery.snapshot(kOrders), nullptr);
  EXPECT_TRUE(discovery.snapshot(kOrders)->instances.empty());
  EXPECT_EQ(discovery.services("public", "DEFAULT_GROUP", 1, 9).count, 1u);
  runtime.run_for(1s);
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  EXPECT_EQ(discovery.services("public", "DEFAULT_GROUP", 1, 9).count, 0u);
}

TEST_F(DiscoveryTest, AServiceThatFillsAgainIsNotForgotten) {
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  run(discovery.publish(owner, kOrders, {}));
  runtime.run_for(30s);
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  runtime.run_for(31s);
  run(discovery.publish(owner, kOrders, {}));
  runtime.run_for(59s);
  EXPECT_NE(discovery.snapshot(kOrders), nullptr);
  runtime.run_for(1s);
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
}

TEST_F(DiscoveryTest, OneThatComesAndGoesWithinATurnWasNeverThere) {
  int changes = 0;
  const auto watching = discovery.on_change([&](const SnapshotPtr&) { ++changes; });
  const auto owner = discovery.connect();
  std::optional<Status> answer;
  scope.spawn(keep(discovery.publish(owner, kOrders, {instance("10.0.0.1")}), answer));
  discovery.disconnect(owner);
  runtime.settle();
  EXPECT_TRUE(answer.has_value());
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  EXPECT_EQ(changes, 0);
}

TEST_F(DiscoveryTest, BeatsOfAnUnknownAddressAreAnsweredSo) {
  EXPECT_FALSE(run(discovery.beat(kOrders, "10.0.0.1", 80)));
  run(discovery.register_beating(kOrders, instance("10.0.0.1")));
  EXPECT_TRUE(run(discovery.beat(kOrders, "10.0.0.1", 80)));
  EXPECT_FALSE(run(discovery.beat(kOrders, "10.0.0.1", 81)));
}

TEST_F(DiscoveryTest, AReaderSeesTheSilentTurnUnhealthyAndAHealingBeatBeforeItsAnswer) {
  run(discovery.register_beating(kOrders, instance("10.0.0.1")));
  runtime.run_for(15s);
  EXPECT_FALSE(discovery.snapshot(kOrders)->instances[0]->healthy);
  EXPECT_TRUE(run(discovery.beat(kOrders, "10.0.0.1", 80)));
  EXPECT_TRUE(discovery.snapshot(kOrders)->instances[0]->healthy);
}

TEST_F(DiscoveryTest, TenThousandInstancesChurningStayWhole) {
  std::vector<registry::Owner> owners;
  std::vector<std::optional<Status>> answers(10'000);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    owners.push_back(discovery.connect());
    scope.spawn(keep(discovery.publish(owners.back(), kOrders, {instance(std::to_string(i))}), answers[i]));
  }
  runtime.settle();
  EXPECT_EQ(discovery.snapshot(kOrders)->instances.size(), 10'000u);
  for (std::size_t i = 0; i < owners.size(); i += 2) discovery.disconnect(owners[i]);
  runtime.settle();
  EXPECT_EQ(discovery.snapshot(kOrders)->instances.size(), 5'000u);
}

TEST(Select, KeepsEnabledInstancesOfTheClustersAskedFor) {
  auto snapshot = std::make_shared<ServiceSnapshot>();
  const auto add = [&](const std::string& ip, const std::string& cluster, bool healthy, bool enabled) {
    Instance made = instance(ip);
    made.cluster = cluster;
    made.healthy = healthy;
    made.enabled = enabled;
    snapshot->instances.push_back(std::make_shared<const Instance>(made));
  };
  add("1", "DEFAULT", true, true);
  add("2", "c2", false, true);
  add("3", "c2", true, false);
  add("4", "c3", true, true);
  const auto seen = [&](std::string_view clusters, bool healthy_only) {
    std::string ips;
    for (const auto& each : select(snapshot, {clusters, healthy_only}).instances) ips += each->ip;
    return ips;
  };
  EXPECT_EQ(seen("", false), "124");
  EXPECT_EQ(seen("", true), "14");
  EXPECT_EQ(seen("c2", false), "2");
  EXPECT_EQ(seen("c2,DEFAULT", false), "12");
  EXPECT_EQ(seen(",c3,", false), "4");
  EXPECT_EQ(seen("none", false), "");
  EXPECT_TRUE(select(nullptr, {}).instances.empty());
}

TEST_F(DiscoveryTest, ServicesWhoseNamesHoldNulAreKeptApart) {
  const ServiceKey one{"public", "g", std::string("a\0b", 3)}, other{"public", std::string("g\0a", 3), "b"};
  run(discovery.register_beating(one, instance("10.0.0.1")));
  run(discovery.register_beating(other, instance("10.0.0.2")));
  EXPECT_EQ(only(one).ip, "10.0.0.1");
  EXPECT_EQ(only(other).ip, "10.0.0.2");
}

TEST_F(DiscoveryTest, KnowsWhichAddressesBeat) {
  EXPECT_FALSE(discovery.has_beating_client("10.0.0.1:80"));
  run(discovery.register_beating(kOrders, instance("10.0.0.1")));
  EXPECT_TRUE(discovery.has_beating_client("10.0.0.1:80"));
  EXPECT_FALSE(discovery.has_beating_client("10.0.0.1:81"));
}

}  // namespace
}  // namespace batata::domain
