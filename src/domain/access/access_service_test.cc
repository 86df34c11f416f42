#include "domain/access/access_service.h"

#include <gtest/gtest.h>

#include "async/scope.h"
#include "domain/access/access_records.h"
#include "sim/fake_passwords.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await task);
}

Secret secret(std::string text) {
  return Secret(std::move(text));
}

class Access : public testing::Test {
 protected:
  Access() { scope.spawn(service.run()); }

  template <class T>
  T wait_for(Task<T> task) {
    std::optional<T> done;
    scope.spawn(keep(std::move(task), done));
    runtime.run_for(std::chrono::seconds(1));
    return std::move(*done);
  }
  static std::string text(const Status& status) { return status ? "" : status.error().message; }
  void have_user(const std::string& name, const std::string& role = {}) {
    ASSERT_TRUE(wait_for(service.create_user({}, name, secret("pw-" + name))));
    if (!role.empty()) ASSERT_TRUE(wait_for(service.add_role({}, {role, name})));
  }
  // As another node's write arrives: the store changes, and the watches are told.
  void write_elsewhere(std::string key, std::string value) {
    store::Txn txn;
    txn.then.emplace_back(store::Put{std::move(key), std::move(value), {}});
    (void)wait_for(proposer.propose({}, std::move(txn)));
  }
  bool may(std::string_view user, std::string_view resource, char action) const {
    return service.rights().allows(user, resource, action);
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  sim::FakePasswords passwords{runtime};
  AccessService service{runtime, proposer, proposer.watches, passwords};
  Scope scope{runtime};
};

TEST_F(Access, OfAHundredFirstAdministratorsThereIsOne) {  // S11
  EXPECT_FALSE(service.rights().has_admin());
  std::vector<std::optional<Result<FirstAdmin>>> made(100);
  for (std::size_t i = 0; i < made.size(); ++i) {
    scope.spawn(keep(service.create_first_admin({}, secret("pw-" + std::to_string(i))), made[i]));
  }
  runtime.run_for(std::chrono::seconds(5));
  int winners = 0;
  for (const auto& each : made) {
    ASSERT_TRUE(each.has_value());
    if (each->has_value()) {
      ++winners;
      EXPECT_EQ((*each)->name, "nacos");
      EXPECT_EQ(service.rights().find("nacos")->hash, "fake$" + std::string((*each)->password.reveal()));
    } else {
      EXPECT_EQ(each->error().code, Errc::kConflict);
      EXPECT_EQ(each->error().message, "have admin user cannot use it");
    }
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(passwords.hashed, 1);  // those who lose cost no hash
  EXPECT_TRUE(service.rights().has_admin());
  EXPECT_TRUE(service.rights().is_admin("nacos"));
}

TEST_F(Access, FirstAdministratorWithoutAPasswordGetsOne) {
  const auto made = wait_for(service.create_first_admin({}, Secret()));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->password.size(), 16u);
}

TEST_F(Access, FirstAdministratorMayComeWhenTheFirstTryFailed) {
  proposer.refuse = true;
  EXPECT_EQ(wait_for(service.create_first_admin({}, secret("x"))).error().code, Errc::kUnavailable);
  proposer.refuse = false;
  EXPECT_TRUE(wait_for(service.create_first_admin({}, secret("x"))).has_value());
}

TEST_F(Access, AnAdministratorMayEverything) {
  ASSERT_TRUE(wait_for(service.create_first_admin({}, secret("x"))));
  for (const char* resource : {"console/users", "nacos/admin", "public:G:config/a", "dev:*:naming/*"}) {
    EXPECT_TRUE(may("nacos", resource, 'r')) << resource;
    EXPECT_TRUE(may("nacos", resource, 'w')) << resource;
  }
}

TEST_F(Access, OthersMayWhatAPermissionOfTheirRolesSays) {
  have_user("joe", "dev");
  EXPECT_FALSE(may("joe", "public:G:config/a", 'r'));
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", ":*:*", "r"})));
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "dev:G:config/*", "rw"})));
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "*", "z"})));
  EXPECT_TRUE(may("joe", "public:G:config/a", 'r'));
  EXPECT_FALSE(may("joe", "public:G:config/a", 'w'));
  EXPECT_TRUE(may("joe", "dev:G:config/a", 'w'));
  EXPECT_FALSE(may("joe", "dev:G:naming/a", 'r'));
  EXPECT_FALSE(may("joe", "public:G:config/a", 'z'));
  EXPECT_FALSE(may("ghost", "public:G:config/a", 'r'));
  EXPECT_FALSE(may("", "public:G:config/a", 'r'));
}

