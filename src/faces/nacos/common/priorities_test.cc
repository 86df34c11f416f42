#include "faces/nacos/common/priorities.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Priority;

Priority of(Method method, std::string_view path, std::string_view selector = {}) {
  wire::RowInfo row{};
  row.method = method;
  row.path = path;
  row.selector = selector;
  return priority_of(row);
}

TEST(NacosPriorities, ProbesAndHeartbeatsComeFirst) {
  EXPECT_EQ(of(Method::kPut, "/nacos/v1/ns/instance/beat"), Priority::kVital);
  EXPECT_EQ(of(Method::kPost, "/nacos/v3/client/ns/instance", "heartBeat=true"), Priority::kVital);
  EXPECT_EQ(of(Method::kGet, "/nacos/v3/admin/core/state/liveness"), Priority::kVital);
  EXPECT_EQ(of(Method::kGet, "/nacos/v1/ns/operator/metrics"), Priority::kVital);
}

TEST(NacosPriorities, ReadsComeBeforeWrites) {
  EXPECT_EQ(of(Method::kGet, "/nacos/v1/cs/configs"), Priority::kRead);
  EXPECT_EQ(of(Method::kPost, "/nacos/v1/auth/users/login"), Priority::kRead);
  EXPECT_EQ(of(Method::kPost, "/nacos/v1/cs/configs/listener"), Priority::kRead);
  EXPECT_EQ(of(Method::kPost, "/nacos/v1/cs/configs"), Priority::kWrite);
  EXPECT_EQ(of(Method::kPost, "/nacos/v1/ns/instance"), Priority::kWrite);
  EXPECT_EQ(priority_of_rpc("config:r"), Priority::kRead);
  EXPECT_EQ(priority_of_rpc("config:w"), Priority::kWrite);
  EXPECT_EQ(priority_of_rpc(""), Priority::kRead);
}

TEST(NacosPriorities, WhatPeopleLookAtComesLast) {
  for (const std::string_view path :
       {"/nacos/v3/admin/cs/config", "/v3/console/cs/config", "/nacos/v1/console/namespaces",
        "/nacos/v1/cs/ops/derby", "/nacos/v1/ns/catalog/services", "/nacos/v1/cs/history",
        "/nacos/v2/core/loader/cluster"})
    EXPECT_EQ(of(Method::kGet, path), Priority::kAdministration) << path;
  EXPECT_EQ(of(Method::kGet, "/nacos/v1/cs/configs", "search=blur"), Priority::kAdministration);
}

}  // namespace
}  // namespace batata::nacos
