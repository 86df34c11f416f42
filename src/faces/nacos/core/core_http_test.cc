#include "faces/nacos/core/core_http.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;

struct Seen {
  int status;
  std::string body;
  bool operator==(const Seen&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.status << " " << seen.body;
}

class CoreOverHttp : public testing::Test {
 protected:
  Seen ask(Method method, std::string target, std::string form = {}) {
    return seen(house.ask(method, std::move(target), std::move(form)));
  }
  Seen send_json(Method method, std::string target, std::string body,
                 std::string_view type = "application/json") {
    return seen(house.ask(method, std::move(target), std::move(body), {{"content-type", type}}));
  }
  static Seen seen(const std::shared_ptr<std::optional<wire::Response>>& answer) {
    if (!*answer) return {0, "no answer"};
    return {(*answer)->status, std::string((*answer)->content())};
  }
  std::string self() const {
    return R"({"ip":"10.0.0.1","port":8848,"state":"UP","extendInfo":{"supportGrayModel":true,)"
           R"("lastRefreshTime":1700000000000,"version":"3.1.0","raftMetaData":{"metaDataMap":{"batata":)"
           R"({"leader":"10.0.0.1:8848","raftGroupMember":["10.0.0.1:8848"],"term":7}}},"raftPort":"8848",)"
           R"("readyToUpgrade":true},"address":"10.0.0.1:8848","abilities":{"remoteAbility":)"
           R"({"supportRemoteConnection":true,"grpcReportEnabled":true},"configAbility":)"
           R"({"supportRemoteMetrics":false},"namingAbility":{"supportJraft":true}},"grpcReportEnabled":true,)"
           R"("failAccessCnt":0})";
  }
  static Seen done(std::string_view data) {
    return {200, R"({"code":0,"message":"success","data":)" + std::string(data) + "}"};
  }
  static Seen rest(std::string_view data) {
    return {200, R"({"code":200,"message":null,"data":)" + std::string(data) + "}"};
  }
  static Seen refused(int code, std::string_view message) {
    return {200, R"({"code":)" + std::to_string(code) + R"(,"message":")" + std::string(message) +
                     R"(","data":null})"};
  }
  House house;
  const std::string v1 = "/nacos/v1/core", v2 = "/nacos/v2/core", v3 = "/nacos/v3/admin/core";
};

TEST_F(CoreOverHttp, ShowsThisNodeAsTheOnlyMember) {
  EXPECT_EQ(ask(Method::kGet, v1 + "/cluster/self"), rest(self()));
  EXPECT_EQ(ask(Method::kGet, v1 + "/cluster/nodes"), rest("[" + self() + "]"));
  EXPECT_EQ(ask(Method::kGet, v1 + "/cluster/simple/nodes"), rest(R"(["10.0.0.1:8848"])"));
  EXPECT_EQ(ask(Method::kGet, v1 + "/cluster/health"), rest("\"UP\""));
  for (const std::string& core : {v2, v3}) {
    EXPECT_EQ(ask(Method::kGet, core + "/cluster/node/self"), done(self()));
    EXPECT_EQ(ask(Method::kGet, core + "/cluster/node/list"), done("[" + self() + "]"));
  }
  EXPECT_EQ(ask(Method::kGet, v2 + "/cluster/node/self/health"), done("\"UP\""));
  EXPECT_EQ(ask(Method::kGet, "/v3/console/core/cluster/nodes"), done("[" + self() + "]"));
}

TEST_F(CoreOverHttp, FindsMembersByHowTheirAddressBeginsAndByState) {
  EXPECT_EQ(ask(Method::kGet, v1 + "/cluster/nodes?keyword=10.0."), rest("[" + self() + "]"));
  EXPECT_EQ(ask(Method::kGet, v1 + "/cluster/nodes?keyword=zz"), rest("[]"));
  EXPECT_EQ(ask(Method::kGet, "/v3/console/core/cluster/nodes?keyword=10.9"), done("[]"));
  const std::string list = v3 + "/cluster/node/list";
  EXPECT_EQ(ask(Method::kGet, list + "?address=10.0.0.1:8848"), done("[" + self() + "]"));
  EXPECT_EQ(ask(Method::kGet, list + "?address=10.9.9.9"), done("[]"));
  EXPECT_EQ(ask(Method::kGet, list + "?state=up"), done("[" + self() + "]"));
  EXPECT_EQ(ask(Method::kGet, list + "?state="), done("[" + self() + "]"));
  EXPECT_EQ(ask(Method::kGet, list + "?state=DOWN"), done("[]"));
  EXPECT_EQ(ask(Method::kGet, list + "?state=nope"),
            (Seen{400, R"({"code":23000,"message":"illegal state","data":"Illegal state: nope"})"}));
}