TEST_F(Access, TheConsoleIsForAdministratorsWhateverAPatternSays) {
  have_user("joe", "dev");
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "*", "rw"})));
  EXPECT_TRUE(may("joe", "nacos/admin", 'w'));
  EXPECT_FALSE(may("joe", "console/users", 'r'));
}

TEST_F(Access, AChangeCountsWhenItIsDone) {
  have_user("joe", "dev");
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "public:*:*", "r"})));
  std::optional<Status> done;
  bool could = false;
  scope.spawn(keep(service.revoke({}, {"dev", "public:*:*", "r"}), done));
  while (!done) {
    could = may("joe", "public:G:config/a", 'r');
    ASSERT_TRUE(runtime.step());
  }
  EXPECT_TRUE(could);  // until then
  EXPECT_FALSE(may("joe", "public:G:config/a", 'r'));
  ASSERT_TRUE(wait_for(service.remove_user({}, "joe")));
  EXPECT_EQ(service.rights().find("joe"), nullptr);
}

TEST_F(Access, WhatOtherNodesChangeArrives) {
  have_user("joe");
  write_elsewhere(role_key({"dev", "joe"}), encode_created({1}));
  write_elsewhere(permission_key({"dev", "public:*:*", "rw"}), encode_created({1}));
  EXPECT_TRUE(may("joe", "public:G:config/a", 'w'));
  write_elsewhere(user_key("joe"),
                  encode_user({.hash = "x", .enabled = false, .created = {1}, .modified = {1}}));
  EXPECT_FALSE(may("joe", "public:G:config/a", 'w'));
  write_elsewhere(role_key({"ROLE_ADMIN", "ann"}), encode_created({1}));
  EXPECT_TRUE(service.rights().has_admin());
  EXPECT_FALSE(service.rights().is_admin("ann"));  // who does not exist
}

TEST_F(Access, IsReadAnewWhenHistoryHasGone) {
  have_user("joe", "dev");
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "public:*:*", "r"})));
  // Applied without a word to the watches, as when this node takes over a snapshot's state.
  store::Txn txn;
  txn.then.emplace_back(store::Erase{store::KeyRange::one(role_key({"dev", "joe"}))});
  (void)proposer.store.apply({.request_id = 0, .proposed_at = {}, .txn = std::move(txn)});
  store::Txn compact;
  compact.then.emplace_back(store::Compact{proposer.store.revision()});
  (void)proposer.store.apply({.request_id = 0, .proposed_at = {}, .txn = std::move(compact)});
  EXPECT_TRUE(may("joe", "public:G:config/a", 'r'));
  have_user("ann");
  EXPECT_FALSE(may("joe", "public:G:config/a", 'r'));
  EXPECT_NE(service.rights().find("ann"), nullptr);
}

TEST_F(Access, ARecordThatCannotBeReadIsNobody) {
  have_user("joe", "dev");
  write_elsewhere(user_key("joe"), "garbage");
  EXPECT_EQ(service.rights().find("joe"), nullptr);
  EXPECT_FALSE(may("joe", "public:G:config/a", 'r'));
}

TEST_F(Access, ServiceThatStartsKnowsWhatIsStored) {
  have_user("joe", "dev");
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "public:*:*", "r"})));
  ASSERT_TRUE(wait_for(service.create_first_admin({}, secret("x"))));
  AccessService restarted(runtime, proposer, proposer.watches, passwords);
  Scope other(runtime);
  other.spawn(restarted.run());
  EXPECT_TRUE(restarted.rights().allows("joe", "public:G:config/a", 'r'));
  EXPECT_TRUE(restarted.rights().has_admin());
}

