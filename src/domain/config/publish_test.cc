#include "domain/config/publish.h"

#include <gtest/gtest.h>

#include "domain/config/config_record.h"

namespace batata::domain {
namespace {

const ConfigId kId{"public", "g", "a"};

Publish request(std::string content) {
  Publish publish;
  publish.id = kId;
  publish.content = std::move(content);
  return publish;
}

ConfigView written(const store::Txn& txn) {
  for (const store::Op& op : txn.then)
    if (const auto* put = std::get_if<store::Put>(&op)) return *decode_config(put->value);
  ADD_FAILURE() << "nothing is written";
  return {};
}

class PlanPublish : public testing::Test {
 protected:
  Result<store::Txn> plan(const Publish& publish, std::string_view md5, WallTime now) const {
    return plan_publish(store.latest().get(config_key(publish.id)), store.revision(), publish, md5, now);
  }
  void apply(const Publish& publish, std::string_view md5, WallTime now) {
    auto txn = plan(publish, md5, now);
    ASSERT_TRUE(txn);
    ASSERT_TRUE(store.apply({0, now, std::move(*txn)}).result.applied);
  }
  store::Store store;
};

TEST_F(PlanPublish, CreatesAndRemembersByWhomAndWhen) {
  Publish publish = request("x");
  publish.user = "ann";
  publish.address = "10.0.0.1";
  const auto txn = plan(publish, "m1", {5});
  ASSERT_TRUE(txn);
  const ConfigView config = written(*txn);
  EXPECT_EQ(config.content, "x");
  EXPECT_EQ(config.md5, "m1");
  EXPECT_EQ(config.created_by, "ann");
  EXPECT_EQ(config.modified_from, "10.0.0.1");
  EXPECT_EQ(config.created, WallTime{5});
}

TEST_F(PlanPublish, KeepsTheCreatorAndWhatIsNotSaidAnew) {
  Publish first = request("x");
  first.user = "ann";
  first.app = "shop";
  first.tags = "t1";
  first.description = "old";
  apply(first, "m1", {5});
  Publish second = request("y");
  second.user = "bob";
  const auto txn = plan(second, "m2", {9});
  ASSERT_TRUE(txn);
  const ConfigView config = written(*txn);
  EXPECT_EQ(config.created_by, "ann");
  EXPECT_EQ(config.created, WallTime{5});
  EXPECT_EQ(config.modified_by, "bob");
  EXPECT_EQ(config.modified, WallTime{9});
  EXPECT_EQ(config.app, "shop");
  EXPECT_EQ(config.tags, "t1");
  EXPECT_EQ(config.description, "");
}

TEST_F(PlanPublish, ComparesTheExpectedMd5WithTheStoredOne) {
  apply(request("x"), "m1", {5});
  Publish publish = request("y");
  publish.expected_md5 = "m1";
  EXPECT_TRUE(plan(publish, "m2", {6}));
  publish.expected_md5 = "m0";
  const auto refused = plan(publish, "m2", {6});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kConflict);
  EXPECT_EQ(refused.error().message, "Cas publish fail, server md5 may have changed.");
}

TEST_F(PlanPublish, CreatesWhateverMd5IsExpectedOfNothing) {
  Publish publish = request("x");
  publish.expected_md5 = "m0";
  EXPECT_TRUE(plan(publish, "m1", {5}));
}

TEST_F(PlanPublish, IsVoidWhenSomebodyWroteMeanwhile) {
  auto late = plan(request("late"), "m1", {5});
  ASSERT_TRUE(late);
  apply(request("first"), "m2", {6});
  EXPECT_FALSE(store.apply({0, {7}, std::move(*late)}).result.applied);
}

TEST_F(PlanPublish, TakesKnownTypesInAnyCaseAndTextForOthers) {
  for (const auto& [given, stored] :
       {std::pair("YAML", "yaml"), {"json", "json"}, {"cobol", "text"}, {"", "text"}, {"unset", "unset"}}) {
    Publish publish = request("x");
    publish.type = given;
    const auto txn = plan(publish, "m", {1});
    ASSERT_TRUE(txn);
    EXPECT_EQ(written(*txn).type, stored) << given;
  }
}

TEST_F(PlanPublish, WritesDownANewValueAndWhatAChangedOneWas) {
  Publish first = request("x");
  first.user = "ann";
  first.description = "old";
  apply(first, "m1", {5});
  Publish second = request("y");
  second.user = "bob";
  second.address = "10.0.0.2";
  apply(second, "m2", {9});
  const auto entries = store.latest().range(history_of(kId));
  ASSERT_EQ(entries.size(), 2u);
  const auto inserted = decode_history(entries[0]->value), updated = decode_history(entries[1]->value);
  ASSERT_TRUE(inserted && updated);
  EXPECT_EQ(inserted->kind, ChangeKind::kInsert);
  EXPECT_EQ(inserted->config.content, "x");
  EXPECT_EQ(inserted->config.modified_by, "ann");
  EXPECT_EQ(updated->kind, ChangeKind::kUpdate);
  EXPECT_EQ(updated->config.content, "x");
  EXPECT_EQ(updated->config.description, "old");
  EXPECT_EQ(updated->user, "bob");
  EXPECT_EQ(updated->address, "10.0.0.2");
  EXPECT_EQ(updated->at, WallTime{9});
  EXPECT_EQ(history_id(entries[1]->key)->nid, 2u) << "the revision that the plan made";
}

TEST_F(PlanPublish, OfTwoChangesPlannedAtOnceOneIsApplied) {
  apply(request("x"), "m1", {5});
  auto publish = plan(request("y"), "m2", {6});
  auto remove = plan_remove(store.latest().get(config_key(kId)), store.revision(), {.id = kId}, {6});
  ASSERT_TRUE(publish && remove);
  EXPECT_TRUE(store.apply({0, {6}, std::move(*publish)}).result.applied);
  EXPECT_FALSE(store.apply({0, {6}, std::move(*remove)}).result.applied);
}

TEST_F(PlanPublish, RemovesTheValueAndWritesDownWhatItWas) {
  const auto removal = [this] {
    return plan_remove(store.latest().get(config_key(kId)), store.revision(),
                       {.id = kId, .user = "bob", .address = "10.0.0.2"}, {6});
  };
  EXPECT_FALSE(removal()) << "nothing is there";
  apply(request("x"), "m1", {5});
  auto txn = removal();
  ASSERT_TRUE(txn);
  ASSERT_TRUE(store.apply({0, {6}, std::move(*txn)}).result.applied);
  EXPECT_EQ(store.latest().get(config_key(kId)), nullptr);
  const auto entry = decode_history(store.latest().range(history_of(kId)).back()->value);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, ChangeKind::kDelete);
  EXPECT_EQ(entry->config.content, "x");
  EXPECT_EQ(entry->user, "bob");
}