TEST(CoreMembers, AreStartingWhileTheyCannotServe) {
  const Members members({.ip = "10.0.0.1"}, {}, [] { return false; }, nullptr);
  EXPECT_EQ(members.state(), "STARTING");
  std::string out;
  json::Writer writer(out);
  members.write_self(writer);
  EXPECT_NE(out.find(R"("raftMetaData":{"metaDataMap":{}})"), std::string::npos);
}

TEST_F(CoreOverHttp, LetsNobodyLeaveOrJoin) {
  EXPECT_EQ(send_json(Method::kPost, v1 + "/cluster/server/leave", R"(["127.0.0.1:1"])"),
            refused(405, "/v1/core/cluster/server/leave API not allow to use temporarily."));
  EXPECT_EQ(ask(Method::kDelete, v2 + "/cluster/nodes?addresses=127.0.0.1:1"),
            refused(405, "DELETE /v2/core/cluster/nodes API not allow to use temporarily."));
  EXPECT_EQ(send_json(Method::kPost, v1 + "/cluster/report", R"({"ip":"10.1.0.1","port":8848})"),
            refused(400, "Node information is illegal"));
  EXPECT_EQ(send_json(Method::kPost, v1 + "/cluster/report",
                      R"({"ip":"10.1.0.1","port":8848,"address":"10.1.0.1:8848"})"),
            rest("\"false\""));
  EXPECT_EQ(send_json(Method::kPost, v1 + "/cluster/report", "{").status, 500);
}

TEST_F(CoreOverHttp, TakesWhatIsSaidOfMembersWithoutEffect) {
  const std::string body = R"([{"ip":"10.9.9.9","port":8848,"state":"UP","address":"10.9.9.9:8848"}])";
  for (const std::string& core : {v2, v3}) {
    EXPECT_EQ(send_json(Method::kPut, core + "/cluster/node/list", body), done("true"));
    EXPECT_EQ(
        send_json(Method::kPut, core + "/cluster/node/list", "[]"),
        (Seen{400, R"({"code":10000,"message":"parameter missing","data":"required parameter 'nodes' is )"
                   R"(missing"})"}));
  }
  EXPECT_EQ(ask(Method::kGet, v3 + "/cluster/node/list"), done("[" + self() + "]"));
  EXPECT_EQ(ask(Method::kPut, v3 + "/cluster/node/list", "x=y"),
            (Seen{400, R"({"code":20003,"message":"MediaType Error","data":"Content-Type )"
                       R"('application/x-www-form-urlencoded;charset=UTF-8' is not supported"})"}));
}

TEST_F(CoreOverHttp, KnowsTheWaysToFindMembers) {
  const std::string unknown = "The addressing mode exists : nope, just support : [[file, address-server]]";
  EXPECT_EQ(ask(Method::kPost, v1 + "/cluster/switch/lookup?type=nope"), refused(500, unknown));
  EXPECT_EQ(ask(Method::kPost, v1 + "/cluster/switch/lookup?type=file"), rest("null"));
  EXPECT_EQ(ask(Method::kPost, v1 + "/cluster/switch/lookup").status, 500);
  for (const std::string& core : {v2, v3}) {
    EXPECT_EQ(
        ask(Method::kPut, core + "/cluster/lookup?type=nope"),
        (Seen{400, R"({"code":20002,"message":"parameter validate error","data":")" + unknown + "\"}"}));
    EXPECT_EQ(ask(Method::kPut, core + "/cluster/lookup", "type=file"), done("true"));
    EXPECT_EQ(
        ask(Method::kPut, core + "/cluster/lookup"),
        (Seen{400, R"({"code":10000,"message":"parameter missing","data":"required parameter 'type' is )"
                   R"(missing"})"}));
  }
}

