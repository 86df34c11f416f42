#include "domain/namespaces/plan.h"

#include <gtest/gtest.h>

#include <memory>

namespace batata::domain {
namespace {

store::KeyValuePtr stored(const Namespace& one) {
  auto kv = std::make_shared<store::KeyValue>();
  kv->key = namespace_key(one.id);
  kv->value = encode_namespace(one);
  return kv;
}

TEST(NamespaceIds, AreLettersDigitsUnderscoresAndDashes) {
  EXPECT_TRUE(check_namespace_id("a_B-9"));
  EXPECT_TRUE(check_namespace_id(std::string(128, 'n')));
  EXPECT_EQ(check_namespace_id(std::string(129, 'n')).error().message, "too long namespaceId, over 128");
  for (const std::string id : {"", "a.b", "a b", "ä", "a/b"}) {
    const auto refused = check_namespace_id(id);
    ASSERT_FALSE(refused) << id;
    EXPECT_EQ(refused.error().message, "namespaceId [" + id + "] mismatch the pattern");
  }
}

TEST(NamespaceNames, AreAnythingButSomeSigns) {
  EXPECT_TRUE(check_namespace_name("a b ä 名"));
  for (const std::string name : {"", "a#b", "@", "a*", "$", "%", "^", "&"}) {
    const auto refused = check_namespace_name(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().message, "namespaceName [" + name + "] contains illegal char");
  }
}

TEST(NamespaceLengths, AreCountedAsJavaCounts) {
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "\xf0\x9f\x98\x80";  // two units each
  EXPECT_TRUE(check_namespace_lengths(wide, std::nullopt));
  EXPECT_FALSE(check_namespace_lengths(wide + "x", std::nullopt));
  EXPECT_TRUE(check_namespace_lengths("n", std::string(256, 'd')));
  EXPECT_EQ(check_namespace_lengths("n", std::string(257, 'd')).error().message,
            "too long namespaceDesc, over 256");
}

TEST(PlanCreate, WritesOnlyWhereNobodyHasWrittenSince) {
  const Namespace wanted{"dev", "Dev", "d", WallTime{5}, WallTime{5}};
  const auto txn = plan_create(nullptr, Revision{9}, wanted);
  ASSERT_TRUE(txn);
  ASSERT_EQ(txn->when.size(), 1u);
  EXPECT_EQ(txn->when[0], (store::Unchanged{store::KeyRange::one("namespace/dev"), Revision{9}}));
  ASSERT_EQ(txn->then.size(), 1u);
  EXPECT_EQ(std::get<store::Put>(txn->then[0]).value, encode_namespace(wanted));
}

TEST(PlanCreate, RefusesWhatIsThereAndThePublicOne) {
  const auto there = plan_create(stored({"dev", "", {}, {}, {}}), Revision{9}, {"dev", "n", {}, {}, {}});
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().code, Errc::kConflict);
  EXPECT_EQ(there.error().message, "namespaceId [dev] already exist.");
  const auto open = plan_create(nullptr, Revision{9}, {"public", "n", {}, {}, {}});
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().message, "namespaceId [public] is default namespace id and already exist.");
}

TEST(PlanUpdate, KeepsWhenItWasMade) {
  const auto txn = plan_update(stored({"dev", "Old", "d", WallTime{5}, WallTime{5}}), Revision{9}, "New",
                               std::nullopt, WallTime{7});
  ASSERT_TRUE(txn);
  ASSERT_TRUE(*txn);
  const auto& put = std::get<store::Put>((*txn)->then.at(0));
  const auto next = decode_namespace(put.key, put.value);
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, (Namespace{"dev", "New", std::nullopt, WallTime{5}, WallTime{7}}));
}

TEST(PlanUpdate, DoesNothingWithoutANamespaceAndFailsOnDamage) {
  const auto nothing = plan_update(nullptr, Revision{9}, "n", {}, {});
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
  auto damaged = std::make_shared<store::KeyValue>();
  damaged->key = "namespace/dev";
  damaged->value = "?";
  EXPECT_EQ(plan_update(damaged, Revision{9}, "n", {}, {}).error().code, Errc::kInternal);
}

TEST(PlanRemoveNamespace, ErasesWhatIsThere) {
  EXPECT_FALSE(plan_remove_namespace(nullptr));
  const auto txn = plan_remove_namespace(stored({"dev", "", {}, {}, {}}));
  ASSERT_TRUE(txn);
  EXPECT_EQ(std::get<store::Erase>(txn->then.at(0)).range, store::KeyRange::one("namespace/dev"));
}

}  // namespace
}  // namespace batata::domain
