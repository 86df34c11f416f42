#include <gtest/gtest.h>

#include "domain/discovery/discovery_keys.h"
#include "tests/support/discovery_house.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;
using registry::ServiceKey;

ServiceMeta meta_with(double threshold, bool ephemeral = true) {
  ServiceMeta meta;
  meta.ephemeral = ephemeral;
  meta.protect_threshold = threshold;
  meta.metadata = {{"k", "v"}};
  return meta;
}

struct MetaTest : testing::Test, DiscoveryHouse {
  void leave(const std::string& ip) {
    scope.spawn(discovery.withdraw_beating(kOrders, ip, 80));
    runtime.settle();
  }
  bool is_stored(const std::string& key) const { return proposer.store.latest().get(key) != nullptr; }
};

TEST_F(MetaTest, ACreatedServiceIsThereWithoutInstances) {
  ASSERT_TRUE(run(discovery.create_service({}, kOrders, meta_with(0.5, false))));
  const SnapshotPtr snapshot = discovery.snapshot(kOrders);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_TRUE(snapshot->instances.empty());
  EXPECT_FALSE(snapshot->ephemeral);
  EXPECT_EQ(*snapshot->meta, meta_with(0.5, false));
  EXPECT_EQ(discovery.services("public", "DEFAULT_GROUP", 1, 9).names, std::vector<std::string>{"orders"});
}

TEST_F(MetaTest, AServiceIsCreatedOnce) {
  run(discovery.create_service({}, kOrders, meta_with(0.5)));
  const Status again = run(discovery.create_service({}, kOrders, meta_with(0.7)));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kConflict);
  EXPECT_EQ(again.error().message, "specified service DEFAULT_GROUP@@orders already exists!");
  EXPECT_EQ(discovery.snapshot(kOrders)->meta->protect_threshold, 0.5);
  const ServiceKey used{"public", "g", "used"};
  run(discovery.register_beating(used, instance("10.0.0.1")));
  EXPECT_FALSE(run(discovery.create_service({}, used, meta_with(0.5))));
}

TEST_F(MetaTest, OfTwoThatCreateAServiceAtOnceOneSucceeds) {
  std::optional<Status> first, second;
  scope.spawn(keep(discovery.create_service({}, kOrders, meta_with(0.1)), first));
  scope.spawn(keep(discovery.create_service({}, kOrders, meta_with(0.2)), second));
  runtime.run_for(50ms);
  EXPECT_TRUE(*first);
  ASSERT_FALSE(*second);
  EXPECT_EQ(second->error().code, Errc::kConflict);
}

TEST_F(MetaTest, AnUpdateKeepsClustersAndKind) {
  run(discovery.create_service({}, kOrders, meta_with(0.5, false)));
  ClusterMeta cluster;
  cluster.check_port = 99;
  run(discovery.update_cluster({}, kOrders, "c1", cluster));
  ServiceMeta next = meta_with(0.8, true);
  next.metadata = {{"k", "w"}};
  ASSERT_TRUE(run(discovery.update_service({}, kOrders, next)));
  const ServiceMetaPtr meta = discovery.snapshot(kOrders)->meta;
  EXPECT_EQ(meta->protect_threshold, 0.8);
  EXPECT_EQ(meta->metadata, (Metadata{{"k", "w"}}));
  EXPECT_FALSE(meta->ephemeral);
  EXPECT_EQ(meta->clusters.at("c1").check_port, 99);
}

TEST_F(MetaTest, WhatIsNotThereIsNotUpdated) {
  EXPECT_EQ(run(discovery.update_service({}, kOrders, meta_with(0.5))).error().message,
            "service DEFAULT_GROUP@@orders not found!");
  EXPECT_EQ(run(discovery.update_cluster({}, kOrders, "c", {})).error().message,
            "service not found:DEFAULT_GROUP@@orders");
  EXPECT_EQ(run(discovery.remove_service({}, kOrders)).error().code, Errc::kNotFound);
  EXPECT_EQ(proposer.store.size(), 0u);
}

TEST_F(MetaTest, AServiceIsRemovedWhenItIsEmpty) {
  run(discovery.create_service({}, kOrders, meta_with(0.5)));
  run(discovery.register_beating(kOrders, instance("10.0.0.1")));
  const Status full = run(discovery.remove_service({}, kOrders));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Errc::kConflict);
  EXPECT_EQ(full.error().message,
            "Service DEFAULT_GROUP@@orders is not empty, can't be delete. Please unregister instance first");
  run(discovery.override_instance({}, kOrders, {"10.0.0.1", 80, "DEFAULT"}, {.weight = 2.0}));
  leave("10.0.0.1");
  EXPECT_TRUE(run(discovery.remove_service({}, kOrders)));
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  EXPECT_EQ(proposer.store.size(), 0u);
  EXPECT_EQ(run(discovery.remove_service({}, kOrders)).error().code, Errc::kNotFound);
}

TEST_F(MetaTest, AServiceThatOnlyHadInstancesIsRemovedToo) {
  run(discovery.register_beating(kOrders, instance("10.0.0.1")));
  leave("10.0.0.1");
  EXPECT_TRUE(run(discovery.remove_service({}, kOrders)));
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  EXPECT_EQ(discovery.service_count(), 0u);
}

TEST_F(MetaTest, ACreatedServiceWithoutInstancesGoesAfterAMinuteAndWhatIsSetForItAMinuteLater) {
  run(discovery.create_service({}, kOrders, meta_with(0.5)));
  runtime.run_for(59s);
  EXPECT_NE(discovery.snapshot(kOrders), nullptr);
  runtime.run_for(1s);
  EXPECT_EQ(discovery.snapshot(kOrders), nullptr);
  runtime.run_for(58s);
  EXPECT_TRUE(is_stored(service_meta_key(kOrders)));
  runtime.run_for(3s);
  EXPECT_FALSE(is_stored(service_meta_key(kOrders)));
}

