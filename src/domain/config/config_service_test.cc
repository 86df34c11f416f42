#include "domain/config/config_service.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "base/hash.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

const ConfigId kId{"public", "g", "a"};

Task<void> keep(Task<Result<Revision>> task, std::optional<Result<Revision>>& out) {
  out = co_await task;
}
Task<void> keep_status(Task<Status> task, std::optional<Status>& out) {
  out = co_await task;
}

class Configs : public testing::Test {
 protected:
  Publish request(std::string content) {
    Publish publish;
    publish.id = kId;
    publish.content = std::move(content);
    return publish;
  }
  Result<Revision> publish(Publish request) {
    std::optional<Result<Revision>> done;
    scope.spawn(keep(service.publish({}, std::move(request)), done));
    runtime.run_for(std::chrono::seconds(1));
    return *done;
  }
  Status remove() {
    std::optional<Status> done;
    scope.spawn(keep_status(service.remove({}, kId), done));
    runtime.run_for(std::chrono::seconds(1));
    return *done;
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  ConfigService service{runtime, proposer.store, proposer, proposer.latest};
  Scope scope{runtime};
};

TEST_F(Configs, AreReadableOncePublished) {
  EXPECT_FALSE(service.get(kId));
  ASSERT_TRUE(publish(request("k=1")));
  const auto config = service.get(kId);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->content, "k=1");
  EXPECT_EQ((*config)->md5, "ceef78b61bf01306cc7e80344c92c19d");
  EXPECT_EQ((*config)->type, "text");
  EXPECT_EQ(md5_of(config->stored()), (*config)->md5);
}

TEST_F(Configs, StayAsTheyWereReadWhileTheyAreHeld) {
  ASSERT_TRUE(publish(request("old")));
  const auto held = service.get(kId);
  ASSERT_TRUE(publish(request("new")));
  EXPECT_EQ((*held)->content, "old");
  EXPECT_EQ((*service.get(kId))->content, "new");
}

TEST_F(Configs, AreGoneOnceRemoved) {
  ASSERT_TRUE(publish(request("x")));
  EXPECT_TRUE(remove());
  EXPECT_FALSE(service.get(kId));
  EXPECT_TRUE(remove());
}

TEST_F(Configs, AreWrittenByHoweverManyAtOnce) {
  std::vector<std::optional<Result<Revision>>> done(50);
  for (std::size_t i = 0; i < done.size(); ++i)
    scope.spawn(keep(service.publish({}, request(std::to_string(i))), done[i]));
  runtime.run_for(std::chrono::seconds(1));
  for (std::size_t i = 0; i < done.size(); ++i) {
    ASSERT_TRUE(done[i] && *done[i]) << i;
    EXPECT_EQ((*done[i])->value, i + 1) << "each once, and in their order";
  }
  EXPECT_EQ((*service.get(kId))->content, "49");
}

TEST_F(Configs, OfTwoWritersThatExpectTheSameMd5OneWins) {
  ASSERT_TRUE(publish(request("v1")));
  std::optional<Result<Revision>> first, second;
  Publish one = request("v2"), two = request("v3");
  one.expected_md5 = two.expected_md5 = md5_hex("v1");
  scope.spawn(keep(service.publish({}, std::move(one)), first));
  scope.spawn(keep(service.publish({}, std::move(two)), second));
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(first->has_value());
  ASSERT_FALSE(second->has_value());
  EXPECT_EQ(second->error().code, Errc::kConflict);
  EXPECT_EQ((*service.get(kId))->content, "v2");
}

TEST_F(Configs, ArePlannedAnewWhenAnotherWriterWasFaster) {
  ConfigService other{runtime, proposer.store, proposer, proposer.latest};  // takes turns of its own
  std::optional<Result<Revision>> first, second;
  scope.spawn(keep(service.publish({}, request("v1")), first));
  scope.spawn(keep(other.publish({}, request("v2")), second));
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(first->has_value());
  EXPECT_TRUE(second->has_value());
  EXPECT_EQ((*service.get(kId))->content, "v2");
}

TEST_F(Configs, AreRefusedWhenTooMuchWaits) {
  std::vector<std::optional<Result<Revision>>> done(ConfigService::kWaitingBytesMax / (8u << 20) + 1);
  for (auto& one : done) scope.spawn(keep(service.publish({}, request(std::string(8u << 20, 'x'))), one));
  ASSERT_TRUE(done.back());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(*done.front() && done[done.size() - 3]->has_value());
  EXPECT_TRUE(publish(request("small")));
}

TEST_F(Configs, AreNotSaidToBeWrittenWhenTheyAreNot) {
  proposer.refuse = true;
  const auto done = publish(request("x"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::kUnavailable);
  EXPECT_FALSE(service.get(kId));
}

TEST_F(Configs, AreRefusedWithoutContentOrWithBadNames) {
  EXPECT_EQ(publish(request("")).error().code, Errc::kInvalidArgument);
  Publish bad = request("x");
  bad.id.data_id = "a b";
  EXPECT_EQ(publish(std::move(bad)).error().message, "invalid dataId : a b");
}

TEST_F(Configs, OfDifferentNamespacesAreDifferent) {
  ASSERT_TRUE(publish(request("x")));
  EXPECT_FALSE(service.get({"dev", kId.group, kId.data_id}));
}

TEST_F(Configs, ThatAreDamagedReadAsNone) {
  auto damaged =
      std::make_shared<const store::KeyValue>(store::KeyValue{config_key(kId), "\x07", {1}, {1}, {}});
  proposer.latest.publish(damaged->key, damaged);
  EXPECT_FALSE(service.get(kId));
  EXPECT_EQ(md5_of(damaged), "");
}

}  // namespace
}  // namespace batata::domain
