#include <gtest/gtest.h>

#include "domain/discovery/discovery_keys.h"
#include "domain/discovery/discovery_records.h"
#include "tests/support/discovery_house.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;
using registry::ServiceKey;
using Ips = std::vector<std::string>;

struct PersistentTest : testing::Test, DiscoveryHouse {};

TEST_F(PersistentTest, APersistentInstanceIsSeenWhenItsRegistrationIsAnswered) {
  ASSERT_TRUE(run(discovery.register_persistent({}, kOrders, instance("10.0.0.1"))));
  EXPECT_FALSE(only().ephemeral);
  EXPECT_TRUE(only().healthy);
  EXPECT_FALSE(discovery.snapshot(kOrders)->ephemeral);
  EXPECT_EQ(discovery.snapshot(kOrders)->meta, nullptr);
  EXPECT_EQ(discovery.instance_count(), 1u);
  EXPECT_EQ(discovery.services("public", "DEFAULT_GROUP", 1, 9).count, 1u);
}

TEST_F(PersistentTest, APersistentInstanceIsThereAfterARestart) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  cluster::SingleNodeRegistry fresh{NodeId{1}};
  DiscoveryService again{runtime, fresh, proposer.watches, proposer};
  again.start();
  ASSERT_NE(again.snapshot(kOrders), nullptr);
  EXPECT_EQ(again.snapshot(kOrders)->instances.size(), 1u);
  EXPECT_FALSE(again.snapshot(kOrders)->ephemeral);
}

TEST_F(PersistentTest, WhatAnotherNodeWritesIsSeen) {
  cluster::SingleNodeRegistry theirs{NodeId{2}};
  DiscoveryService other{runtime, theirs, proposer.watches, proposer};
  other.start();
  run(other.register_persistent({}, kOrders, instance("10.0.0.1")));
  run(other.override_instance({}, kOrders, {"10.0.0.1", 80, "DEFAULT"}, {.weight = 3.0}));
  EXPECT_EQ(only().weight, 3.0);
  run(other.withdraw_persistent({}, kOrders, "10.0.0.1", 80));
  EXPECT_TRUE(ips().empty());
}

TEST_F(PersistentTest, OneWriteIsOneChangeForThoseWhoListen) {
  int changes = 0;
  const auto watching = discovery.on_change([&](const SnapshotPtr&) { ++changes; });
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  EXPECT_EQ(changes, 1);
}

TEST_F(PersistentTest, HealthIsWrittenAlsoWhenTheStoreHasForgottenErasuresSince) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  store::Command writes, erasure;
  for (std::size_t i = 0; i <= store::Store::kTombstonesMax; ++i)
    writes.txn.then.emplace_back(store::Put{"other/" + std::to_string(i), "x", {}});
  erasure.txn.then.emplace_back(store::Erase{store::KeyRange::prefix("other/")});
  ASSERT_TRUE(proposer.store.apply(std::move(writes)).result.applied);
  ASSERT_TRUE(proposer.store.apply(std::move(erasure)).result.applied);
  EXPECT_TRUE(run(discovery.note_health(kOrders, "10.0.0.1", 80, false)));
  EXPECT_FALSE(only().healthy);
}

TEST_F(PersistentTest, WhatAnotherNodeHasJustWrittenDecidesTheKindOfAService) {
  store::Command theirs;
  theirs.txn.then.emplace_back(
      store::Put{instance_key(kOrders, "10.0.0.1:80"), encode_instance(instance("10.0.0.1"), {}), {}});
  proposer.watches.notify(proposer.store.apply(std::move(theirs)).events);
  // Behind the look into the store, and before the turn ends in which readers see what it found.
  std::optional<Status> ephemeral;
  runtime.post([&] {
    scope.spawn(keep(discovery.publish(discovery.connect(), kOrders, {instance("10.0.0.2")}), ephemeral));
  });
  runtime.run_for(50ms);
  ASSERT_TRUE(ephemeral);
  EXPECT_FALSE(*ephemeral);
  EXPECT_EQ(ips(), Ips{"10.0.0.1"});
}

TEST_F(PersistentTest, AnAddressHasOnePersistentInstanceInAService) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  registry::Instance moved = instance("10.0.0.1");
  moved.cluster = "c2";
  run(discovery.register_persistent({}, kOrders, moved));
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1", 81)));
  EXPECT_EQ(ips(), (Ips{"10.0.0.1", "10.0.0.1"}));
  EXPECT_EQ(discovery.snapshot(kOrders)->instances[0]->cluster, "c2");
}

TEST_F(PersistentTest, APersistentInstanceIsTakenOutByItsAddress) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  EXPECT_TRUE(run(discovery.withdraw_persistent({}, kOrders, "10.0.0.1", 81)));
  EXPECT_TRUE(run(discovery.withdraw_persistent({}, {"public", "g", "none"}, "10.0.0.1", 80)));
  EXPECT_EQ(ips(), Ips{"10.0.0.1"});
  EXPECT_TRUE(run(discovery.withdraw_persistent({}, kOrders, "10.0.0.1", 80)));
  EXPECT_TRUE(ips().empty());
  EXPECT_EQ(discovery.instance_count(), 0u);
}

