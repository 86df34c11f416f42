#include <gtest/gtest.h>

#include "domain/discovery/discovery_keys.h"
#include "tests/support/discovery_house.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;
using registry::ServiceKey;

const InstanceRef kFirst{"10.0.0.1", 80, "DEFAULT"};

struct OverrideTest : testing::Test, DiscoveryHouse {
  void publish(double weight, Metadata metadata = {}) {
    registry::Instance made = instance("10.0.0.1");
    made.weight = weight;
    made.metadata = std::move(metadata);
    run(discovery.publish(owner, kOrders, {made}));
  }
  void leave() { run(discovery.publish(owner, kOrders, {})); }

  registry::Owner owner = discovery.connect("c1");
};

TEST_F(OverrideTest, LiesOverWhatTheOwnerSaysAndSurvivesItsSayingItAgain) {
  publish(1.0, {{"own", "1"}, {"both", "1"}});
  ASSERT_TRUE(run(discovery.override_instance(
      {}, kOrders, kFirst, {.enabled = false, .weight = 3.0, .metadata = {{"both", "2"}, {"set", "2"}}})));
  EXPECT_EQ(only().weight, 3.0);
  EXPECT_FALSE(only().enabled);
  EXPECT_EQ(only().metadata, (Metadata{{"both", "2"}, {"own", "1"}, {"set", "2"}}));
  publish(9.0, {{"own", "new"}});
  EXPECT_EQ(only().weight, 3.0);
  EXPECT_EQ(only().metadata, (Metadata{{"both", "2"}, {"own", "new"}, {"set", "2"}}));
}

TEST_F(OverrideTest, LiesOverAPersistentInstanceToo) {
  const ServiceKey service{"public", "g", "p"};
  run(discovery.register_persistent({}, service, instance("10.0.0.1")));
  run(discovery.override_instance({}, service, kFirst, {.weight = 3.0}));
  EXPECT_EQ(only(service).weight, 3.0);
  run(discovery.register_persistent({}, service, instance("10.0.0.1")));
  EXPECT_EQ(only(service).weight, 3.0);
}

TEST_F(OverrideTest, OfAnotherClusterOrPortChangesNothing) {
  publish(1.0);
  run(discovery.override_instance({}, kOrders, {"10.0.0.1", 80, "c2"}, {.weight = 3.0}));
  run(discovery.override_instance({}, kOrders, {"10.0.0.1", 81, "DEFAULT"}, {.weight = 3.0}));
  EXPECT_EQ(only().weight, 1.0);
}

TEST_F(OverrideTest, OutlivesAnInstanceThatComesBackWithinAMinute) {
  publish(1.0);
  run(discovery.override_instance({}, kOrders, kFirst, {.weight = 3.0}));
  leave();
  runtime.run_for(50s);
  publish(1.0);
  runtime.run_for(200s);
  EXPECT_EQ(only().weight, 3.0);
}

TEST_F(OverrideTest, GoesAMinuteAfterItsInstanceAlsoWhileTheServiceLives) {
  publish(1.0);
  run(discovery.publish(discovery.connect(), kOrders, {instance("10.0.0.9")}));
  run(discovery.override_instance({}, kOrders, kFirst, {.weight = 3.0}));
  leave();
  runtime.run_for(61s);
  EXPECT_EQ(proposer.store.size(), 0u);
  publish(1.0);
  for (const auto& each : discovery.snapshot(kOrders)->instances) EXPECT_EQ(each->weight, 1.0);
}

TEST_F(OverrideTest, OfAnInstanceThatNeverComesGoesToo) {
  publish(1.0);
  EXPECT_TRUE(run(discovery.override_instance({}, kOrders, {"10.9.9.9", 1, "DEFAULT"}, {.weight = 3.0})));
  EXPECT_EQ(proposer.store.size(), 1u);
  runtime.run_for(61s);
  EXPECT_EQ(proposer.store.size(), 0u);
}

