#include "domain/namespaces/namespace_service.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

Task<void> keep(Task<Status> task, std::optional<Status>& out) {
  out = co_await task;
}

class Namespaces : public testing::Test {
 protected:
  Status done(Task<Status> task) {
    std::optional<Status> status;
    scope.spawn(keep(std::move(task), status));
    runtime.run_for(std::chrono::seconds(1));
    return *status;
  }
  Status create(std::string id, std::string name = "n", std::optional<std::string> description = {}) {
    return done(service.create({}, {std::move(id), std::move(name), std::move(description), {}, {}}));
  }
  std::string ids() const {
    std::string all;
    for (const Namespace& one : service.list()) all += one.id + " ";
    return all;
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  NamespaceService service{runtime, proposer.store, proposer, proposer.latest};
  Scope scope{runtime};
};

TEST_F(Namespaces, AreThereOnceMade) {
  EXPECT_FALSE(service.exists("dev"));
  ASSERT_TRUE(create("dev", "Development", "d"));
  ASSERT_TRUE(create("b"));
  EXPECT_TRUE(service.exists("dev"));
  const auto one = service.find("dev");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->name, "Development");
  EXPECT_EQ(one->description, "d");
  EXPECT_EQ(one->created, one->modified);
  EXPECT_GT(one->created.ms, 0);
  EXPECT_EQ(ids(), "b dev ");
}

TEST_F(Namespaces, AreMadeOnce) {
  ASSERT_TRUE(create("dev"));
  EXPECT_EQ(create("dev").error().code, Errc::kConflict);
  EXPECT_EQ(create("public").error().code, Errc::kConflict);
}

TEST_F(Namespaces, AreMadeByOneOfTwoWhoTryTogether) {
  std::optional<Status> first, second;
  scope.spawn(keep(service.create({}, {"dev", "a", {}, {}, {}}), first));
  scope.spawn(keep(service.create({}, {"dev", "b", {}, {}, {}}), second));
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(*first);
  ASSERT_FALSE(*second);
  EXPECT_EQ(second->error().code, Errc::kConflict);
  EXPECT_EQ(service.find("dev")->name, "a");
}

TEST_F(Namespaces, AreRefusedWhenTheyAreNotWellFormed) {
  for (const std::string id : {"", "a b", "a.b"}) EXPECT_EQ(create(id).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(create("dev", "a#b").error().code, Errc::kInvalidArgument);
  EXPECT_EQ(create("dev", "n", std::string(257, 'd')).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(ids(), "");
  EXPECT_TRUE(create("dev", ""));  // the console allows it
}

TEST_F(Namespaces, ChangeAndGoAndAreNotMissedWhenTheyAreNotThere) {
  ASSERT_TRUE(create("dev", "Old", "d"));
  ASSERT_TRUE(done(service.update({}, "dev", "New", std::nullopt)));
  EXPECT_EQ(service.find("dev")->name, "New");
  EXPECT_FALSE(service.find("dev")->description);
  EXPECT_TRUE(done(service.update({}, "none", "x", std::nullopt)));
  EXPECT_FALSE(service.exists("none"));
  EXPECT_EQ(done(service.update({}, "dev", "a#b", std::nullopt)).error().code, Errc::kInvalidArgument);
  ASSERT_TRUE(done(service.remove({}, "dev")));
  EXPECT_FALSE(service.exists("dev"));
  EXPECT_TRUE(done(service.remove({}, "dev")));
  EXPECT_TRUE(done(service.remove({}, "public")));
  EXPECT_TRUE(service.exists("public"));
}

TEST_F(Namespaces, AreBounded) {
  store::Command fill;
  for (std::size_t i = 0; i < NamespaceService::kNamespacesMax; ++i) {
    const Namespace one{"n" + std::to_string(i), "n", {}, {}, {}};
    fill.txn.then.emplace_back(store::Put{namespace_key(one.id), encode_namespace(one), {}});
  }
  (void)proposer.store.apply(std::move(fill));
  EXPECT_EQ(create("one-more").error().code, Errc::kResourceExhausted);
}

TEST_F(Namespaces, SayWhenTheyCannotBeWritten) {
  proposer.refuse = true;
  EXPECT_EQ(create("dev").error().code, Errc::kUnavailable);
}

TEST_F(Namespaces, GetIdsThatNobodyHas) {
  const std::string id = service.random_id();
  ASSERT_EQ(id.size(), 36u);
  for (const std::size_t dash : {8u, 13u, 18u, 23u}) EXPECT_EQ(id[dash], '-');
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos);
  EXPECT_NE(service.random_id(), id);
  EXPECT_TRUE(create(id));
}

}  // namespace
}  // namespace batata::domain
