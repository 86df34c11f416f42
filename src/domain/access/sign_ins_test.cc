#include "domain/access/sign_ins.h"

#include <gtest/gtest.h>

#include <map>

#include "async/scope.h"
#include "domain/access/access_records.h"
#include "sim/fake_passwords.h"
#include "sim/immediate_proposer.h"
#include "sim/sim_runtime.h"

namespace batata::domain {
namespace {

using namespace std::chrono_literals;

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await task);
}

class FakeDirectory final : public AccountDirectory {
 public:
  Task<Result<bool>> check(std::string user, Secret password) override {
    ++asked;
    if (down) co_return fail(Errc::kUnavailable, "LDAP search: Can't contact LDAP server");
    const auto it = people.find(user);
    co_return it != people.end() && it->second == password.reveal();
  }
  std::map<std::string, std::string, std::less<>> people;
  int asked = 0;
  bool down = false;
};

class SignIn : public testing::Test {
 protected:
  SignIn() {
    scope.spawn(access.run());
    wait_for(access.create_first_admin({}, Secret("admin")));
    wait_for(access.create_user({}, "joe", Secret("right")));
    passwords.compared = 0;
  }
  template <class T>
  T wait_for(Task<T> task) {
    std::optional<T> done;
    scope.spawn(keep(std::move(task), done));
    runtime.run_for(100ms);
    return std::move(*done);
  }
  Result<SignedIn> sign_in(const std::string& user, std::string password,
                           const std::string& address = "10.0.0.1") {
    return wait_for(active->sign_in({}, user, Secret(std::move(password)), address));
  }
  Errc refusal(const std::string& user, std::string password, const std::string& address = "10.0.0.1") {
    const auto done = sign_in(user, std::move(password), address);
    return done ? Errc::kInternal : done.error().code;
  }
  void fail_often(const std::string& user, const std::string& address, int times = 5) {
    for (int i = 0; i < times; ++i) EXPECT_EQ(refusal(user, "wrong", address), Errc::kUnauthenticated) << i;
  }

  sim::SimRuntime runtime;
  sim::ImmediateProposer proposer{runtime};
  sim::FakePasswords passwords{runtime};
  AccessService access{runtime, proposer, proposer.watches, passwords};
  FakeDirectory directory;
  SignIns sign_ins{runtime, access, passwords, {}, nullptr};
  SignIns with_directory{runtime, access, passwords, {}, &directory};
  SignIns* active = &sign_ins;
  Scope scope{runtime};
};

TEST_F(SignIn, TellsWhoItIs) {
  const auto joe = sign_in("joe", "right");
  ASSERT_TRUE(joe.has_value());
  EXPECT_EQ(joe->user, "joe");
  EXPECT_FALSE(joe->admin);
  const auto admin = sign_in("nacos", "admin");
  ASSERT_TRUE(admin.has_value());
  EXPECT_TRUE(admin->admin);
}

TEST_F(SignIn, TellsAWrongPasswordFromAnUnknownNameByNothing) {  // S09
  const auto wrong = sign_in("joe", "wrong");
  const auto unknown = sign_in("ghost", "wrong", "10.0.0.2");
  ASSERT_FALSE(wrong.has_value());
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(wrong.error().code, unknown.error().code);
  EXPECT_EQ(wrong.error().message, "user not found!");
  EXPECT_EQ(unknown.error().message, wrong.error().message);
  EXPECT_EQ(passwords.compared, 2);  // the same work for both
}

TEST_F(SignIn, LocksAnAccountForAWhileThatGrows) {  // S09
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(refusal("joe", "wrong", "10.0.1." + std::to_string(i)), Errc::kUnauthenticated);
  }
  const int compared = passwords.compared;
  EXPECT_EQ(refusal("joe", "right", "10.0.1.9"), Errc::kResourceExhausted);
  EXPECT_EQ(passwords.compared, compared);  // what is locked costs nothing
  runtime.run_for(30s);
  EXPECT_EQ(refusal("joe", "wrong", "10.0.1.9"), Errc::kUnauthenticated);
  runtime.run_for(30s);
  EXPECT_EQ(refusal("joe", "right", "10.0.1.9"), Errc::kResourceExhausted);  // 60 s by now
  runtime.run_for(31s);
  EXPECT_TRUE(sign_in("joe", "right", "10.0.1.9").has_value());
  EXPECT_EQ(refusal("joe", "wrong", "10.0.1.8"), Errc::kUnauthenticated);  // a success starts the count anew
  EXPECT_TRUE(sign_in("joe", "right", "10.0.1.7").has_value());
}

