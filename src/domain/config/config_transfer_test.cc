#include "domain/config/config_transfer.h"

#include <gtest/gtest.h>

#include <optional>

#include "async/scope.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  auto done = co_await task;
  out.emplace(std::move(done));
}

class TransfersOfConfigs : public testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    scope.spawn(keep(std::move(task), out));
    runtime.run_for(std::chrono::seconds(5));
    EXPECT_TRUE(out.has_value());
    return std::move(*out);
  }
  static Publish config(std::string data_id, std::string content) {
    Publish publish;
    publish.id = {"dev", "g", std::move(data_id)};
    publish.content = std::move(content);
    return publish;
  }
  // What becomes of two configs, the first of which is there already: "published skipped failed".
  std::string outcome(SamePolicy policy) {
    EXPECT_TRUE(run(configs.publish({}, config("a", "old"))));
    std::vector<Publish> both;
    both.push_back(config("a", "new"));
    both.push_back(config("b", "new"));
    const auto done = run(transfer.publish({}, std::move(both), policy));
    EXPECT_TRUE(done.has_value());
    std::string text = std::to_string(done->published) + " skipped";
    for (const ConfigId& id : done->skipped) text += " " + id.data_id;
    text += " failed";
    for (const ConfigId& id : done->failed) text += " " + id.data_id;
    return text;
  }
  std::string content(const std::string& data_id) {
    const auto found = configs.get({"dev", "g", data_id});
    return found ? std::string((*found)->content) : "none";
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  sim::SimExecutor executor{runtime, std::chrono::milliseconds(1), std::chrono::milliseconds(1)};
  ConfigService configs{runtime, proposer.store, proposer, proposer.latest};
  ConfigTransfer transfer{runtime, proposer.store, configs, executor};
  Scope scope{runtime};
};

TEST_F(TransfersOfConfigs, AbortStopsAtTheFirstThatIsThere) {
  EXPECT_EQ(outcome(SamePolicy::kAbort), "0 skipped b failed a");
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(content("b"), "none");
}

TEST_F(TransfersOfConfigs, SkipLeavesWhatIsThere) {
  EXPECT_EQ(outcome(SamePolicy::kSkip), "1 skipped a failed");
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(content("b"), "new");
}

TEST_F(TransfersOfConfigs, OverwritePublishesAll) {
  EXPECT_EQ(outcome(SamePolicy::kOverwrite), "2 skipped failed");
  EXPECT_EQ(content("a"), "new");
  EXPECT_EQ(content("b"), "new");
}

TEST_F(TransfersOfConfigs, WhatIsRefusedForWhatItIsHasFailed) {
  std::vector<Publish> both;
  both.push_back(config("blank", " "));
  both.push_back(config("b", "x"));
  auto done = run(transfer.publish({}, both, SamePolicy::kOverwrite));
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->published, 1u);
  EXPECT_EQ(done->failed, (std::vector<ConfigId>{{"dev", "g", "blank"}}));
  done = run(transfer.publish({}, std::move(both), SamePolicy::kAbort));
  EXPECT_EQ(done->skipped, (std::vector<ConfigId>{{"dev", "g", "b"}}));
}

TEST_F(TransfersOfConfigs, AServerThatCannotWriteSaysSo) {
  proposer.refuse = true;
  std::vector<Publish> one;
  one.push_back(config("a", "x"));
  const auto done = run(transfer.publish({}, std::move(one), SamePolicy::kSkip));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::kUnavailable);
}

TEST_F(TransfersOfConfigs, ComeBackAsTheyWentOut) {
  Publish one = config("a.yaml", "a: 1");
  one.type = "yaml";
  one.app = "shop";
  one.description = "first";
  ASSERT_TRUE(run(configs.publish({}, std::move(one))));
  const auto bytes = run(transfer.export_archive({.space = "dev"}));
  ASSERT_TRUE(bytes.has_value());
  auto import = run(transfer.read(*bytes, {.space = "other", .user = "joe", .needs_list = true}));
  ASSERT_TRUE(import.has_value());
  const auto done = run(transfer.publish({}, std::move(import->configs), SamePolicy::kAbort));
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->published, 1u);
  const auto found = configs.get({"other", "g", "a.yaml"});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)->content, "a: 1");
  EXPECT_EQ((*found)->type, "yaml");
  EXPECT_EQ((*found)->app, "shop");
  EXPECT_EQ((*found)->description, "first");
  EXPECT_EQ((*found)->created_by, "joe");
}

TEST_F(TransfersOfConfigs, ClonesAreFoundByNumberAndMayGetOtherNames) {
  Publish one = config("a", "1");
  one.type = "json";
  ASSERT_TRUE(run(configs.publish({}, std::move(one))));
  ASSERT_TRUE(run(configs.publish({}, config("b", "2"))));
  const auto a = numeric_id({"dev", "g", "a"}), b = numeric_id({"dev", "g", "b"});
  const std::vector<CloneWish> wishes = {{b, "", ""}, {7, "", ""}, {a, "G9", "copy"}};
  const auto clones = run(transfer.clones(wishes, {.space = "to", .user = "joe"}));
  ASSERT_EQ(clones.size(), 2u);
  EXPECT_EQ(clones[0].id, (ConfigId{"to", "g", "b"}));
  EXPECT_EQ(clones[1].id, (ConfigId{"to", "G9", "copy"}));
  EXPECT_EQ(clones[1].content, "1");
  EXPECT_EQ(clones[1].type, "json");
  EXPECT_EQ(clones[1].user, "joe");
}

TEST_F(TransfersOfConfigs, TooManyAtATimeAreRefused) {
  std::vector<std::optional<Result<std::string>>> out(ConfigTransfer::kUnderWayMax + 1);
  for (auto& one : out) scope.spawn(keep(transfer.export_archive({.space = "dev"}), one));
  ASSERT_TRUE(out.back().has_value());
  EXPECT_EQ(out.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(out.front()->has_value());
}

TEST(Policies, AreNamedInCapitals) {
  EXPECT_EQ(policy_named("ABORT"), SamePolicy::kAbort);
  EXPECT_EQ(policy_named("SKIP"), SamePolicy::kSkip);
  EXPECT_EQ(policy_named("OVERWRITE"), SamePolicy::kOverwrite);
  EXPECT_EQ(policy_named("skip"), std::nullopt);
  EXPECT_EQ(policy_named(""), std::nullopt);
}

}  // namespace
}  // namespace batata::domain