TEST_F(PersistentTest, AServiceTakesTheKindOfInstancesItBeganWith) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  const Status ephemeral = run(discovery.publish(discovery.connect(), kOrders, {instance("10.0.0.2")}));
  ASSERT_FALSE(ephemeral);
  EXPECT_EQ(ephemeral.error().code, Errc::kConflict);
  EXPECT_EQ(
      ephemeral.error().message,
      "Current service DEFAULT_GROUP@@orders is persistent service, can't register ephemeral instance.");
  EXPECT_EQ(run(discovery.register_beating(kOrders, instance("10.0.0.2"))).error().code, Errc::kConflict);
  const ServiceKey other{"public", "g", "e"};
  run(discovery.register_beating(other, instance("10.0.0.2")));
  const Status persistent = run(discovery.register_persistent({}, other, instance("10.0.0.1")));
  ASSERT_FALSE(persistent);
  EXPECT_EQ(persistent.error().message,
            "Current service g@@e is ephemeral service, can't register persistent instance.");
}

TEST_F(PersistentTest, AfterARestartInstancesDecideTheKindAgainstWhatTheServiceWasMadeFor) {
  std::optional<Status> created, registered;
  scope.spawn(keep(discovery.create_service({}, kOrders, ServiceMeta{}), created));
  scope.spawn(keep(discovery.register_persistent({}, kOrders, instance("10.0.0.1")), registered));
  runtime.run_for(50ms);
  ASSERT_TRUE(created->has_value() && registered->has_value());
  EXPECT_FALSE(discovery.snapshot(kOrders)->ephemeral);
  cluster::SingleNodeRegistry fresh{NodeId{1}};
  DiscoveryService again{runtime, fresh, proposer.watches, proposer};
  again.start();
  EXPECT_FALSE(again.snapshot(kOrders)->ephemeral);
  EXPECT_TRUE(run(again.register_persistent({}, kOrders, instance("10.0.0.2"))));
}

TEST_F(PersistentTest, OfTwoKindsInOneTurnTheFirstCounts) {
  std::optional<Status> first, second;
  scope.spawn(keep(discovery.publish(discovery.connect(), kOrders, {instance("10.0.0.1")}), first));
  scope.spawn(keep(discovery.register_persistent({}, kOrders, instance("10.0.0.2")), second));
  runtime.run_for(50ms);
  EXPECT_TRUE(*first);
  EXPECT_FALSE(*second);
  const ServiceKey other{"public", "g", "o"};
  scope.spawn(keep(discovery.register_persistent({}, other, instance("10.0.0.2")), first));
  scope.spawn(keep(discovery.publish(discovery.connect(), other, {instance("10.0.0.1")}), second));
  runtime.run_for(50ms);
  EXPECT_TRUE(*first);
  EXPECT_FALSE(*second);
}

TEST_F(PersistentTest, AnEmptyPersistentServiceTakesEitherKindOnceItIsForgotten) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  run(discovery.withdraw_persistent({}, kOrders, "10.0.0.1", 80));
  EXPECT_FALSE(run(discovery.register_beating(kOrders, instance("10.0.0.1"))));
  runtime.run_for(61s);
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  EXPECT_TRUE(run(discovery.register_beating(kOrders, instance("10.0.0.1"))));
}

TEST_F(PersistentTest, APersistentInstanceIsNotSaidToBeRegisteredWhenItIsNot) {
  proposer.refuse = true;
  const Status done = run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::kUnavailable);
  EXPECT_TRUE(ips().empty());
}

TEST_F(PersistentTest, APersistentInstanceWithContradictoryBeatTimesIsRefused) {
  registry::Instance bad = instance("10.0.0.1");
  bad.metadata = {{"preserved.heart.beat.timeout", "1000"}};
  EXPECT_EQ(run(discovery.register_persistent({}, kOrders, bad)).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(discovery.service_count(), 0u);
}

TEST_F(PersistentTest, HealthIsSetByHandOnlyWhereNothingChecks) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  const InstanceRef ref{"10.0.0.1", 80, "DEFAULT"};
  const Status checked = run(discovery.set_health({}, kOrders, ref, false));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message,
            "health check is still working, service: DEFAULT_GROUP@@orders, cluster: DEFAULT");
  ClusterMeta unchecked;
  unchecked.check.type = HealthCheck::Type::kNone;
  ASSERT_TRUE(run(discovery.update_cluster({}, kOrders, "DEFAULT", unchecked)));
  EXPECT_TRUE(run(discovery.set_health({}, kOrders, ref, false)));
  EXPECT_FALSE(only().healthy);
  EXPECT_TRUE(run(discovery.set_health({}, kOrders, {"10.9.9.9", 80, "DEFAULT"}, false)));
}

TEST_F(PersistentTest, NothingIsRegisteredWhileAddingIsSwitchedOff) {
  run(discovery.register_persistent({}, kOrders, instance("10.0.0.1")));
  run(discovery.set_switch({}, {.entry = "disableAddIP", .value = "true", .params = std::nullopt}, false));
  const ServiceKey other{"public", "g", "o"};
  EXPECT_EQ(run(discovery.register_persistent({}, other, instance("1"))).error().code,
            Errc::kPermissionDenied);
  EXPECT_EQ(run(discovery.register_beating(other, instance("1"))).error().code, Errc::kPermissionDenied);
  EXPECT_EQ(run(discovery.publish(discovery.connect(), other, {instance("1")})).error().code,
            Errc::kPermissionDenied);
  EXPECT_TRUE(run(discovery.withdraw_persistent({}, kOrders, "10.0.0.1", 80)));
}

TEST_F(PersistentTest, ADamagedRecordCountsAsNone) {
  store::Txn txn;
  txn.then.emplace_back(store::Put{instance_key(kOrders, "10.0.0.1:80"), "\x07", {}});
  run(proposer.propose({}, std::move(txn)));
  runtime.settle();
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  EXPECT_EQ(discovery.instance_count(), 0u);
}

}  // namespace
}  // namespace batata::domain