TEST_F(SignIn, LocksAnAccountThatDoesNotExistJustTheSame) {  // S09
  for (int i = 0; i < 5; ++i) (void)sign_in("ghost", "wrong", "10.0.1." + std::to_string(i));
  EXPECT_EQ(refusal("ghost", "wrong", "10.0.1.9"), Errc::kResourceExhausted);
}

TEST_F(SignIn, LocksAnAddressThatTriesManyAccounts) {  // S09
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal("user-" + std::to_string(i), "x"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("joe", "right"), Errc::kResourceExhausted);
  EXPECT_TRUE(sign_in("joe", "right", "10.0.0.2").has_value());
  runtime.run_for(30s);
  EXPECT_TRUE(sign_in("joe", "right").has_value());
}

TEST_F(SignIn, OwnAccountDoesNotExcuseGuessingAtOthers) {
  ASSERT_TRUE(sign_in("joe", "right").has_value());
  for (int i = 0; i < 5; ++i) {
    (void)sign_in("nacos", "guess-" + std::to_string(i));
    EXPECT_TRUE(sign_in("joe", "right").has_value());
  }
  EXPECT_EQ(refusal("nacos", "admin"), Errc::kResourceExhausted);
}

TEST_F(SignIn, StrangersDoNotLockOutWhoHasSignedInFromHere) {
  ASSERT_TRUE(sign_in("joe", "right", "10.0.0.1").has_value());
  fail_often("joe", "10.6.6.6");
  EXPECT_EQ(refusal("joe", "right", "10.0.0.3"), Errc::kResourceExhausted);
  EXPECT_TRUE(sign_in("joe", "right", "10.0.0.1").has_value());
}

TEST_F(SignIn, WhoHasSignedInFromHereDoesNotUnlockTheAccountForStrangers) {  // S09
  EXPECT_TRUE(sign_in("joe", "right", "10.0.0.7").has_value());
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(refusal("joe", "guess", "10.0.1." + std::to_string(i)), Errc::kUnauthenticated);
    EXPECT_TRUE(sign_in("joe", "right", "10.0.0.7").has_value());  // a client at work
  }
  EXPECT_EQ(refusal("joe", "guess", "10.0.1.4"), Errc::kUnauthenticated);
  EXPECT_TRUE(sign_in("joe", "right", "10.0.0.7").has_value());
  EXPECT_EQ(refusal("joe", "guess", "10.0.1.5"), Errc::kResourceExhausted);
  EXPECT_EQ(refusal("joe", "right", "10.0.1.6"), Errc::kResourceExhausted);
}

TEST_F(SignIn, WhoHasSignedInFromHereMayNotGuessForEverEither) {
  ASSERT_TRUE(sign_in("joe", "right").has_value());
  fail_often("joe", "10.0.0.1");
  EXPECT_EQ(refusal("joe", "right"), Errc::kResourceExhausted);
}

TEST_F(SignIn, OfManyGuessesAtOnceFewCount) {  // S09
  std::vector<std::optional<Result<SignedIn>>> done(50);
  for (std::size_t i = 0; i < done.size(); ++i) {
    const std::string guess = i + 1 == done.size() ? "right" : "guess-" + std::to_string(i);
    scope.spawn(keep(sign_ins.sign_in({}, "joe", Secret(std::string(guess)), "10.0.0.1"), done[i]));
  }
  runtime.run_for(1s);
  ASSERT_TRUE(done.back().has_value());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
}

TEST_F(SignIn, KnowsAPasswordAgainUntilItIsChanged) {
  ASSERT_TRUE(sign_in("joe", "right").has_value());
  ASSERT_TRUE(sign_in("joe", "right").has_value());
  EXPECT_EQ(passwords.compared, 1);
  EXPECT_EQ(refusal("joe", "wrong"), Errc::kUnauthenticated);
  EXPECT_EQ(passwords.compared, 2);
  ASSERT_TRUE(wait_for(access.change_password({}, "joe", Secret("new"))).has_value());
  EXPECT_EQ(refusal("joe", "right"), Errc::kUnauthenticated);
  EXPECT_TRUE(sign_in("joe", "new").has_value());
}

TEST_F(SignIn, AUserThatIsRemovedOrNotEnabledIsNobody) {
  ASSERT_TRUE(sign_in("joe", "right").has_value());
  store::Txn txn;
  txn.then.emplace_back(
      store::Put{user_key("joe"),
                 encode_user({.hash = "fake$right", .enabled = false, .created = {1}, .modified = {1}}),
                 {}});
  ASSERT_TRUE(wait_for(proposer.propose({}, std::move(txn))).has_value());
  EXPECT_EQ(refusal("joe", "right"), Errc::kUnauthenticated);
  ASSERT_TRUE(wait_for(access.remove_user({}, "joe")).has_value());
  EXPECT_EQ(refusal("joe", "right"), Errc::kUnauthenticated);
}

