#include "domain/config/config_transfer.h"

#include <gtest/gtest.h>

#include <optional>

#include "async/scope.h"
#include "domain/config/wave.h"
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
  // The archive of files of the group "g", in their order.
  static std::string archive(const std::vector<std::pair<std::string, std::string>>& files) {
    std::vector<ArchiveEntry> entries;
    for (const auto& [name, content] : files) entries.push_back({"g/" + name, content});
    return write_archive(entries).value_or(std::string());
  }
  tl::expected<Imported, ImportError> import(const std::vector<std::pair<std::string, std::string>>& files,
                                             SamePolicy policy) {
    return run(transfer.import_archive({}, archive(files), {.space = "dev"}, policy));
  }
  // "published skipped failed".
  static std::string text_of(const TransferOutcome& outcome) {
    std::string text = std::to_string(outcome.published) + " skipped";
    for (const ConfigId& id : outcome.skipped) text += " " + id.data_id;
    text += " failed";
    for (const ConfigId& id : outcome.failed) text += " " + id.data_id;
    return text;
  }
  // What becomes of three configs, the second of which is there already.
  std::string outcome(SamePolicy policy) {
    EXPECT_TRUE(run(configs.publish({}, config("b", "old"))));
    const auto done = import({{"a", "new"}, {"b", "new"}, {"c", "new"}}, policy);
    EXPECT_TRUE(done.has_value());
    return text_of(done->outcome);
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
  EXPECT_EQ(outcome(SamePolicy::kAbort), "1 skipped c failed b");
  EXPECT_EQ(content("a"), "new");
  EXPECT_EQ(content("b"), "old");
  EXPECT_EQ(content("c"), "none");
}

TEST_F(TransfersOfConfigs, SkipLeavesWhatIsThere) {
  EXPECT_EQ(outcome(SamePolicy::kSkip), "2 skipped b failed");
  EXPECT_EQ(content("b"), "old");
  EXPECT_EQ(content("c"), "new");
}

TEST_F(TransfersOfConfigs, OverwritePublishesAll) {
  EXPECT_EQ(outcome(SamePolicy::kOverwrite), "3 skipped failed");
  EXPECT_EQ(content("b"), "new");
  EXPECT_EQ(content("c"), "new");
}

TEST_F(TransfersOfConfigs, WhatIsRefusedForWhatItIsHasFailed) {
  const auto done = import({{"blank", " "}, {"b", "x"}}, SamePolicy::kOverwrite);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(text_of(done->outcome), "1 skipped failed blank");
  const auto aborted = import({{"a", "x"}, {"blank", " "}, {"c", "x"}}, SamePolicy::kAbort);
  ASSERT_TRUE(aborted.has_value());
  EXPECT_EQ(text_of(aborted->outcome), "1 skipped c failed blank");
}

TEST_F(TransfersOfConfigs, AServerThatCannotWriteSaysSo) {
  proposer.refuse = true;
  const auto done = import({{"a", "x"}}, SamePolicy::kSkip);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(std::get<Error>(done.error()).code, Errc::kUnavailable);
  EXPECT_EQ(std::get<Error>(done.error()).message, "0 published: publish a: refused by the test");
}

TEST_F(TransfersOfConfigs, ThatAreNoneSayWhy) {
  const auto done = run(transfer.import_archive({}, "hello", {.space = "dev"}, SamePolicy::kAbort));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(std::get<ImportFault>(done.error()), ImportFault::kEmpty);
}

// Each waits for the disk, so that one after the other would take a thousand times as long.
TEST_F(TransfersOfConfigs, ArePublishedSeveralAtATime) {
  std::vector<std::pair<std::string, std::string>> files;
  for (std::size_t i = 0; i < 4 * Wave::kMax; ++i) files.emplace_back("c" + std::to_string(i), "x");
  proposer.delay = std::chrono::milliseconds(900);  // four of them in the five seconds of `run`
  for (const SamePolicy policy : {SamePolicy::kAbort, SamePolicy::kSkip, SamePolicy::kOverwrite}) {
    const auto done = run(transfer.import_archive(
        {}, archive(files), {.space = std::to_string(static_cast<int>(policy))}, policy));
    ASSERT_TRUE(done.has_value());
    EXPECT_EQ(done->outcome.published, files.size());
  }
}

// What is published waits for its turn in memory.
TEST_F(TransfersOfConfigs, LargeOnesTakeTurns) {
  std::vector<CloneWish> wishes;
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(run(configs.publish({}, config(name, std::string(Wave::kBytesMax / 2, 'x')))));
    wishes.push_back({numeric_id({"dev", "g", name}), "", ""});
  }
  proposer.delay = std::chrono::seconds(1);
  std::optional<Result<TransferOutcome>> done;
  scope.spawn(keep(transfer.copy({}, wishes, {.space = "to"}, SamePolicy::kSkip), done));
  runtime.run_for(std::chrono::milliseconds(1500));
  EXPECT_TRUE(configs.get({"to", "g", "a"}).has_value());
  EXPECT_FALSE(configs.get({"to", "g", "b"}).has_value()) << "with their records two are too much";
  runtime.run_for(std::chrono::seconds(3));
  ASSERT_TRUE(done.has_value() && done->has_value());
  EXPECT_EQ((*done)->published, 3u);
}

