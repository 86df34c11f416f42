#include "registry/registry.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace batata::registry {
namespace {

const ServiceKey kOrders{"public", "DEFAULT_GROUP", "orders"};
const ServiceKey kUsers{"public", "DEFAULT_GROUP", "users"};
constexpr Owner kFirst{NodeId{1}, 1}, kSecond{NodeId{1}, 2};

InstancePtr instance(const std::string& id, double weight = 1) {
  Instance made;
  made.id = id;
  made.ip = "10.0.0.1";
  made.port = 80;
  made.weight = weight;
  return std::make_shared<const Instance>(std::move(made));
}

std::vector<std::string> ids(const std::vector<InstancePtr>& instances) {
  std::vector<std::string> names;
  for (const InstancePtr& each : instances) names.push_back(each->id);
  return names;
}

TEST(Registry, ListsAServiceInTheOrderOfOwnersThenIds) {
  Registry registry(NodeId{1});
  EXPECT_TRUE(registry.put(kSecond, kOrders, instance("a")));
  EXPECT_TRUE(registry.put(kFirst, kOrders, instance("z")));
  EXPECT_TRUE(registry.put(kFirst, kOrders, instance("b")));
  EXPECT_EQ(ids(registry.list(kOrders)), (std::vector<std::string>{"b", "z", "a"}));
  EXPECT_EQ(ids(registry.list(kFirst, kOrders)), (std::vector<std::string>{"b", "z"}));
  EXPECT_EQ(registry.size(), 3u);
}

TEST(Registry, TwoOwnersMayHoldTheSameId) {
  Registry registry(NodeId{1});
  registry.put(kFirst, kOrders, instance("a", 1));
  registry.put(kSecond, kOrders, instance("a", 2));
  EXPECT_EQ(registry.list(kOrders).size(), 2u);
  EXPECT_TRUE(registry.erase(kFirst, kOrders, "a"));
  ASSERT_EQ(registry.list(kOrders).size(), 1u);
  EXPECT_EQ(registry.list(kOrders)[0]->weight, 2);
}

TEST(Registry, PuttingTheSameAgainChangesNothing) {
  Registry registry(NodeId{1});
  registry.put(kFirst, kOrders, instance("a"));
  const auto version = registry.version(NodeId{1});
  EXPECT_FALSE(registry.put(kFirst, kOrders, instance("a")));
  EXPECT_FALSE(registry.replace(kFirst, kOrders, {instance("a")}));
  EXPECT_FALSE(registry.erase(kFirst, kOrders, "b"));
  EXPECT_FALSE(registry.erase(kFirst, kUsers, "a"));
  EXPECT_EQ(registry.version(NodeId{1}), version);
}

TEST(Registry, ReplaceLeavesExactlyWhatItIsGivenAndOtherOwnersAlone) {
  Registry registry(NodeId{1});
  registry.put(kSecond, kOrders, instance("other"));
  registry.replace(kFirst, kOrders, {instance("a"), instance("b")});
  EXPECT_TRUE(registry.replace(kFirst, kOrders, {instance("b", 5), instance("c", 1), instance("c", 2)}));
  const auto mine = registry.list(kFirst, kOrders);
  ASSERT_EQ(ids(mine), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(mine[0]->weight, 5);
  EXPECT_EQ(mine[1]->weight, 2);
  EXPECT_TRUE(registry.replace(kFirst, kOrders, {}));
  EXPECT_EQ(ids(registry.list(kOrders)), std::vector<std::string>{"other"});
}

TEST(Registry, DropRemovesTheOwnerFromEveryService) {
  Registry registry(NodeId{1});
  registry.put(kFirst, kOrders, instance("a"));
  registry.put(kFirst, kUsers, instance("a"));
  registry.put(kSecond, kUsers, instance("b"));
  EXPECT_EQ(registry.drop(kFirst), (std::vector<ServiceKey>{kOrders, kUsers}));
  EXPECT_TRUE(registry.drop(kFirst).empty());
  EXPECT_TRUE(registry.list(kOrders).empty());
  EXPECT_EQ(registry.services(), std::vector<ServiceKey>{kUsers});
  EXPECT_EQ(registry.size(), 1u);
}

TEST(Registry, AnEmptyRegistryHasTheDigestOfOneThatWasEmptied) {
  Registry registry(NodeId{1});
  const auto empty = registry.digest(NodeId{1});
  registry.put(kFirst, kOrders, instance("a"));
  EXPECT_NE(registry.digest(NodeId{1}), empty);
  registry.put(kFirst, kOrders, instance("a", 3));
  registry.put(kSecond, kUsers, instance("b"));
  registry.erase(kFirst, kOrders, "a");
  registry.drop(kSecond);
  EXPECT_EQ(registry.digest(NodeId{1}), empty);
}

}  // namespace
}  // namespace batata::registry