TEST_F(MetaTest, AServiceThatComesBackInTimeKeepsWhatIsSetForIt) {
  run(discovery.create_service({}, kOrders, meta_with(0.5)));
  runtime.run_for(90s);
  const auto owner = discovery.connect();
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1")}));
  EXPECT_EQ(discovery.snapshot(kOrders)->meta->protect_threshold, 0.5);
  runtime.run_for(300s);
  EXPECT_TRUE(is_stored(service_meta_key(kOrders)));
  EXPECT_NE(discovery.snapshot(kOrders)->meta, nullptr);
}

TEST_F(MetaTest, AServiceIsCreatedAgainWhileItsOldMetadataWaitsForItsEnd) {
  run(discovery.create_service({}, kOrders, meta_with(0.5)));
  runtime.run_for(90s);
  ASSERT_TRUE(run(discovery.create_service({}, kOrders, meta_with(0.5))));
  ASSERT_NE(discovery.snapshot(kOrders), nullptr);
  runtime.run_for(50s);
  EXPECT_TRUE(is_stored(service_meta_key(kOrders)));
}

TEST_F(MetaTest, WhatHasExpiredIsTriedAgainWhenItCannotBeRemoved) {
  run(discovery.create_service({}, kOrders, meta_with(0.5)));
  runtime.run_for(100s);
  proposer.refuse = true;
  runtime.run_for(30s);
  EXPECT_TRUE(is_stored(service_meta_key(kOrders)));
  proposer.refuse = false;
  runtime.run_for(6s);
  EXPECT_FALSE(is_stored(service_meta_key(kOrders)));
}

TEST_F(MetaTest, AProtectedServiceShowsItsSickInstancesAsHealthy) {
  run(discovery.create_service({}, kOrders, meta_with(0.6)));
  registry::Instance sick = instance("10.0.0.1");
  sick.healthy = false;
  run(discovery.publish(discovery.connect(), kOrders, {sick, instance("10.0.0.2")}));
  const Selected selected = select(discovery.snapshot(kOrders), {});
  EXPECT_TRUE(selected.protection_reached);
  EXPECT_TRUE(selected.instances[0]->healthy);
}

TEST_F(MetaTest, ServicesAreFoundByPartsOfTheirNames) {
  run(discovery.create_service({}, {"public", "g1", "alpha"}, {}));
  run(discovery.create_service({}, {"public", "g2", "beta"}, {}));
  run(discovery.create_service({}, {"dev", "g1", "gamma"}, {}));
  run(discovery.register_beating({"public", "g2", "alphabet"}, instance("1")));
  const auto found = [&](ServiceFilter filter) {
    std::string names;
    for (const SnapshotPtr& each : discovery.find_services(filter).services) names += each->key.name + " ";
    return names;
  };
  EXPECT_EQ(found({.space = "public", .page_size = 9}), "alpha alphabet beta ");
  EXPECT_EQ(found({.space = "public", .name = "lpha", .page_size = 9}), "alpha alphabet ");
  EXPECT_EQ(found({.space = "public", .group = "2", .page_size = 9}), "alphabet beta ");
  EXPECT_EQ(found({.space = "public", .hide_empty = true, .page_size = 9}), "alphabet ");
  EXPECT_EQ(found({.space = "public", .page_no = 2, .page_size = 2}), "beta ");
  EXPECT_EQ(found({.space = "public", .page_no = INT64_MAX, .page_size = INT64_MAX}), "");
  EXPECT_EQ(found({.space = "public", .page_no = -1, .page_size = 1}), "alpha ");
  EXPECT_EQ(discovery.find_services({.space = "public", .page_size = 1}).count, 3u);
  EXPECT_EQ(discovery.find_services({.space = "none", .page_size = 9}).count, 0u);
  EXPECT_EQ(discovery.all_services().size(), 4u);
}

TEST_F(MetaTest, SwitchesAreTheSameOnEveryNodeAndAfterARestart) {
  const SwitchChange off{.entry = "pushEnabled", .value = "false", .params = std::nullopt};
  ASSERT_TRUE(run(discovery.set_switch({}, off, false)));
  EXPECT_FALSE(discovery.switches().push_enabled());
  cluster::SingleNodeRegistry fresh{NodeId{1}};
  DiscoveryService again{runtime, fresh, proposer.watches, proposer};
  again.start();
  EXPECT_FALSE(again.switches().push_enabled());
}

TEST_F(MetaTest, ALocalSwitchEndsWithTheNextOneForAll) {
  const SwitchChange off{.entry = "pushEnabled", .value = "false", .params = std::nullopt};
  ASSERT_TRUE(run(discovery.set_switch({}, off, true)));
  EXPECT_FALSE(discovery.switches().push_enabled());
  EXPECT_EQ(proposer.store.size(), 0u);
  const SwitchChange other{.entry = "nope", .value = "1", .params = std::nullopt};
  ASSERT_TRUE(run(discovery.set_switch({}, other, false)));
  EXPECT_TRUE(discovery.switches().push_enabled());
}

TEST_F(MetaTest, TheClustersOfAServiceHaveABound) {
  ServiceMeta meta = meta_with(0.5);
  for (std::size_t i = 0; i < DiscoveryService::kClustersMax; ++i) meta.clusters["c" + std::to_string(i)];
  run(discovery.create_service({}, kOrders, meta));
  const Status more = run(discovery.update_cluster({}, kOrders, "more", {}));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Errc::kResourceExhausted);
  EXPECT_TRUE(run(discovery.update_cluster({}, kOrders, "c0", {})));
}

}  // namespace
}  // namespace batata::domain