TEST_F(PlanPublish, ErasesADamagedRecordWithoutAnEntry) {
  store::Txn damage;
  damage.then.emplace_back(store::Put{config_key(kId), "\x07", {}});
  ASSERT_TRUE(store.apply({0, {5}, std::move(damage)}).result.applied);
  auto txn = plan_remove(store.latest().get(config_key(kId)), store.revision(), {.id = kId}, {6});
  ASSERT_TRUE(txn);
  ASSERT_TRUE(store.apply({0, {6}, std::move(*txn)}).result.applied);
  EXPECT_EQ(store.size(), 0u);
}

TEST(CheckContent, RefusesBlankAndTooLongContent) {
  EXPECT_EQ(check_content(kId, "").error().message, "content is blank : ");
  EXPECT_EQ(check_content(kId, " ").error().message, "content is blank :  ");
  EXPECT_EQ(check_content(kId, "", true).error().message, "content is blank : null");
  EXPECT_TRUE(check_content(kId, std::string(kContentCharactersMax, 'x')));
  EXPECT_EQ(check_content(kId, std::string(kContentCharactersMax + 1, 'x')).error().message,
            "invalid content, over 10485760");
}

TEST(CheckContent, CountsCharactersAsJavaDoes) {
  std::string umlauts;
  for (std::size_t i = 0; i < kContentCharactersMax; ++i) umlauts += "é";
  EXPECT_TRUE(check_content(kId, umlauts));
}

TEST(CheckDetails, RefusesTooMuchAndTooLongText) {
  Publish publish = request("x");
  publish.tags = "a,b,c,d,e";
  EXPECT_TRUE(check_details(publish));
  publish.tags = "a,b,c,d,e,f";
  EXPECT_EQ(check_details(publish).error().message, "too much config_tags, over 5");
  publish.tags = std::string(65, 't');
  EXPECT_EQ(check_details(publish).error().message, "too long tag, over 64");
  publish.tags.reset();
  publish.description = std::string(129, 'd');
  EXPECT_EQ(check_details(publish).error().message, "too long desc, over 128");
  publish.description = std::string(128, 'd');
  EXPECT_TRUE(check_details(publish));
}

TEST(CheckDetails, RefusesAnApplicationOrAUserThatIsTooLong) {
  Publish publish = request("x");
  publish.app = std::string(kAppCharactersMax, 'p');
  publish.user = std::string(kUserCharactersMax, 'u');
  EXPECT_TRUE(check_details(publish));
  publish.app += 'p';
  EXPECT_EQ(check_details(publish).error().message, "too long appName, over 128");
  publish.app.clear();
  publish.user += 'u';
  EXPECT_EQ(check_details(publish).error().message, "too long srcUser, over 256");
}

TEST(SizeOfPublish, IsOfAllItsText) {
  const std::size_t bare = size_of(request("x"));
  Publish publish = request("x");
  publish.schema = std::string(1000, 's');
  publish.tags = std::string(100, 't');
  publish.gray = tag_release(std::string(10, 'g'));
  EXPECT_GE(size_of(publish), bare + 1110);
}

}  // namespace
}  // namespace batata::domain