TEST_F(SignIn, AUserThatIsRemovedDuringTheCheckIsNobody) {
  std::optional<Result<SignedIn>> done;
  passwords.delay = 20ms;
  scope.spawn(keep(sign_ins.sign_in({}, "joe", Secret("right"), "10.0.0.1"), done));
  ASSERT_TRUE(wait_for(access.remove_user({}, "joe")).has_value());
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->error().code, Errc::kUnauthenticated);
}

TEST_F(SignIn, AFullQueueIsNoFailureOfTheUser) {
  passwords.refuse = true;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(refusal("joe", "right"), Errc::kResourceExhausted);
  passwords.refuse = false;
  EXPECT_TRUE(sign_in("joe", "right").has_value());
}

TEST_F(SignIn, OddNamesAndPasswordsAreNobodys) {
  EXPECT_EQ(refusal("", "right", "a"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("joe", "", "b"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal(std::string(100'000, 'x'), "right", "c"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal(std::string("joe\0", 4), "right", "d"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("joe", std::string(100'000, 'x'), "e"), Errc::kUnauthenticated);
}

TEST_F(SignIn, LocalUsersComeBeforeTheDirectory) {
  active = &with_directory;
  directory.people["joe"] = "elsewhere";
  ASSERT_TRUE(sign_in("joe", "right").has_value());
  EXPECT_EQ(directory.asked, 0);
  const auto elsewhere = sign_in("joe", "elsewhere");
  ASSERT_TRUE(elsewhere.has_value());
  EXPECT_EQ(elsewhere->user, "LDAP_joe");
}

TEST_F(SignIn, WhoIsInTheDirectoryIsCreatedOnceAndHasNoPasswordHere) {
  active = &with_directory;
  directory.people["eve"] = "secret";
  for (int i = 0; i < 2; ++i) {
    const auto eve = sign_in("eve", "secret");
    ASSERT_TRUE(eve.has_value());
    EXPECT_EQ(eve->user, "LDAP_eve");
    EXPECT_FALSE(eve->admin);
  }
  ASSERT_NE(access.rights().find("LDAP_eve"), nullptr);
  EXPECT_EQ(access.rights().find("LDAP_eve")->hash, "");
  EXPECT_EQ(refusal("eve", "wrong"), Errc::kUnauthenticated);
  for (const char* password : {"", "nacos", "secret"}) {
    EXPECT_EQ(refusal("LDAP_eve", password, std::string("10.0.9.") + password), Errc::kUnauthenticated);
  }
}

TEST_F(SignIn, WhoIsInTheDirectoryCannotGetAPasswordThatOutlivesIt) {
  active = &with_directory;
  directory.people["eve"] = "secret";
  ASSERT_TRUE(sign_in("eve", "secret").has_value());
  const Status changed = wait_for(access.change_password({}, "LDAP_eve", Secret("mine")));
  ASSERT_FALSE(changed.has_value());
  EXPECT_EQ(changed.error().code, Errc::kInvalidArgument);
  directory.people.clear();
  EXPECT_EQ(refusal("eve", "secret", "10.0.0.2"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("LDAP_eve", "mine", "10.0.0.3"), Errc::kUnauthenticated);
}

TEST_F(SignIn, NamesWithTheDirectorysPrefixAreNotAskedFor) {
  active = &with_directory;
  directory.people["LDAP_x"] = "secret";
  directory.people["ldap_x"] = "secret";
  EXPECT_EQ(refusal("LDAP_x", "secret"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("ldap_x", "secret"), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("eve", ""), Errc::kUnauthenticated);
  EXPECT_EQ(directory.asked, 0);
}

TEST_F(SignIn, NoSpellingOfADirectorysNameIsCountedForItself) {  // S09
  active = &with_directory;
  directory.people["eve"] = directory.people["Eve "] = "secret";
  int from = 0;
  for (const char* spelling : {"eve", "EVE", " eve", "e ve", "Eve\t"})
    EXPECT_EQ(refusal(spelling, "wrong", "10.0.2." + std::to_string(from++)), Errc::kUnauthenticated);
  EXPECT_EQ(refusal("Eve ", "secret", "10.0.2.9"), Errc::kResourceExhausted);
}

TEST_F(SignIn, ADirectoryThatIsDownIsNoFailureOfTheUser) {
  active = &with_directory;
  directory.down = true;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(refusal("eve", "secret"), Errc::kUnavailable);
  EXPECT_EQ(sign_in("eve", "secret").error().message, "the directory of users does not answer");
  directory.down = false;
  directory.people["eve"] = "secret";
  EXPECT_TRUE(sign_in("eve", "secret").has_value());
}

}  // namespace
}  // namespace batata::domain
