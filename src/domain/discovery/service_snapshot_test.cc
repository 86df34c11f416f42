#include "domain/discovery/service_snapshot.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace batata::domain {
namespace {

// A service with `total` instances, `healthy` of which are; what is set for it has the threshold.
SnapshotPtr service(std::optional<double> threshold, int healthy, int total) {
  auto snapshot = std::make_shared<ServiceSnapshot>();
  for (int i = 0; i < total; ++i) {
    registry::Instance made;
    made.ip = std::to_string(i);
    made.healthy = i < healthy;
    snapshot->instances.push_back(std::make_shared<const registry::Instance>(made));
  }
  if (threshold) {
    ServiceMeta meta;
    meta.protect_threshold = *threshold;
    snapshot->meta = std::make_shared<const ServiceMeta>(meta);
  }
  return snapshot;
}

TEST(Protection, HoldsWhenNoMoreThanTheThresholdAreHealthy) {
  struct Case {
    std::optional<double> threshold;
    int healthy, total;
    bool reached;
  };
  const Case cases[] = {
      {std::nullopt, 0, 2, false},  // nothing is set: never
      {0.0, 0, 2, true},           {0.0, 1, 2, false}, {-1.0, 0, 2, true}, {-1.0, 1, 2, false},
      {0.5, 1, 2, true},           {0.5, 2, 3, false}, {0.8, 4, 5, true},  {0.8, 5, 5, false},
      {1.0, 2, 2, true},           {1.5, 2, 2, true},  {0.5, 0, 0, false},
  };
  for (const Case& each : cases) {
    const Selected selected = select(service(each.threshold, each.healthy, each.total), {});
    EXPECT_EQ(selected.protection_reached, each.reached)
        << each.threshold.value_or(-9) << " " << each.healthy << "/" << each.total;
    EXPECT_EQ(selected.instances.size(), static_cast<std::size_t>(each.total));
    for (const auto& instance : selected.instances)
      EXPECT_TRUE(instance->healthy || !each.reached) << each.threshold.value_or(-9);
  }
}

TEST(Protection, CountsOnlyWhatTheReaderAskedFor) {
  const SnapshotPtr snapshot = service(0.5, 1, 3);
  EXPECT_TRUE(select(snapshot, {}).protection_reached);
  const Selected healthy = select(snapshot, {.clusters = {}, .healthy_only = true});
  EXPECT_FALSE(healthy.protection_reached);  // 1 of 1
  EXPECT_EQ(healthy.instances.size(), 1u);
  EXPECT_FALSE(select(snapshot, {.clusters = "none"}).protection_reached);
}

TEST(Protection, LeavesTheSnapshotAsItIs) {
  const SnapshotPtr snapshot = service(1.0, 0, 1);
  EXPECT_TRUE(select(snapshot, {}).instances[0]->healthy);
  EXPECT_FALSE(snapshot->instances[0]->healthy);
  EXPECT_EQ(healthy_count(*snapshot), 0u);
}

TEST(ServiceSnapshot, GivesAClusterItsDefaultsWhereNothingIsSet) {
  const SnapshotPtr bare = service(std::nullopt, 1, 1);
  EXPECT_EQ(cluster_of(*bare, "DEFAULT"), ClusterMeta{});
  EXPECT_EQ(clusters_of(*bare), std::vector<std::string>{"DEFAULT"});
  auto snapshot = std::make_shared<ServiceSnapshot>(*service(0.0, 1, 1));
  ServiceMeta meta;
  meta.clusters["c2"].check_port = 99;
  snapshot->meta = std::make_shared<const ServiceMeta>(meta);
  EXPECT_EQ(cluster_of(*snapshot, "c2").check_port, 99);
  EXPECT_EQ(cluster_of(*snapshot, "c3").check_port, 80);
}

TEST(Selector, SeesTheClustersThatAreNamedHoweverOftenAndInWhateverOrder) {
  registry::Instance one;
  const auto sees = [&](std::string_view clusters, const std::string& cluster) {
    one.cluster = cluster;
    return Selector({.clusters = clusters}).sees(one);
  };
  for (const std::string_view clusters : {"a,b,c", "c,b,a", "b,b,a,,b,c,a,"}) {
    for (const std::string cluster : {"a", "b", "c"}) EXPECT_TRUE(sees(clusters, cluster)) << clusters;
    EXPECT_FALSE(sees(clusters, "d")) << clusters;
    EXPECT_FALSE(sees(clusters, "")) << clusters;
  }
  EXPECT_TRUE(sees("", "d"));
  EXPECT_TRUE(sees(",,", "d"));
}

}  // namespace
}  // namespace batata::domain
