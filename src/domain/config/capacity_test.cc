#include "domain/config/capacity.h"

#include <gtest/gtest.h>

#include <optional>

#include "async/scope.h"
#include "domain/config/config_service.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

using Kind = CapacityOwner::Kind;

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  auto done = co_await task;
  out.emplace(std::move(done));
}

// A server with the given rules.
struct Server {
  explicit Server(const CapacityRules& rules)
      : capacities(runtime, proposer.store, proposer, rules),
        configs(runtime, proposer.store, proposer, proposer.latest, {}, &capacities) {}

  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    scope.spawn(keep(std::move(task), out));
    runtime.run_for(std::chrono::seconds(1));
    EXPECT_TRUE(out.has_value());
    return std::move(*out);
  }
  // 0: published; else the limit that was in the way.
  int publish(const ConfigId& id, std::string content = "x") {
    Publish publish;
    publish.id = id;
    publish.content = std::move(content);
    const auto done = run(configs.publish({}, std::move(publish)));
    if (done) return 0;
    const auto limit = capacity_limit(done.error());
    EXPECT_TRUE(limit.has_value()) << done.error().message;
    return limit ? static_cast<int>(*limit) : -1;
  }
  void remove(const ConfigId& id) {
    Removal removal;
    removal.id = id;
    EXPECT_TRUE(run(configs.remove({}, std::move(removal))));
  }
  void set(CapacityOwner owner, Capacities::Change change) {
    EXPECT_TRUE(run(capacities.set({}, std::move(owner), change)));
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  Capacities capacities;
  ConfigService configs;
  Scope scope{runtime};
};

CapacityRules checked() {
  CapacityRules rules;
  rules.is_checked = true;
  rules.cluster_quota = 6;
  rules.group_quota = 2;
  rules.namespace_quota = 3;
  rules.max_size = 10;
  return rules;
}

ConfigId in_public(std::string group, std::string data_id) {
  return {"public", std::move(group), std::move(data_id)};
}
ConfigId in_dev(std::string data_id) {
  return {"dev", "g", std::move(data_id)};
}

TEST(CapacityRecord, ComesBackAsItWasWritten) {
  for (const Capacity& capacity : {Capacity{}, Capacity{1, 2, 3, 4}, Capacity{-1, INT32_MAX, INT32_MIN, 0}}) {
    const auto read = decode_capacity(encode_capacity(capacity));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, capacity);
  }
}

TEST(CapacityRecord, OtherBytesAreRefused) {
  const std::string good = encode_capacity({1, 2, 3, 4});
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(decode_capacity(good.substr(0, n)).has_value());
  EXPECT_FALSE(decode_capacity(good + "x").has_value());
  EXPECT_FALSE(decode_capacity("\x02" + good.substr(1)).has_value());
}

