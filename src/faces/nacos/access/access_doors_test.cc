// Which addresses ask for proof: by their door, and by whom they are for.
#include <gtest/gtest.h>

#include "faces/nacos/access/access.h"
#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

using wire::Method;

TEST(Door, IsFoundByThePath) {
  EXPECT_EQ(door_of("/nacos/v1/auth"), Door::kUsers);
  EXPECT_EQ(door_of("/nacos/v1/auth/users/login"), Door::kUsers);
  EXPECT_EQ(door_of("/nacos/v3/auth/user"), Door::kUsers);
  EXPECT_EQ(door_of("/v3/auth/user"), Door::kUsers);
  EXPECT_EQ(door_of("/batata/v1/backups"), Door::kUsers);
  EXPECT_EQ(door_of("/nacos/v3/admin/cs/config"), Door::kAdmin);
  EXPECT_EQ(door_of("/v3/console/cs/config"), Door::kConsole);
  EXPECT_EQ(door_of("/nacos/v3/client/cs/config"), Door::kClient);
  EXPECT_EQ(door_of("/nacos/v1/cs/configs"), Door::kClient);
  EXPECT_EQ(door_of("/nacos/v1/authority"), Door::kClient);
}

TEST(Door, IsGuardedByItself) {
  AccessOptions rules = guarded();
  rules.client = false;
  GuardedHouse open(std::move(rules));
  EXPECT_EQ(open.as("", Method::kGet, "/nacos/v1/cs/configs?dataId=d&group=g").status, 404);
  EXPECT_EQ((*open.ask(Method::kGet, "/nacos/v3/client/cs/config?dataId=d&groupName=g", {},
                       {{"accesstoken", "garbage"}}))
                ->status,
            200);
  EXPECT_EQ(open.as("", Method::kGet, "/nacos/v3/auth/role/search?role=r").status, 403);
}

TEST(Door, OfTheAdministrationGuardsWhatIsForOperatorsAmongWhatIsForClients) {
  AccessOptions rules = guarded();
  rules.client = false;
  AccessOptions unguarded = guarded();
  unguarded.client = unguarded.admin = unguarded.console = false;
  GuardedHouse open(std::move(rules));
  House wide_open(under(unguarded));
  constexpr std::pair<Method, std::string_view> kForOperators[] = {
      {Method::kPut, "/nacos/v1/ns/operator/switches?entry=pushEnabled&value=false"},
      {Method::kPut, "/nacos/v2/ns/ops/switches?entry=pushEnabled&value=false"},
      {Method::kPost, "/nacos/v1/cs/capacity?group=g&quota=1"},
      {Method::kPost, "/nacos/v1/console/namespaces?customNamespaceId=n&namespaceName=n&namespaceDesc="},
      {Method::kDelete, "/nacos/v2/console/namespace?namespaceId=n"},
      {Method::kGet, "/nacos/v2/core/loader/current"},
      {Method::kGet, "/nacos/v2/ns/client/list"}};
  for (const auto& [method, address] : kForOperators) {
    EXPECT_EQ(open.as("", method, std::string(address)).status, 403) << address;
    EXPECT_EQ(open.as("joe", method, std::string(address)).status, 403) << address;
    EXPECT_EQ(open.as("nacos", method, std::string(address)).status, 200) << address;
    EXPECT_EQ((*wide_open.ask(method, std::string(address)))->status, 200) << address;
  }
}

}  // namespace
}  // namespace batata::nacos