TEST_F(OverrideTest, NeedsAService) {
  const Status done = run(discovery.override_instance({}, kOrders, kFirst, {.weight = 3.0}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::kNotFound);
  EXPECT_EQ(done.error().message,
            "service not found, namespace: public, service: Service{namespace='public', "
            "group='DEFAULT_GROUP', name='orders', ephemeral=true, revision=0}");
}

TEST_F(OverrideTest, APatchChangesOnlyWhatItSays) {
  publish(2.0, {{"own", "1"}});
  ASSERT_TRUE(run(discovery.patch_instance({}, kOrders, kFirst, {.enabled = false})));
  EXPECT_EQ(only().weight, 2.0);
  EXPECT_FALSE(only().enabled);
  run(discovery.patch_instance({}, kOrders, kFirst, {.weight = 4.0, .metadata = Metadata{{"a", "1"}}}));
  run(discovery.patch_instance({}, kOrders, kFirst, {.metadata = Metadata{{"b", "1"}}}));
  EXPECT_EQ(only().weight, 4.0);
  EXPECT_FALSE(only().enabled);
  EXPECT_EQ(only().metadata, (Metadata{{"b", "1"}, {"own", "1"}}));
}

TEST_F(OverrideTest, APatchNeedsItsInstance) {
  EXPECT_EQ(run(discovery.patch_instance({}, kOrders, kFirst, {.weight = 4.0})).error().message,
            "no ips found for cluster DEFAULT in service DEFAULT_GROUP@@orders");
  publish(1.0);
  EXPECT_EQ(run(discovery.patch_instance({}, kOrders, {"10.9.9.9", 80, "DEFAULT"}, {})).error().message,
            "no matched ip found!");
}

TEST_F(OverrideTest, MetadataIsAddedToThoseNamedOrToAll) {
  run(discovery.publish(owner, kOrders, {instance("10.0.0.1"), instance("10.0.0.2")}));
  const InstanceRef unknown{"10.9.9.9", 80, "DEFAULT"};
  auto updated = run(discovery.add_metadata({}, kOrders, {kFirst, unknown}, {{"x", "1"}}));
  ASSERT_TRUE(updated);
  ASSERT_EQ(updated->size(), 1u);
  EXPECT_EQ((*updated)[0]->ip, "10.0.0.1");
  updated = run(discovery.add_metadata({}, kOrders, {}, {{"y", "1"}}));
  EXPECT_EQ(updated->size(), 2u);
  const auto& instances = discovery.snapshot(kOrders)->instances;
  EXPECT_EQ(instances[0]->metadata, (Metadata{{"x", "1"}, {"y", "1"}}));
  EXPECT_EQ(instances[1]->metadata, (Metadata{{"y", "1"}}));
  EXPECT_TRUE(run(discovery.add_metadata({}, {"public", "g", "none"}, {}, {{"x", "1"}}))->empty());
}

TEST_F(OverrideTest, MetadataThatIsRemovedShowsTheOwnersAgain) {
  publish(1.0, {{"x", "own"}});
  run(discovery.add_metadata({}, kOrders, {}, {{"x", "set"}, {"y", "set"}}));
  EXPECT_EQ(only().metadata.at("x"), "set");
  const auto updated = run(discovery.remove_metadata({}, kOrders, {kFirst}, {"x", "nosuch"}));
  EXPECT_EQ(updated->size(), 1u);
  EXPECT_EQ(only().metadata, (Metadata{{"x", "own"}, {"y", "set"}}));
}

TEST_F(OverrideTest, ManyInstancesAreChangedInSeveralWrites) {
  std::vector<registry::Instance> many;
  for (std::uint16_t i = 1; i <= 600; ++i) many.push_back(instance("10.0.0.1", i));
  run(discovery.publish(owner, kOrders, many));
  const Revision before = proposer.store.revision();
  ASSERT_EQ(run(discovery.add_metadata({}, kOrders, {}, {{"x", "1"}}))->size(), 600u);
  EXPECT_EQ(proposer.store.revision().value - before.value, 3u);
  for (const auto& each : discovery.snapshot(kOrders)->instances) EXPECT_EQ(each->metadata.at("x"), "1");
}

TEST_F(OverrideTest, BeatTimesThatAreSetCountUntilTheyAreRemoved) {
  const ServiceKey service{"public", "g", "b"};
  run(discovery.register_beating(service, instance("10.0.0.1")));
  run(discovery.add_metadata(
      {}, service, {},
      {{"preserved.heart.beat.timeout", "40000"}, {"preserved.ip.delete.timeout", "60000"}}));
  runtime.run_for(35s);
  EXPECT_TRUE(only(service).healthy);
  run(discovery.remove_metadata({}, service, {kFirst},
                                {"preserved.heart.beat.timeout", "preserved.ip.delete.timeout"}));
  runtime.run_for(1s);
  EXPECT_TRUE(ips(service).empty());  // silent for longer than the 30 s that count again
}

TEST_F(OverrideTest, ClientsShowWhatTheirOwnersSaid) {
  publish(1.0);
  run(discovery.override_instance({}, kOrders, kFirst, {.weight = 3.0}));
  const ServiceKey beating{"public", "g", "b"}, persistent{"public", "g", "p"};
  run(discovery.register_beating(beating, instance("10.0.0.2")));
  run(discovery.register_persistent({}, persistent, instance("10.0.0.3")));
  EXPECT_EQ(discovery.clients(), (std::vector<std::string>{"c1", "10.0.0.2:80#true", "10.0.0.3:80#false"}));
  const auto connection = discovery.client("c1");
  ASSERT_TRUE(connection);
  EXPECT_TRUE(connection->is_connection);
  ASSERT_EQ(connection->instances.size(), 1u);
  EXPECT_EQ(connection->instances[0].second->weight, 1.0);
  EXPECT_FALSE(discovery.client("10.0.0.2:80#true")->is_connection);
  EXPECT_TRUE(discovery.client("10.0.0.2:80#true")->ephemeral);
  EXPECT_FALSE(discovery.client("10.0.0.3:80#false")->ephemeral);
  EXPECT_EQ(discovery.client("10.0.0.3:80#false")->instances[0].first, persistent);
  EXPECT_GT(discovery.client("10.0.0.3:80#false")->last_updated.ms, 0);
  EXPECT_FALSE(discovery.client("10.0.0.3:80#true"));
  EXPECT_FALSE(discovery.client("nobody"));
  discovery.disconnect(owner);
  EXPECT_FALSE(discovery.client("c1"));
}

TEST_F(OverrideTest, PublishersOfAServiceAreNamed) {
  publish(1.0);
  run(discovery.register_beating(kOrders, instance("10.0.0.2")));
  std::string seen;
  for (const Publisher& each : discovery.publishers(kOrders))
    seen += each.client_id + "=" + each.instance->ip + " ";
  EXPECT_EQ(seen, "c1=10.0.0.1 10.0.0.2:80#true=10.0.0.2 ");
  EXPECT_TRUE(discovery.publishers({"public", "g", "none"}).empty());
}

TEST_F(OverrideTest, ThatSetsNothingAnyMoreIsGone) {
  publish(1.0, {{"x", "own"}});
  run(discovery.add_metadata({}, kOrders, {}, {{"x", "set"}}));
  EXPECT_EQ(proposer.store.size(), 1u);
  ASSERT_TRUE(run(discovery.remove_metadata({}, kOrders, {kFirst}, {"x"})));
  EXPECT_EQ(proposer.store.size(), 0u);
  EXPECT_EQ(only().metadata, (Metadata{{"x", "own"}}));
  ASSERT_TRUE(run(discovery.patch_instance({}, kOrders, kFirst, {.metadata = Metadata{}})));
  EXPECT_EQ(proposer.store.size(), 0u);
}

}  // namespace
}  // namespace batata::domain
