// Capacities and maintenance calls of configs as recorded from upstream: v1 from 2.5.1, v3 from 3.1.
#include "faces/nacos/config/config_ops_http.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/log.h"
#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

using wire::Method;

class ConfigOps : public testing::Test {
 protected:
  wire::Response ask(Method method, std::string target, std::string form = {}) {
    const auto answer = house.ask(method, std::move(target), std::move(form));
    EXPECT_TRUE(answer->has_value());
    return std::move(**answer);
  }
  std::string get(std::string target) { return ask(Method::kGet, std::move(target)).body; }
  static std::string number(const domain::CapacityOwner& owner) {
    return std::to_string(hash64(domain::capacity_key(owner)) & 0x7fff'ffff'ffff'ffffULL);
  }
  House house;
};

TEST_F(ConfigOps, CapacitiesAreToldAndSetInV1) {
  const std::string path = "/nacos/v1/cs/capacity";
  const std::string id = number({domain::CapacityOwner::Kind::kGroup, "cap"});
  EXPECT_EQ(get(path + "?group=cap"),
            R"({"code":200,"message":null,"data":{"id":")" + id +
                R"(","quota":200,"usage":0,"maxSize":102400,"maxAggrCount":10000,"maxAggrSize":1024,)"
                R"("gmtCreate":null,"gmtModified":null,"group":"cap"}})");
  EXPECT_EQ(
      ask(Method::kPost, path, "group=cap&quota=100&maxSize=2048").body,
      R"({"code":200,"message":"successfully updated the capacity information configuration of group to cap",)"
      R"("data":true})");
  EXPECT_EQ(get(path + "?group=cap"),
            R"({"code":200,"message":null,"data":{"id":")" + id +
                R"(","quota":100,"usage":0,"maxSize":2048,"maxAggrCount":10000,"maxAggrSize":1024,)"
                R"("gmtCreate":null,"gmtModified":null,"group":"cap"}})");
  EXPECT_NE(get(path + "?tenant=dev").find(R"("tenant":"dev")"), std::string::npos);
}

TEST_F(ConfigOps, CapacitiesOfV1RefuseInTheirWords) {
  const std::string path = "/nacos/v1/cs/capacity";
  const std::string both = "The parameter group and tenant cannot be empty at the same time";
  const auto neither = ask(Method::kGet, path);
  EXPECT_EQ(neither.status, 400);
  EXPECT_EQ(neither.body, R"({"code":400,"message":")" + both + R"(","data":null})");
  EXPECT_EQ(ask(Method::kPost, path, "quota=1").body,
            R"({"code":400,"message":")" + both + R"(","data":false})");
  EXPECT_EQ(
      ask(Method::kPost, path, "group=cap").body,
      R"({"code":400,"message":"The parameters quota, maxSize, maxAggrCount, maxAggrSize cannot be empty at )"
      R"(the same time","data":false})");
  const auto word = ask(Method::kPost, path, "group=cap&quota=x");
  EXPECT_EQ(word.status, 400);
  EXPECT_EQ(
      word.body,
      "caused: Failed to convert value of type 'java.lang.String' to required type 'java.lang.Integer'; "
      "nested exception is java.lang.NumberFormatException: For input string: \"x\";caused: For input "
      "string: "
      "\"x\";");
}

TEST_F(ConfigOps, CapacitiesOfV3PreferTheNamespace) {
  const std::string path = "/nacos/v3/admin/cs/capacity";
  EXPECT_EQ(ask(Method::kPost, path, "namespaceId=dev&quota=7&maxSize=1&maxAggrCount=2&maxAggrSize=3").body,
            R"({"code":0,"message":"success","data":true})");
  EXPECT_EQ(get(path + "?namespaceId=dev&groupName=cap"),
            R"({"code":0,"message":"success","data":{"id":")" +
                number({domain::CapacityOwner::Kind::kNamespace, "dev"}) +
                R"(","quota":7,"usage":0,"maxSize":1,"maxAggrCount":2,"maxAggrSize":3,"gmtCreate":null,)"
                R"("gmtModified":null,"namespaceId":"dev"}})");
  EXPECT_EQ(ask(Method::kPost, path, "groupName=cap&quota=-1").status, 200);
  const std::string missing = R"({"code":10000,"message":"parameter missing","data":")";
  const std::string owner =
      missing + R"(At least one of the parameters (groupName or namespaceId) must be provided"})";
  EXPECT_EQ(get(path), owner);
  EXPECT_EQ(ask(Method::kPost, path, "quota=5").body, owner);
  EXPECT_EQ(
      ask(Method::kPost, path, "groupName=cap").body,
      missing +
          R"(The parameters quota, maxSize, maxAggrCount, maxAggrSize cannot be empty at the same time"})");
  EXPECT_EQ(ask(Method::kPost, path, "groupName=cap&quota=x").status, 400);
  EXPECT_EQ(get(path + "?groupName=a%20b").substr(0, 13), "Param 'group'");
}