TEST_F(CoreOverHttp, HasNoGroupsOfNacosConsensus) {
  for (const std::string& core : {v1, v2}) {
    const std::string raft = core + "/ops/raft";
    EXPECT_EQ(send_json(Method::kPost, raft, R"({"command":"nope","value":"x"})"),
              refused(500, "Not support command : nope"));
    EXPECT_EQ(send_json(Method::kPost, raft, "{}"), refused(500, "Not support command : null"));
    EXPECT_EQ(send_json(Method::kPost, raft, R"({"command":"doSnapshot","groupId":"g"})"),
              refused(500, "not this raft group : g"));
  }
  EXPECT_EQ(send_json(Method::kPost, v3 + "/ops/raft", R"({"command":"nosuch"})"), done("null"));
  EXPECT_EQ(send_json(Method::kPost, v3 + "/ops/raft", "{}"), done("null"));
  EXPECT_EQ(send_json(Method::kPost, v3 + "/ops/raft", "[]").status, 400);
  EXPECT_EQ(
      send_json(Method::kPost, v3 + "/ops/raft", "{}", "nonsense"),
      (Seen{400, R"({"code":20003,"message":"MediaType Error","data":"Invalid mime type \"nonsense\": does )"
                 R"(not contain '/'"})"}));
  EXPECT_EQ(send_json(Method::kPost, v3 + "/ops/raft", "{}", "text/plain"),
            (Seen{400, R"({"code":20003,"message":"MediaType Error","data":"Content-Type )"
                       R"('text/plain;charset=UTF-8' is not supported"})"}));
  EXPECT_EQ(ask(Method::kPost, v3 + "/ops/raft").status, 400);
}

TEST_F(CoreOverHttp, MakesNoIdsUp) {
  EXPECT_EQ(ask(Method::kGet, v1 + "/ops/idInfo"), rest("{}"));
  EXPECT_EQ(ask(Method::kGet, v2 + "/ops/ids"), rest("[]"));
  EXPECT_EQ(ask(Method::kGet, v3 + "/ops/ids"), done("[]"));
}

class LogOverHttp : public CoreOverHttp {
 public:
  ~LogOverHttp() override { log::set_lowest(before); }

 protected:
  const log::Levels before = log::set_lowest(log::Level::kError);
};

TEST_F(LogOverHttp, GetsAnotherLevel) {
  EXPECT_EQ(ask(Method::kPut, v1 + "/ops/log?logName=core-auth&logLevel=debug"), (Seen{200, "200"}));
  EXPECT_TRUE(log::enabled(log::Level::kDebug));
  EXPECT_EQ(send_json(Method::kPut, v2 + "/ops/log", R"({"logName":"naming-push","logLevel":"ERROR"})"),
            rest("null"));
  EXPECT_FALSE(log::enabled(log::Level::kWarn));
  EXPECT_EQ(send_json(Method::kPut, v3 + "/ops/log", R"({"logName":"batata","logLevel":"INFO"})"),
            done("null"));
  EXPECT_TRUE(log::enabled(log::Level::kInfo));
  EXPECT_FALSE(log::enabled(log::Level::kDebug));
}

TEST_F(LogOverHttp, StaysAsItIsForUnknownNamesAndLevels) {
  EXPECT_EQ(ask(Method::kPut, v1 + "/ops/log?logName=nosuch&logLevel=DEBUG"), (Seen{200, "200"}));
  EXPECT_EQ(send_json(Method::kPut, v3 + "/ops/log", R"({"logName":"core","logLevel":"LOUD"})"),
            done("null"));
  EXPECT_FALSE(log::enabled(log::Level::kWarn));
  EXPECT_EQ(ask(Method::kPut, v1 + "/ops/log?logName=core").status, 500);
  EXPECT_EQ(send_json(Method::kPut, v2 + "/ops/log", "{}").status, 500);
  EXPECT_EQ(send_json(Method::kPut, v3 + "/ops/log", "{}").status, 400);
  EXPECT_EQ(send_json(Method::kPut, v3 + "/ops/log", R"({"logName":1,"logLevel":["x"]})").status, 400);
}

TEST_F(CoreOverHttp, KnowsNoLabels) {
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cmdb/ops/label?entry=10.0.0.1&label=zone"), (Seen{200, ""}));
  EXPECT_EQ(ask(Method::kGet, "/nacos/v1/cmdb/ops/label?entry=10.0.0.1"),
            (Seen{400, "caused: Param 'label' is required.;"}));
}

}  // namespace
}  // namespace batata::nacos