TEST(Capacities, AreTheRulesUntilTheyAreSet) {
  Server server({});
  auto report = server.run(server.capacities.report({Kind::kGroup, "g"}));
  EXPECT_EQ(report.capacity, (Capacity{200, 102'400, 10'000, 1'024}));
  EXPECT_EQ(report.usage, 0u);
  server.set({Kind::kGroup, "g"}, {.quota = 5, .max_size = 2048});
  server.set({Kind::kGroup, "g"}, {.max_aggr_count = 7});
  report = server.run(server.capacities.report({Kind::kGroup, "g"}));
  EXPECT_EQ(report.capacity, (Capacity{5, 2048, 7, 1'024}));
  EXPECT_EQ(server.run(server.capacities.report({Kind::kNamespace, "g"})).capacity.quota, 200);
}

TEST(Capacities, CountWhatIsThere) {
  Server server({});
  EXPECT_EQ(server.publish(in_public("g", "a")), 0);
  EXPECT_EQ(server.publish(in_public("g", "b")), 0);
  EXPECT_EQ(server.publish(in_public("gg", "c")), 0);
  EXPECT_EQ(server.publish(in_dev("d")), 0);
  EXPECT_EQ(server.run(server.capacities.report({Kind::kGroup, "g"})).usage, 2u);
  EXPECT_EQ(server.run(server.capacities.report({Kind::kNamespace, "public"})).usage, 3u);
  EXPECT_EQ(server.run(server.capacities.report({Kind::kNamespace, "dev"})).usage, 1u);
  server.remove(in_public("g", "a"));
  EXPECT_EQ(server.run(server.capacities.report({Kind::kGroup, "g"})).usage, 1u);
}

TEST(Capacities, LimitNothingUnlessTheyAreChecked) {
  CapacityRules rules = checked();
  rules.is_managed = false;
  Server unmanaged(rules);
  rules.is_managed = true;
  rules.is_checked = false;
  Server unchecked(rules);
  for (Server* server : {&unmanaged, &unchecked}) {
    for (const char* name : {"a", "b", "c", "d"})
      EXPECT_EQ(server->publish(in_dev(name), "more than ten characters"), 0);
    EXPECT_EQ(server->proposer.store.latest().range(store::KeyRange::prefix("capacity/")).size(), 0u);
  }
}

TEST(Capacities, AGroupOfThePublicNamespaceHasAQuota) {
  Server server(checked());
  EXPECT_EQ(server.publish(in_public("g", "a")), 0);
  EXPECT_EQ(server.publish(in_public("g", "b")), 0);
  EXPECT_EQ(server.publish(in_public("g", "c")), 5032);
  EXPECT_EQ(server.publish(in_public("h", "c")), 0);
  EXPECT_EQ(server.publish(in_public("g", "b"), "again"), 0);  // no new one
  server.remove(in_public("g", "a"));
  EXPECT_EQ(server.publish(in_public("g", "c")), 0);
  server.set({Kind::kGroup, "g"}, {.quota = 3});
  EXPECT_EQ(server.publish(in_public("g", "d")), 0);
  server.set({Kind::kGroup, "g"}, {.quota = -1});
  EXPECT_EQ(server.publish(in_public("g", "e")), 5032);
}

TEST(Capacities, OtherNamespacesHaveAQuotaAndThePublicOneWhenItIsSet) {
  Server server(checked());
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(server.publish(in_dev(name)), 0);
  EXPECT_EQ(server.publish(in_dev("d")), 5033);
  EXPECT_EQ(server.publish(in_public("g", "a")), 0);
  server.set({Kind::kNamespace, "public"}, {.quota = 1});
  EXPECT_EQ(server.publish(in_public("h", "a")), 5033);
}

TEST(Capacities, AllConfigsTogetherHaveAQuota) {
  Server server(checked());
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(server.publish(in_dev(name)), 0);
  for (const char* group : {"a", "b", "c"}) EXPECT_EQ(server.publish(in_public(group, "x")), 0);
  EXPECT_EQ(server.publish(in_public("d", "x")), 5031);
}

TEST(Capacities, ContentHasASizeInBytes) {
  Server server(checked());
  EXPECT_EQ(server.publish(in_dev("a"), "0123456789"), 0);
  EXPECT_EQ(server.publish(in_dev("a"), "0123456789+"), 5034);
  EXPECT_EQ(server.publish(in_dev("b"), "\xE4\xBD\xA0\xE4\xBD\xA0\xE4\xBD\xA0\xE4\xBD\xA0"), 5034);
  server.set({Kind::kNamespace, "dev"}, {.max_size = 12});
  EXPECT_EQ(server.publish(in_dev("b"), "\xE4\xBD\xA0\xE4\xBD\xA0\xE4\xBD\xA0\xE4\xBD\xA0"), 0);
}

TEST(Capacities, WhoHasMoreThanTheDefaultWhenCheckingBeginsGetsRoom) {
  CapacityRules rules = checked();
  rules.cluster_quota = 100;
  Server server(rules);
  for (const char* name : {"a", "b", "c"}) {
    store::Txn txn;
    txn.then.emplace_back(store::Put{config_key(in_dev(name)), "before", {}});
    (void)server.proposer.store.apply({0, {}, std::move(txn)});
  }
  // Three there, and as much again as the default: 6.
  EXPECT_EQ(server.run(server.capacities.report({Kind::kNamespace, "dev"})).capacity.quota, 6);
  for (const char* name : {"d", "e", "f"}) EXPECT_EQ(server.publish(in_dev(name)), 0);
  EXPECT_EQ(server.publish(in_dev("g")), 5033);
}

TEST(Capacities, OfTwoWhoWantTheLastPlaceOneGetsIt) {
  Server server(checked());
  EXPECT_EQ(server.publish(in_public("g", "a")), 0);
  std::optional<Result<Revision>> first, second;
  Publish one, other;
  one.id = in_public("g", "b");
  other.id = in_public("g", "c");
  one.content = other.content = "x";
  server.scope.spawn(keep(server.configs.publish({}, std::move(one)), first));
  server.scope.spawn(keep(server.configs.publish({}, std::move(other)), second));
  server.runtime.run_for(std::chrono::seconds(1));
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->has_value());
  ASSERT_FALSE(second->has_value());
  EXPECT_EQ(capacity_limit(second->error()), CapacityLimit::kGroup);
}

TEST(CountsForCapacities, FollowTheStoreAlsoWhereItsHistoryIsGone) {
  Server server({});
  ConfigCounts counts(server.proposer.store);
  EXPECT_EQ(counts.all(), 0u);
  EXPECT_EQ(server.publish(in_dev("a")), 0);
  EXPECT_EQ(server.publish(in_dev("a")), 0);
  EXPECT_EQ(server.publish(in_public("g", "a")), 0);
  EXPECT_EQ(counts.all(), 2u);
  EXPECT_EQ(counts.of("dev"), 1u);
  EXPECT_EQ(counts.of_group("g"), 1u);
  server.remove(in_dev("a"));
  store::Txn txn;
  txn.then.emplace_back(store::Compact{server.proposer.store.revision()});
  (void)server.proposer.store.apply({0, {}, std::move(txn)});
  EXPECT_EQ(server.publish(in_public("g", "b")), 0);
  EXPECT_EQ(counts.all(), 2u);
  EXPECT_EQ(counts.of("dev"), 0u);
  EXPECT_EQ(counts.of_group("g"), 2u);
}

}  // namespace
}  // namespace batata::domain
