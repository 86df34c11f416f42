// Locks over gRPC as recorded from upstream 3.1.
#include "faces/nacos/core/lock_rpcs.h"

#include <gtest/gtest.h>

#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kYes = R"({"resultCode":200,"errorCode":0,"result":true,"success":true})";
constexpr std::string_view kNo = R"({"resultCode":200,"errorCode":0,"result":false,"success":true})";

class LockRequests : public testing::Test {
 protected:
  LockRequests() {
    a.set_up("{}");
    b.set_up("{}");
  }
  static Client::Answer ask(Client& client, const std::string& operation, const std::string& key,
                            const std::string& ttl = "-1", const std::string& type = "\"NACOS_LOCK\"") {
    return client.call("LockOperationRequest", R"({"lockInstance":{"key":)" + key + R"(,"expiredTime":)" +
                                                   ttl + R"(,"params":{},"lockType":)" + type +
                                                   R"(},"lockOperationEnum":)" + operation + "}");
  }
  static std::string acquire(Client& client, const std::string& key, const std::string& ttl = "-1") {
    return ask(client, "\"ACQUIRE\"", "\"" + key + "\"", ttl).json;
  }
  static std::string release(Client& client, const std::string& key) {
    return ask(client, "\"RELEASE\"", "\"" + key + "\"").json;
  }
  static Client::Answer failure(const std::string& message) {
    return {"LockOperationResponse", R"({"resultCode":500,"errorCode":0,"message":")" + message +
                                         R"(","result":false,"success":false})"};
  }
  House house;
  Client a{house, 1}, b{house, 2};
};

TEST_F(LockRequests, AreNotReentrantAndAnybodyReleases) {
  EXPECT_EQ(ask(a, "\"ACQUIRE\"", "\"k1\""), (Client::Answer{"LockOperationResponse", std::string(kYes)}));
  EXPECT_EQ(acquire(a, "k1"), kNo);
  EXPECT_EQ(acquire(b, "k1"), kNo);
  EXPECT_EQ(release(b, "k1"), kYes);
  EXPECT_EQ(release(a, "k1"), kNo);
  EXPECT_EQ(release(a, "k-none"), kNo);
}

TEST_F(LockRequests, LocksEndWithTheirTimeAndCanStillBeReleased) {
  EXPECT_EQ(acquire(a, "k2", "1000"), kYes);
  EXPECT_EQ(acquire(b, "k2"), kNo);
  EXPECT_EQ(acquire(a, "k4", "1000"), kYes);
  house.runtime.run_for(1300ms);
  EXPECT_EQ(acquire(b, "k2"), kYes);
  EXPECT_EQ(release(a, "k4"), kYes);
  EXPECT_EQ(release(a, "k4"), kNo);
}

TEST_F(LockRequests, ALockForNoTimeIsFreeAtOnce) {
  EXPECT_EQ(acquire(a, "k3", "0"), kYes);
  EXPECT_EQ(acquire(b, "k3"), kYes);
  EXPECT_EQ(acquire(a, "k3"), kNo);
}

TEST_F(LockRequests, TimesHaveADefaultAndABound) {
  EXPECT_EQ(acquire(a, "short"), kYes);
  EXPECT_EQ(acquire(a, "long", "9223372036854775807"), kYes);
  EXPECT_EQ(house.locks.held({"NACOS_LOCK", "short"})->ttl, 30s);
  EXPECT_EQ(house.locks.held({"NACOS_LOCK", "long"})->ttl, 30min);
}

TEST_F(LockRequests, BadValuesAreAnsweredAsRecorded) {
  EXPECT_EQ(ask(a, "\"ACQUIRE\"", "\"k5\"", "-1", "\"OTHER\""), failure("lockType: OTHER is not exist."));
  EXPECT_EQ(ask(a, "\"ACQUIRE\"", "\"k5\"", "-1", "null"), failure("lockType or lockKey is null."));
  EXPECT_EQ(ask(a, "\"ACQUIRE\"", "null"), failure("lockType or lockKey is null."));
  EXPECT_EQ(ask(a, "\"EXPIRE\"", "\"k5\""), failure("There is no Handler of such operations!"));
  EXPECT_EQ(ask(a, "null", "\"k5\""), failure("There is no Handler of such operations!"));
  EXPECT_EQ(acquire(a, ""), kYes);
  const Client::Answer unreadable{
      "ErrorResponse",
      R"({"resultCode":500,"errorCode":502,"message":"errCode: 101, errMsg: Nacos deserialize failed.  ","success":false})"};
  EXPECT_EQ(ask(a, "\"STEAL\"", "\"k5\""), unreadable);
  EXPECT_EQ(ask(a, "\"ACQUIRE\"", "\"k5\"", "\"soon\""), unreadable);
  EXPECT_EQ(ask(a, "\"ACQUIRE\"", "{}"), unreadable);
  EXPECT_EQ(a.call("LockOperationRequest", R"({"lockInstance":7,"lockOperationEnum":"ACQUIRE"})"),
            unreadable);
  EXPECT_EQ(
      a.call("LockOperationRequest", R"({"lockOperationEnum":"ACQUIRE"})").json,
      R"({"resultCode":500,"errorCode":500,"message":"Cannot invoke \"com.alibaba.nacos.api.lock.model.)"
      R"(LockInstance.getLockType()\" because \"lockInstance\" is null","success":false})");
}

TEST_F(LockRequests, LocksStayWhenTheirConnectionEnds) {
  EXPECT_EQ(acquire(a, "k6"), kYes);
  a.transport->close();
  house.runtime.run_for(500ms);
  EXPECT_EQ(acquire(b, "k6"), kNo);
}

TEST_F(LockRequests, FailuresOfWritesAreTyped) {
  house.proposer.refuse = true;
  const auto answer = ask(a, "\"ACQUIRE\"", "\"k7\"");
  EXPECT_EQ(answer.type, "LockOperationResponse");
  EXPECT_NE(answer.json.find(R"("result":false,"success":false)"), std::string::npos);
}

}  // namespace
}  // namespace batata::nacos