TEST(ConfigOpsWithRights, NoTenantLiftsItsOwnQuota) {
  GuardedHouse house;
  house.let_joe("mine:*:config/*", "rw");
  const std::string v1 = "/nacos/v1/cs/capacity", v3 = "/nacos/v3/admin/cs/capacity";
  EXPECT_EQ(
      house.as("joe", Method::kPost, "/nacos/v1/cs/configs", "dataId=d&group=g&tenant=mine&content=x").body,
      "true");
  EXPECT_EQ(house.as("joe", Method::kGet, v1 + "?tenant=mine").status, 200);
  EXPECT_EQ(house.as("joe", Method::kPost, v1, "tenant=mine&quota=1000000").status, 403);
  EXPECT_EQ(house.as("joe", Method::kPost, v3, "namespaceId=mine&quota=1000000").status, 403);
  EXPECT_EQ(house.as("nacos", Method::kPost, v1, "tenant=mine&quota=1000000").status, 200);
}

TEST_F(ConfigOps, QuotasAreAnsweredWithTheirNumbers) {
  domain::CapacityRules rules;
  rules.is_checked = true;
  rules.group_quota = 1;
  House strict(nullptr, rules);
  const auto publish = [&strict](std::string path, std::string form) {
    return std::move(strict.ask(Method::kPost, std::move(path), std::move(form))->value());
  };
  EXPECT_EQ(publish("/nacos/v1/cs/configs", "dataId=a&group=g&content=x").body, "true");
  const auto v1 = publish("/nacos/v1/cs/configs", "dataId=b&group=g&content=x");
  EXPECT_EQ(v1.status, 429);
  EXPECT_EQ(v1.body, "caused: Configuration limit exceeded [group=g, namespaceId=public].;");
  const auto v2 = publish("/nacos/v2/cs/config", "dataId=b&group=g&content=x");
  EXPECT_EQ(v2.status, 429);
  EXPECT_EQ(
      v2.body,
      R"({"code":5032,"message":"group capacity reach quota","data":"Configuration limit exceeded [group=g, )"
      R"(namespaceId=public]."})");
  Client client(strict);
  client.set_up();
  EXPECT_NE(client.call("ConfigPublishRequest", R"({"dataId":"b","group":"g","tenant":"","content":"x"})")
                .json.find(R"("errorCode":5032)"),
            std::string::npos);
}

TEST_F(ConfigOps, ThereIsNoSqlDatabase) {
  EXPECT_EQ(get("/nacos/v1/cs/ops/derby?sql=select+1"),
            R"({"code":500,"message":"The current storage mode is not Derby","data":null})");
  EXPECT_EQ(get("/nacos/v3/admin/cs/ops/derby?sql=select+1"),
            R"({"code":30000,"message":"The current storage mode is not Derby","data":null})");
  EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/ops/data/removal", "x=y").body,
            R"({"code":500,"message":"Limited to embedded storage mode","data":null})");
  EXPECT_EQ(ask(Method::kPost, "/nacos/v3/admin/cs/ops/derby/import", "x=y").body,
            R"({"code":30000,"message":"Limited to embedded storage mode","data":null})");
  EXPECT_EQ(ask(Method::kGet, "/nacos/v3/admin/cs/ops/derby").status, 400);
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cs/ops/derby").status, 500);
}

TEST_F(ConfigOps, CachesAndLogs) {
  const log::Levels before = log::set_lowest(log::Level::kError);
  EXPECT_EQ(ask(Method::kPost, "/nacos/v1/cs/ops/localCache").body, "200");
  EXPECT_EQ(ask(Method::kPost, "/nacos/v3/admin/cs/ops/localCache").body,
            R"({"code":0,"message":"success","data":"Local cache updated from store successfully!"})");
  EXPECT_EQ(ask(Method::kPut, "/nacos/v1/cs/ops/log?logName=config-server&logLevel=WARN").body, "200");
  EXPECT_TRUE(log::enabled(log::Level::kWarn));
  EXPECT_EQ(
      ask(Method::kPut, "/nacos/v3/admin/cs/ops/log", "logName=config-server&logLevel=LOUD").body,
      R"({"code":0,"message":"success","data":"Log level updated successfully! Module: config-server, Log )"
      R"(Level: LOUD"})");
  EXPECT_FALSE(log::enabled(log::Level::kInfo));
  EXPECT_EQ(
      ask(Method::kPut, "/nacos/v3/admin/cs/ops/log", "logLevel=INFO").body,
      R"({"code":10000,"message":"parameter missing","data":"Required request parameter 'logName' for method )"
      R"(parameter type String is not present"})");
  log::set_lowest(before);
}

}  // namespace
}  // namespace batata::nacos
