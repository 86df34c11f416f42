#include "domain/access/listing.h"

#include <gtest/gtest.h>

#include "domain/access/access_records.h"

namespace batata::domain {
namespace {

class AccessLists : public testing::Test {
 protected:
  void put(std::string key, std::string value) {
    store::Txn txn;
    txn.then.emplace_back(store::Put{std::move(key), std::move(value), {}});
    (void)store_.apply({.request_id = 0, .proposed_at = {}, .txn = std::move(txn)});
  }
  void user(const std::string& name) {
    put(user_key(name), encode_user({.hash = "h", .created = {1}, .modified = {1}}));
  }
  void role(const std::string& role, const std::string& user) {
    put(role_key({role, user}), encode_created({1}));
  }
  void permission(const Permission& permission) { put(permission_key(permission), encode_created({1})); }
  std::vector<std::string> names(std::uint64_t number, std::uint64_t size, std::string_view name = {},
                                 Search search = Search::kAccurate) const {
    std::vector<std::string> names;
    for (const UserItem& item : list_users(store_.latest(), {number, size}, name, search).items) {
      names.push_back(item.name);
    }
    return names;
  }
  using Names = std::vector<std::string>;

  store::Store store_;
};

TEST_F(AccessLists, ShowUsersAsTheyWereCreatedPageByPage) {
  for (const char* name : {"nacos", "alice", "alan", "bob"}) user(name);
  EXPECT_EQ(names(1, 10), (Names{"nacos", "alice", "alan", "bob"}));
  EXPECT_EQ(names(1, 3), (Names{"nacos", "alice", "alan"}));
  EXPECT_EQ(names(2, 3), (Names{"bob"}));
  EXPECT_EQ(names(9, 3), Names{});
  const auto page = list_users(store_.latest(), {9, 3}, "", Search::kAccurate);
  EXPECT_EQ(page.total, 4u);
  EXPECT_EQ(page.number, 9u);
  EXPECT_EQ(page.available, 2u);
}

TEST_F(AccessLists, OfNothingHaveNoPages) {
  const auto page = list_users(store_.latest(), {1, 10}, "", Search::kAccurate);
  EXPECT_EQ(page.total, 0u);
  EXPECT_EQ(page.number, 1u);
  EXPECT_EQ(page.available, 0u);
  EXPECT_TRUE(page.items.empty());
}

TEST_F(AccessLists, TakeAnyNumbers) {
  user("joe");
  EXPECT_EQ(names(0, 10), Names{});
  EXPECT_EQ(names(1, 0), Names{});
  EXPECT_EQ(names(~0ull, ~0ull), Names{});
  EXPECT_EQ(names(1, ~0ull), Names{"joe"});
}

TEST_F(AccessLists, SelectUsersByNameOrPattern) {
  for (const char* name : {"nacos", "alice", "alan", "bob"}) user(name);
  EXPECT_EQ(names(1, 10, "alice"), Names{"alice"});
  EXPECT_EQ(names(1, 10, "al"), Names{});
  EXPECT_EQ(names(1, 10, "*al*", Search::kBlur), (Names{"alan", "alice"}));
  EXPECT_EQ(names(1, 10, "al", Search::kBlur), Names{});
  EXPECT_EQ(names(1, 10, " ", Search::kBlur).size(), 4u);
  EXPECT_EQ(user_names(store_.latest(), "al"), (Names{"alan", "alice"}));
  EXPECT_EQ(user_names(store_.latest(), "zzz"), Names{});
}

TEST_F(AccessLists, LeaveOutWhatCannotBeRead) {
  user("joe");
  put(user_key("ann"), "garbage");
  EXPECT_EQ(names(1, 10), Names{"joe"});
}

TEST_F(AccessLists, ShowRolesByUserThenRole) {
  role("ROLE_ADMIN", "nacos");
  role("ops", "alice");
  role("dev", "bob");
  role("dev", "alice");
  const auto all = list_roles(store_.latest(), {1, 10}, "", "", Search::kAccurate);
  EXPECT_EQ(all.items, (std::vector<RoleBinding>{
                           {"dev", "alice"}, {"ops", "alice"}, {"dev", "bob"}, {"ROLE_ADMIN", "nacos"}}));
  EXPECT_EQ(list_roles(store_.latest(), {1, 10}, "alice", "", Search::kAccurate).total, 2u);
  EXPECT_EQ(list_roles(store_.latest(), {1, 10}, "bob", "dev", Search::kAccurate).total, 1u);
  EXPECT_EQ(list_roles(store_.latest(), {1, 10}, "", "*o*", Search::kBlur).items,
            (std::vector<RoleBinding>{{"ops", "alice"}}));
  EXPECT_EQ(role_names(store_.latest(), "d"),
            (Names{"dev", "dev"}));  // one for each user, as upstream answers
}

TEST_F(AccessLists, ShowPermissionsAsTheyWereGrantedOrOfOneRoleByResource) {
  const Permission a{"dev", "public:*:*", "r"}, b{"ops", "public:*:*", "z"},
      c{"dev", "golden:G:config/*", "rw"};
  for (const Permission& each : {a, b, c}) permission(each);
  EXPECT_EQ(list_permissions(store_.latest(), {1, 10}, "", Search::kAccurate).items, (std::vector{a, b, c}));
  EXPECT_EQ(list_permissions(store_.latest(), {1, 10}, "dev", Search::kAccurate).items, (std::vector{c, a}));
  EXPECT_EQ(list_permissions(store_.latest(), {1, 10}, "*p*", Search::kBlur).items, (std::vector{b}));
  EXPECT_EQ(list_permissions(store_.latest(), {1, 10}, "none", Search::kAccurate).available, 0u);
}

}  // namespace
}  // namespace batata::domain