TEST_F(TransfersOfConfigs, AUserThatNoConfigMayHaveIsRefusedAtOnce) {
  const ImportTarget target{.space = "dev", .user = std::string(kUserCharactersMax + 1, 'u')};
  const auto done = run(transfer.import_archive({}, archive({{"a", "x"}}), target, SamePolicy::kSkip));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(std::get<Error>(done.error()).code, Errc::kInvalidArgument);
  const auto copied = run(transfer.copy({}, {{1, "", ""}}, target, SamePolicy::kSkip));
  ASSERT_FALSE(copied.has_value());
  EXPECT_EQ(copied.error().code, Errc::kInvalidArgument);
}

TEST_F(TransfersOfConfigs, ComeBackAsTheyWentOut) {
  Publish one = config("a.yaml", "a: 1");
  one.type = "yaml";
  one.app = "shop";
  one.description = "first";
  ASSERT_TRUE(run(configs.publish({}, std::move(one))));
  const auto bytes = run(transfer.export_archive({.space = "dev"}));
  ASSERT_TRUE(bytes.has_value());
  const auto done = run(transfer.import_archive(
      {}, *bytes, {.space = "other", .user = "joe", .needs_list = true}, SamePolicy::kAbort));
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->outcome.published, 1u);
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
  const auto done = run(transfer.copy({}, wishes, {.space = "to", .user = "joe"}, SamePolicy::kAbort));
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(text_of(*done), "2 skipped failed");
  EXPECT_TRUE(configs.get({"to", "g", "b"}).has_value());
  const auto copy = configs.get({"to", "G9", "copy"});
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ((*copy)->content, "1");
  EXPECT_EQ((*copy)->type, "json");
  EXPECT_EQ((*copy)->created_by, "joe");
  const auto none = run(transfer.copy({}, {{7, "", ""}}, {.space = "to"}, SamePolicy::kAbort));
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, Errc::kNotFound);
}

TEST_F(TransfersOfConfigs, OfSeveralWishesForOneConfigTheFirstCounts) {
  ASSERT_TRUE(run(configs.publish({}, config("a", "1"))));
  const auto a = numeric_id({"dev", "g", "a"});
  const auto done =
      run(transfer.copy({}, {{a, "", "x"}, {a, "", "y"}}, {.space = "to"}, SamePolicy::kOverwrite));
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(text_of(*done), "1 skipped failed");
  EXPECT_FALSE(configs.get({"to", "g", "y"}).has_value());
}

// Two sources for one name: the second one finds what the first has made, whatever is under way together.
TEST_F(TransfersOfConfigs, CopiesUnderOneNameMeetEachOther) {
  ASSERT_TRUE(run(configs.publish({}, config("a", "1"))));
  ASSERT_TRUE(run(configs.publish({}, config("b", "2"))));
  ASSERT_TRUE(run(configs.publish({}, config("c", "3"))));
  std::vector<CloneWish> wishes;
  for (const char* name : {"a", "b"}) wishes.push_back({numeric_id({"dev", "g", name}), "", "same"});
  wishes.push_back({numeric_id({"dev", "g", "c"}), "", ""});
  const auto copied = [&](const std::string& space, SamePolicy policy) {
    const auto done = run(transfer.copy({}, wishes, {.space = space}, policy));
    return text_of(done.value_or(TransferOutcome()));
  };
  EXPECT_EQ(copied("abort", SamePolicy::kAbort), "1 skipped c failed same");
  EXPECT_EQ(copied("skip", SamePolicy::kSkip), "2 skipped same failed");
  EXPECT_EQ((*configs.get({"skip", "g", "same"}))->content, "1");
  EXPECT_EQ(copied("over", SamePolicy::kOverwrite), "3 skipped failed");
  EXPECT_EQ((*configs.get({"over", "g", "same"}))->content, "2");
}

TEST_F(TransfersOfConfigs, TooManyAtATimeAreRefused) {
  std::vector<std::optional<Result<std::string>>> out(ConfigTransfer::kUnderWayMax + 1);
  for (auto& one : out) scope.spawn(keep(transfer.export_archive({.space = "dev"}), one));
  ASSERT_TRUE(out.back().has_value());
  EXPECT_EQ(out.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(out.front()->has_value());
}

// What an import has read is held until the last config of it is published.
TEST_F(TransfersOfConfigs, CountUntilAllIsPublished) {
  ASSERT_TRUE(run(configs.publish({}, config("a", "1"))));
  const auto a = numeric_id({"dev", "g", "a"});
  proposer.delay = std::chrono::seconds(2);
  std::vector<std::optional<tl::expected<Imported, ImportError>>> imports(ConfigTransfer::kUnderWayMax - 1);
  for (auto& one : imports)
    scope.spawn(
        keep(transfer.import_archive({}, archive({{"b", "x"}}), {.space = "dev"}, SamePolicy::kSkip), one));
  std::optional<Result<TransferOutcome>> copied;
  scope.spawn(keep(transfer.copy({}, {{a, "", "c"}}, {.space = "dev"}, SamePolicy::kSkip), copied));
  runtime.run_for(std::chrono::seconds(1));  // all are read, none is published
  const auto more = import({{"d", "x"}}, SamePolicy::kSkip);
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(std::get<Error>(more.error()).code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(10));
  EXPECT_TRUE(copied.has_value() && copied->has_value());
  EXPECT_TRUE(import({{"d", "x"}}, SamePolicy::kSkip).has_value());
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
