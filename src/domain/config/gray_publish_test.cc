#include "domain/config/gray_publish.h"

#include <gtest/gtest.h>

#include "domain/config/config_record.h"

namespace batata::domain {
namespace {

const ConfigId kId{"public", "g", "a"};
constexpr std::size_t kMax = 2;

Publish request(std::string content, GrayRelease release) {
  Publish publish;
  publish.id = kId;
  publish.content = std::move(content);
  publish.user = "ann";
  publish.gray = std::move(release);
  return publish;
}

class PlanGray : public testing::Test {
 protected:
  store::KeyValuePtr index() const { return store.latest().get(grays_key(kId)); }
  store::KeyValuePtr release(const std::string& name) const {
    return store.latest().get(gray_key(kId, name));
  }
  Result<store::Txn> plan(const Publish& publish) const {
    return plan_gray_publish(index(), release(publish.gray->name), store.revision(), publish,
                             "md5 of " + publish.content, {5}, kMax);
  }
  Result<store::Txn> plan_removal(std::string name) const {
    const auto present = release(name);
    return plan_gray_remove(index(), present, store.revision(), {.id = kId, .gray = std::move(name)}, {9});
  }
  bool apply(Result<store::Txn> txn) {
    EXPECT_TRUE(txn);
    return txn && store.apply({0, {5}, std::move(*txn)}).result.applied;
  }
  std::vector<GrayView> grays() const { return *decode_grays(index()->value); }
  std::vector<HistoryView> history() const {
    std::vector<HistoryView> views;
    for (const auto& entry : store.latest().range(history_of(kId)))
      views.push_back(*decode_history(entry->value));
    return views;
  }
  store::Store store;
};

TEST_F(PlanGray, WritesReleaseIndexAndHistoryTogether) {
  ASSERT_TRUE(apply(plan(request("blue", tag_release("blue")))));
  ASSERT_TRUE(apply(plan(request("beta", beta_release("10.0.0.1")))));
  ASSERT_EQ(grays().size(), 2u);
  EXPECT_EQ(grays()[0].name, "beta") << "of the higher priority";
  EXPECT_EQ(grays()[0].md5, "md5 of beta");
  EXPECT_EQ(decode_config(release("tag_blue")->value)->content, "blue");
  ASSERT_EQ(history().size(), 2u);
  EXPECT_EQ(history()[0].kind, ChangeKind::kInsert);
  EXPECT_EQ(history()[0].gray_name, "tag_blue");
  EXPECT_EQ(history()[1].config.content, "beta");
}

TEST_F(PlanGray, ReplacesRuleAndContentAndKeepsWhatTheyWere) {
  ASSERT_TRUE(apply(plan(request("one", beta_release("10.0.0.1")))));
  ASSERT_TRUE(apply(plan(request("two", beta_release("10.0.0.2")))));
  ASSERT_EQ(grays().size(), 1u);
  EXPECT_EQ(grays()[0].rule.expression, "10.0.0.2");
  EXPECT_EQ(decode_config(release("beta")->value)->content, "two");
  const auto entry = history()[1];
  EXPECT_EQ(entry.kind, ChangeKind::kUpdate);
  EXPECT_EQ(entry.config.content, "one");
  EXPECT_EQ(entry.rule.expression, "10.0.0.1");
}

TEST_F(PlanGray, WithAnExpectedMd5LeavesAReleaseAsItIs) {
  Publish first = request("one", beta_release("10.0.0.1"));
  first.expected_md5 = "anything";
  ASSERT_TRUE(apply(plan(first))) << "there was none";
  Publish second = request("two", beta_release("10.0.0.2"));
  second.expected_md5 = "md5 of one";
  auto late = plan(second);
  ASSERT_TRUE(apply(plan(second)));
  EXPECT_EQ(decode_config(release("beta")->value)->content, "one");
  EXPECT_EQ(history().size(), 2u);
  EXPECT_FALSE(apply(std::move(late))) << "two plans of one revision may not share an entry";
}

TEST_F(PlanGray, RefusesOneTooManyAndBadRules) {
  ASSERT_TRUE(apply(plan(request("1", tag_release("t1")))));
  ASSERT_TRUE(apply(plan(request("2", tag_release("t2")))));
  EXPECT_TRUE(plan(request("1b", tag_release("t1"))));
  EXPECT_EQ(plan(request("3", tag_release("t3"))).error().message,
            "gray config version is over max count :2");
  EXPECT_EQ(plan(request("x", beta_release(" "))).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(plan(request("x", beta_release(std::string(kExpressionMax + 1, '1')))).error().message,
            "config gray rule format invalid");
}

TEST_F(PlanGray, RemovesAReleaseAndWithTheLastOneTheIndex) {
  EXPECT_EQ(plan_removal("beta").error().code, Errc::kNotFound);
  ASSERT_TRUE(apply(plan(request("one", beta_release("10.0.0.1")))));
  ASSERT_TRUE(apply(plan(request("blue", tag_release("blue")))));
  ASSERT_TRUE(apply(plan_removal("beta")));
  EXPECT_EQ(grays().size(), 1u);
  EXPECT_EQ(release("beta"), nullptr);
  EXPECT_EQ(history().back().kind, ChangeKind::kDelete);
  EXPECT_EQ(history().back().config.content, "one");
  EXPECT_EQ(plan_removal("blue").error().code, Errc::kNotFound) << "the tag is not the name";
  ASSERT_TRUE(apply(plan_removal("tag_blue")));
  EXPECT_EQ(index(), nullptr);
}

TEST_F(PlanGray, IsVoidWhenTheConfigWasChangedMeanwhile) {
  auto late = plan(request("one", beta_release("10.0.0.1")));
  Publish formal = request("formal", {});
  formal.gray.reset();
  ASSERT_TRUE(apply(plan_publish(nullptr, store.revision(), formal, "m", {5})));
  EXPECT_FALSE(apply(std::move(late)));
}

}  // namespace
}  // namespace batata::domain