TEST_F(Access, WritesSpeakAsUpstreamDoes) {
  have_user("joe", "dev");
  EXPECT_EQ(text(wait_for(service.create_user({}, "joe", secret("x")))), "user 'joe' already exist!");
  EXPECT_EQ(text(wait_for(service.create_user({}, " ", secret("x")))), "username is blank");
  EXPECT_EQ(text(wait_for(service.create_user({}, "ann", secret("")))), "password is blank");
  EXPECT_EQ(text(wait_for(service.create_user({}, "ann", secret(std::string(73, 'x'))))),
            "Password length must not exceed 72 characters");
  EXPECT_EQ(text(wait_for(service.change_password({}, "ghost", secret("x")))), "user ghost not exist!");
  EXPECT_EQ(text(wait_for(service.add_role({}, {"dev", "ghost"}))), "user 'ghost' not found!");
  EXPECT_EQ(text(wait_for(service.grant({}, {"none", "x", "r"}))), "role none not found!");
  EXPECT_EQ(passwords.hashed, 1);  // what is refused costs no hash
}

TEST_F(Access, NamesAndTextsHaveBounds) {
  EXPECT_EQ(wait_for(service.create_user({}, std::string(257, 'x'), secret("x"))).error().code,
            Errc::kInvalidArgument);
  have_user("joe");
  EXPECT_FALSE(wait_for(service.add_role({}, {std::string(257, 'x'), "joe"})));
  EXPECT_FALSE(wait_for(service.grant({}, {"dev", std::string(2049, 'x'), "r"})));
  EXPECT_FALSE(wait_for(service.grant({}, {"dev", "x", std::string(17, 'r')})));
}

TEST_F(Access, APasswordIsReplacedByItsNewHash) {
  have_user("joe");
  EXPECT_EQ(service.rights().find("joe")->hash, "fake$pw-joe");
  ASSERT_TRUE(wait_for(service.change_password({}, "joe", secret("new"))));
  EXPECT_EQ(service.rights().find("joe")->hash, "fake$new");
}

TEST_F(Access, PermissionIsFoundExactly) {
  have_user("joe", "dev");
  ASSERT_TRUE(wait_for(service.grant({}, {"dev", "public:*:*", "r"})));
  EXPECT_TRUE(service.has_permission({"dev", "public:*:*", "r"}));
  EXPECT_FALSE(service.has_permission({"dev", "public:*:*", "w"}));
  EXPECT_EQ(service.permissions({}, "dev", Search::kAccurate).total, 1u);
  EXPECT_EQ(service.roles({}, "joe", "", Search::kAccurate).total, 1u);
  EXPECT_EQ(service.users({}, "joe", Search::kAccurate).total, 1u);
  EXPECT_EQ(service.user_names("j"), std::vector<std::string>{"joe"});
  EXPECT_EQ(service.role_names("d"), std::vector<std::string>{"dev"});
}

TEST_F(Access, ManyWritesAtOnceAllHold) {
  std::vector<std::optional<Status>> done(50);
  for (std::size_t i = 0; i < done.size(); ++i) {
    scope.spawn(keep(service.create_user({}, "user-" + std::to_string(i), secret("x")), done[i]));
  }
  runtime.run_for(std::chrono::seconds(5));
  for (const auto& each : done) EXPECT_TRUE(each.has_value() && each->has_value());
  EXPECT_EQ(service.users({}, "", Search::kAccurate).total, 50u);
}

TEST_F(Access, TooManyWritesAreTurnedAway) {
  have_user("joe", "dev");
  std::vector<std::optional<Status>> done(AccessService::kWaitingMax + 1);
  for (auto& each : done) scope.spawn(keep(service.grant({}, {"dev", "x", "r"}), each));
  ASSERT_TRUE(done.back().has_value());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
  runtime.run_for(std::chrono::seconds(60));
  EXPECT_TRUE(done.front().has_value() && done.front()->has_value());
}

}  // namespace
}  // namespace batata::domain
