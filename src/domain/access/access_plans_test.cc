#include "domain/access/access_plans.h"

#include <gtest/gtest.h>

#include "domain/access/access_records.h"
#include "domain/access/rights.h"

namespace batata::domain {
namespace {

class AccessPlans : public testing::Test {
 protected:
  // Applies a plan that must be one; true when the state was as it was when it was made.
  bool apply(AccessPlan plan) {
    EXPECT_TRUE(plan.has_value() && plan->has_value());
    return apply(std::move(**plan));
  }
  bool apply(store::Txn txn) {
    return store_.apply({.request_id = 0, .proposed_at = kNow, .txn = std::move(txn)}).result.applied;
  }
  const store::View& view() const { return store_.latest(); }
  static std::string text(const AccessPlan& plan) { return plan ? "" : plan.error().message; }
  static bool changes_nothing(const AccessPlan& plan) { return plan.has_value() && !plan->has_value(); }

  static constexpr WallTime kNow{1'700'000'000'000};
  store::Store store_;
};

TEST_F(AccessPlans, CreateAUserOnce) {
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "hash", kNow)));
  const auto user = decode_user(view().get(user_key("joe"))->value);
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->hash, "hash");
  EXPECT_TRUE(user->enabled);
  const auto again = plan_create_user(view(), "joe", "other", kNow);
  EXPECT_EQ(text(again), "user 'joe' already exist!");
  EXPECT_EQ(again.error().code, Errc::kConflict);
}

TEST_F(AccessPlans, OfTwoForTheFirstAdministratorOneHolds) {  // S11
  auto one = plan_first_admin(view(), "one", kNow), two = plan_first_admin(view(), "two", kNow);
  ASSERT_TRUE(apply(std::move(one)));
  EXPECT_FALSE(apply(std::move(two)));
  EXPECT_EQ(decode_user(view().get(user_key("nacos"))->value)->hash, "one");
  EXPECT_NE(view().get(role_key({"ROLE_ADMIN", "nacos"})), nullptr);
  EXPECT_EQ(text(plan_first_admin(view(), "three", kNow)), "have admin user cannot use it");
}

TEST_F(AccessPlans, FirstAdministratorTakesTheNameWhoeverHasIt) {
  ASSERT_TRUE(apply(plan_create_user(view(), "nacos", "theirs", WallTime{1})));
  ASSERT_TRUE(apply(plan_first_admin(view(), "ours", kNow)));
  const auto user = decode_user(view().get(user_key("nacos"))->value);
  EXPECT_EQ(user->hash, "ours");
  EXPECT_EQ(user->created, WallTime{1});
}

TEST_F(AccessPlans, ChangeAPasswordAndNothingElse) {
  EXPECT_EQ(text(plan_change_password(view(), "ghost", "x", kNow)), "user ghost not exist!");
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "old", WallTime{1})));
  ASSERT_TRUE(apply(plan_change_password(view(), "joe", "new", WallTime{2})));
  const auto user = decode_user(view().get(user_key("joe"))->value);
  EXPECT_EQ(user->hash, "new");
  EXPECT_EQ(user->created, WallTime{1});
  EXPECT_EQ(user->modified, WallTime{2});
}

TEST_F(AccessPlans, AUserOfADirectoryGetsNoPasswordHere) {
  ASSERT_TRUE(apply(plan_create_user(view(), "LDAP_joe", "", kNow)));
  const auto plan = plan_change_password(view(), "LDAP_joe", "hash", kNow);
  EXPECT_EQ(text(plan), "the password of user LDAP_joe is in the directory");
  EXPECT_EQ(plan.error().code, Errc::kInvalidArgument);
  EXPECT_EQ(decode_user(view().get(user_key("LDAP_joe"))->value)->hash, "");
}

TEST_F(AccessPlans, AUserGoesWithItsRoles) {
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "h", kNow)));
  ASSERT_TRUE(apply(plan_create_user(view(), "ann", "h", kNow)));
  ASSERT_TRUE(apply(plan_add_role(view(), {"dev", "joe"}, kNow)));
  ASSERT_TRUE(apply(plan_add_role(view(), {"ops", "joe"}, kNow)));
  ASSERT_TRUE(apply(plan_add_role(view(), {"dev", "ann"}, kNow)));
  ASSERT_TRUE(apply(plan_remove_user(view(), "joe")));
  EXPECT_EQ(view().get(user_key("joe")), nullptr);
  EXPECT_EQ(view().range(all_roles()).size(), 1u);
  EXPECT_TRUE(changes_nothing(plan_remove_user(view(), "joe")));
}

