#include "faces/common/audit.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace batata::faces {
namespace {

using wire::Method;

std::string_view action(Method method, std::string_view path, std::string_view selector = "") {
  return audited_action({method, path, selector, "", "", "", {}, nullptr});
}

TEST(Audit, ChangesOfEachVersionOfTheApiHaveOneName) {
  for (const std::string_view path : {"/nacos/v1/auth/login", "/nacos/v1/auth/users/login",
                                      "/nacos/v3/auth/user/login", "/v3/auth/user/login"})
    EXPECT_EQ(action(Method::kPost, path), "sign-in") << path;
  for (const std::string_view path :
       {"/nacos/v1/auth", "/nacos/v1/auth/users", "/nacos/v3/auth/user", "/v3/auth/user"}) {
    EXPECT_EQ(action(Method::kPost, path), "user.create") << path;
    EXPECT_EQ(action(Method::kPut, path), "user.password") << path;
    EXPECT_EQ(action(Method::kDelete, path), "user.delete") << path;
    EXPECT_EQ(action(Method::kGet, path), "") << path;
  }
  for (const std::string_view path :
       {"/nacos/v1/auth/admin", "/nacos/v1/auth/users/admin", "/nacos/v3/auth/user/admin"})
    EXPECT_EQ(action(Method::kPost, path), "user.first-admin") << path;
  EXPECT_EQ(action(Method::kPut, "/nacos/v1/auth/password"), "user.password");
  EXPECT_EQ(action(Method::kPost, "/nacos/v1/auth/roles"), "role.grant");
  EXPECT_EQ(action(Method::kDelete, "/v3/auth/role"), "role.revoke");
  EXPECT_EQ(action(Method::kPost, "/v3/auth/permission"), "permission.grant");
  EXPECT_EQ(action(Method::kDelete, "/nacos/v1/auth/permissions"), "permission.revoke");
  for (const std::string_view path : {"/nacos/v1/cs/configs", "/nacos/v2/cs/config",
                                      "/nacos/v3/admin/cs/config", "/v3/console/cs/config"}) {
    EXPECT_EQ(action(Method::kPost, path), "config.publish") << path;
    EXPECT_EQ(action(Method::kDelete, path), "config.delete") << path;
  }
  EXPECT_EQ(action(Method::kPost, "/nacos/v1/cs/configs", "import=true"), "config.import");
  EXPECT_EQ(action(Method::kPost, "/nacos/v3/admin/cs/config/clone"), "config.clone");
  EXPECT_EQ(action(Method::kPost, "/v3/console/core/namespace"), "namespace.create");
  EXPECT_EQ(action(Method::kPut, "/nacos/v1/console/namespaces"), "namespace.change");
  EXPECT_EQ(action(Method::kPut, "/batata/v1/log/level"), "log.level");
  EXPECT_EQ(action(Method::kPut, "/nacos/v3/admin/cs/ops/log"), "log.level");
  EXPECT_EQ(action(Method::kPost, "/batata/v1/backups"), "backup.begin");
  EXPECT_EQ(action(Method::kPut, "/nacos/v3/admin/ns/ops/switches"), "setting.switch");
}

TEST(Audit, WhatClientsDoAllTheTimeIsNoEvent) {
  EXPECT_EQ(action(Method::kPost, "/nacos/v1/cs/configs/listener"), "");
  EXPECT_EQ(action(Method::kPost, "/nacos/v1/ns/instance"), "");
  EXPECT_EQ(action(Method::kPut, "/nacos/v1/ns/instance/beat"), "");
  EXPECT_EQ(audited_rpc("ConfigQueryRequest"), "");
  EXPECT_EQ(audited_rpc("ConfigPublishRequest"), "config.publish");
  EXPECT_EQ(audited_rpc("ConfigRemoveRequest"), "config.delete");
}

}  // namespace
}  // namespace batata::faces
