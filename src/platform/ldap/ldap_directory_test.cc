#include "platform/ldap/ldap_directory.h"

#include <gtest/gtest.h>

#include <optional>

#include "async/scope.h"
#include "platform/ldap/ldap_text.h"
#include "sim/sim_executor.h"
#include "sim/sim_runtime.h"

namespace batata::platform {
namespace {

using namespace std::chrono_literals;

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await task);
}

LdapOptions nowhere() {
  LdapOptions options;
  options.url = "ldap://127.0.0.1:1";  // nobody listens there
  options.base = "dc=example,dc=org";
  options.user_dn = "cn=admin,dc=example,dc=org";
  options.password = Secret("admin");
  options.timeout = 200ms;
  return options;
}

TEST(LdapText, CannotEndAFilterOrMeanSomethingInIt) {
  EXPECT_EQ(ldap_filter_value("joe.doe-1_x@example"), "joe.doe-1_x@example");
  EXPECT_EQ(ldap_filter_value("*"), "\\2a");
  EXPECT_EQ(ldap_filter_value("x)(uid=*"), "x\\29\\28uid\\3d\\2a");
  EXPECT_EQ(ldap_filter_value("a\\b"), "a\\5cb");
  EXPECT_EQ(ldap_filter_value(std::string("a\0b", 3)), "a\\00b");
  EXPECT_EQ(ldap_filter_value("\xc3\xa9"), "\\c3\\a9");
}

TEST(LdapText, CannotLeaveItsPlaceInAName) {
  EXPECT_EQ(ldap_dn_of("cn={0},dc=example,dc=org", "joe"), "cn=joe,dc=example,dc=org");
  EXPECT_EQ(ldap_dn_of("cn={0},dc=x", "admin,ou=it+x"), "cn=admin\\2cou\\3dit\\2bx,dc=x");
  EXPECT_EQ(ldap_dn_of("cn={0}", " #a;<>\"= "), "cn=\\20\\23a\\3b\\3c\\3e\\22\\3d\\20");
  EXPECT_EQ(ldap_dn_of("{0}{0}", "{0}"), "\\7b0\\7d\\7b0\\7d");
  EXPECT_EQ(ldap_dn_of("dc=x", "joe"), "dc=x");
}

TEST(LdapClient, AnEmptyPasswordIsRefusedWithoutAsking) {
  EXPECT_FALSE(ldap_check(nowhere(), "joe", Secret()).value());
  EXPECT_FALSE(ldap_check(nowhere(), " ", Secret("x")).value());
  EXPECT_FALSE(ldap_check(nowhere(), std::string("a\0b", 3), Secret("x")).value());
}

TEST(LdapClient, ADirectoryThatIsNotThereIsAnErrorNotARefusal) {
  const auto searched = ldap_check(nowhere(), "joe", Secret("x"));
  ASSERT_FALSE(searched.has_value());
  EXPECT_EQ(searched.error().code, Errc::kUnavailable);
  LdapOptions direct = nowhere();
  direct.user_dn = "cn={0},dc=example,dc=org";
  const auto asked = ldap_check(direct, "joe", Secret("x"));
  ASSERT_FALSE(asked.has_value());
  EXPECT_EQ(asked.error().code, Errc::kUnavailable);
}

TEST(LdapClient, AnAddressThatIsNoneIsAnError) {
  LdapOptions odd = nowhere();
  odd.url = "http://directory";
  EXPECT_EQ(ldap_check(odd, "joe", Secret("x")).error().code, Errc::kInternal);
}

class Ldap : public testing::Test {
 protected:
  sim::SimRuntime runtime;
  sim::SimExecutor executor{runtime, 1ms, 2ms};
  LdapDirectory directory{runtime, executor, nowhere()};
  Scope scope{runtime};
};

TEST_F(Ldap, IsAskedAwayFromTheLoop) {
  std::optional<Result<bool>> done;
  scope.spawn(keep(directory.check("joe", Secret("x")), done));
  EXPECT_FALSE(done.has_value());
  runtime.run_for(1s);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->error().code, Errc::kUnavailable);
}

TEST_F(Ldap, IsNotAskedWithAnEmptyPassword) {
  std::optional<Result<bool>> done;
  scope.spawn(keep(directory.check("joe", Secret()), done));
  ASSERT_TRUE(done.has_value());
  EXPECT_FALSE(done->value());
}

TEST_F(Ldap, HasABound) {
  std::vector<std::optional<Result<bool>>> done(LdapDirectory::kWaitingMax + 1);
  for (auto& each : done) scope.spawn(keep(directory.check("joe", Secret("x")), each));
  ASSERT_TRUE(done.back().has_value());
  EXPECT_EQ(done.back()->error().code, Errc::kResourceExhausted);
}

}  // namespace
}  // namespace batata::platform
