#include "domain/config/config_counts.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "domain/config/config_id.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

class Counts : public testing::Test {
 protected:
  void apply(std::vector<store::Op> ops) {
    store::Command command;
    command.txn.then = std::move(ops);
    const auto applied = proposer.store.apply(std::move(command));
    proposer.watches.notify(applied.events);
  }
  static store::Put put(const std::string& space, const std::string& data_id) {
    return {config_key({space, "g", data_id}), "x", {}};
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  ConfigCounts counts{proposer.store};
};

TEST_F(Counts, AreOfEachNamespace) {
  EXPECT_EQ(counts.of("public"), 0u);
  apply({put("public", "a"), put("public", "b"), put("dev", "a"), put("de", "a")});
  EXPECT_EQ(counts.of("public"), 2u);
  EXPECT_EQ(counts.of("dev"), 1u);
  EXPECT_EQ(counts.of("none"), 0u);
  EXPECT_EQ(counts.all(), 4u);
  EXPECT_EQ(counts.of_group("g"), 2u);
  EXPECT_EQ(counts.of_group("other"), 0u);
}

TEST_F(Counts, FollowWhatIsWrittenChangedAndErased) {
  apply({put("dev", "a"), put("dev", "b")});
  EXPECT_EQ(counts.of("dev"), 2u);
  apply({put("dev", "a")});
  EXPECT_EQ(counts.of("dev"), 2u);
  apply({store::Erase{store::KeyRange::one(config_key({"dev", "g", "a"}))}, put("dev", "c")});
  EXPECT_EQ(counts.of("dev"), 2u);
  apply({store::Erase{configs_of("dev")}});
  EXPECT_EQ(counts.of("dev"), 0u);
}

TEST_F(Counts, AreRightWhenHistoryIsGone) {
  apply({put("dev", "a")});
  EXPECT_EQ(counts.of("dev"), 1u);
  apply(
      {put("dev", "b"), store::Erase{store::KeyRange::one(config_key({"dev", "g", "a"}))}, put("dev", "c")});
  apply({store::Compact{proposer.store.revision()}});
  EXPECT_EQ(counts.of("dev"), 2u);
}

TEST_F(Counts, AreOfMoreThanOneSlice) {
  std::vector<store::Op> ops;
  for (std::size_t i = 0; i < 2 * ConfigCounts::kSliceMax; ++i)
    ops.emplace_back(put("dev", std::to_string(i)));
  ops.emplace_back(put("public", "a"));
  apply(std::move(ops));
  EXPECT_EQ(counts.of("dev"), 2 * ConfigCounts::kSliceMax);
  EXPECT_EQ(counts.of("public"), 1u);
}

TEST_F(Counts, KeepUpWithoutBeingAsked) {
  Scope scope(runtime);
  scope.spawn(counts.follow(proposer.watches));
  runtime.settle();
  apply({put("dev", "a")});
  runtime.run_for(std::chrono::seconds(1));
  apply({put("dev", "b")});
  runtime.run_for(std::chrono::seconds(1));
  EXPECT_EQ(counts.of("dev"), 2u);
}

}  // namespace
}  // namespace batata::domain