TEST_F(AccessPlans, AUserDoesNotGoWhenARoleHasComeMeanwhile) {
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "h", kNow)));
  auto removal = plan_remove_user(view(), "joe");
  ASSERT_TRUE(apply(plan_add_role(view(), {"dev", "joe"}, kNow)));
  EXPECT_FALSE(apply(std::move(removal)));
}

TEST_F(AccessPlans, ARoleIsNotGivenToSomebodyWhoIsRemovedMeanwhile) {
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "h", kNow)));
  auto role = plan_add_role(view(), {"dev", "joe"}, kNow);
  ASSERT_TRUE(apply(plan_remove_user(view(), "joe")));
  EXPECT_FALSE(apply(std::move(role)));
}

TEST_F(AccessPlans, AnAdministratorCanBeNeitherRemovedNorDemoted) {  // S17
  ASSERT_TRUE(apply(plan_first_admin(view(), "h", kNow)));
  EXPECT_EQ(text(plan_remove_user(view(), "nacos")), "cannot delete admin: nacos");
  EXPECT_EQ(text(plan_remove_role(view(), "ROLE_ADMIN", "nacos")),
            "role 'ROLE_ADMIN' is not permitted to delete!");
  EXPECT_EQ(text(plan_remove_role(view(), "ROLE_ADMIN", "")),
            "role 'ROLE_ADMIN' is not permitted to delete!");
}

TEST_F(AccessPlans, NobodyBecomesAnAdministratorByTheWayOfRoles) {  // S17
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "h", kNow)));
  const auto plan = plan_add_role(view(), {"ROLE_ADMIN", "joe"}, kNow);
  EXPECT_EQ(text(plan), "role 'ROLE_ADMIN' is not permitted to create!");
  EXPECT_EQ(plan.error().code, Errc::kInvalidArgument);
}

TEST_F(AccessPlans, ARoleIsGivenOnceToAUserThatExists) {
  EXPECT_EQ(text(plan_add_role(view(), {"dev", "ghost"}, kNow)), "user 'ghost' not found!");
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "h", kNow)));
  ASSERT_TRUE(apply(plan_add_role(view(), {"dev", "joe"}, kNow)));
  EXPECT_EQ(text(plan_add_role(view(), {"dev", "joe"}, kNow)), "user 'joe' already bound to the role 'dev'!");
}

TEST_F(AccessPlans, ARoleIsTakenFromOneOrFromAll) {
  for (const char* user : {"joe", "ann", "bob"}) {
    ASSERT_TRUE(apply(plan_create_user(view(), user, "h", kNow)));
    ASSERT_TRUE(apply(plan_add_role(view(), {"dev", user}, kNow)));
  }
  EXPECT_TRUE(changes_nothing(plan_remove_role(view(), "dev", "ghost")));
  ASSERT_TRUE(apply(plan_remove_role(view(), "dev", "ann")));
  EXPECT_EQ(view().range(all_roles()).size(), 2u);
  ASSERT_TRUE(apply(plan_remove_role(view(), "dev", "")));
  EXPECT_TRUE(view().range(all_roles()).empty());
  EXPECT_TRUE(changes_nothing(plan_remove_role(view(), "dev", "")));
}

TEST_F(AccessPlans, APermissionIsForARoleThatSomebodyHas) {
  const Permission permission{"dev", "public:*:*", "r"};
  EXPECT_EQ(text(plan_grant(view(), permission, kNow)), "role dev not found!");
  ASSERT_TRUE(apply(plan_create_user(view(), "joe", "h", kNow)));
  ASSERT_TRUE(apply(plan_add_role(view(), {"dev", "joe"}, kNow)));
  EXPECT_TRUE(changes_nothing(plan_revoke(view(), permission)));
  ASSERT_TRUE(apply(plan_grant(view(), permission, kNow)));
  EXPECT_TRUE(changes_nothing(plan_grant(view(), permission, kNow)));
  ASSERT_TRUE(apply(plan_revoke(view(), permission)));
  EXPECT_TRUE(view().range(all_permissions()).empty());
}

TEST_F(AccessPlans, DamagedRecordOfAUserIsSaidNotOverwritten) {
  store::Txn damage;
  damage.then.emplace_back(store::Put{user_key("joe"), "garbage", {}});
  ASSERT_TRUE(apply(std::move(damage)));
  EXPECT_EQ(plan_change_password(view(), "joe", "h", kNow).error().code, Errc::kInternal);
}

}  // namespace
}  // namespace batata::domain
