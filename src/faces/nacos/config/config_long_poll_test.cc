// The long poll of 1.x clients, as recorded from 2.5.1.
#include <gtest/gtest.h>

#include "faces/nacos/config/config_http.h"
#include "tests/support/nacos_house.h"

namespace batata::nacos {
namespace {

using wire::Method;
using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

const Headers kHold = {{"long-pulling-timeout", "30000"}};
constexpr std::string_view kMd5OfV1 = "6654c734ccab8f440ff0825eb443dc7f";

class LongPoll : public testing::Test {
 protected:
  LongPoll() {
    publish("a", "v1");
    publish("b", "v1");
    publish("c", "v1", "&tenant=dev");
  }
  void publish(std::string_view data_id, std::string_view content, std::string_view more = "") {
    std::string form = "group=g&dataId=";
    house.ask(Method::kPost, "/nacos/v1/cs/configs",
              form.append(data_id).append("&content=").append(content).append(more));
  }
  static std::string entry(std::string_view data_id, std::string_view md5, std::string_view tenant = "") {
    std::string text(data_id);
    text.append("%02g%02").append(md5);
    if (!tenant.empty()) text.append("%02").append(tenant);
    return text.append("%01");
  }
  std::shared_ptr<std::optional<wire::Response>> poll(const std::string& entries, Headers headers = kHold) {
    return house.ask(Method::kPost, "/nacos/v1/cs/configs/listener", "Listening-Configs=" + entries,
                     std::move(headers));
  }
  House house;
};

TEST_F(LongPoll, AnswersAtOnceWhatTheClientDoesNotHave) {
  const auto answer =
      poll(entry("a", "0") + entry("b", kMd5OfV1) + entry("c", "1", "dev") + entry("none", "0"));
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->body, "a%02g%01c%02g%02dev%01none%02g%01\n");
  EXPECT_EQ((*answer)->content_type, "application/json;charset=UTF-8");
}

TEST_F(LongPoll, ComparesWithWhatTheClientGets) {
  publish("a", "blue", "&tag=blue");
  Headers blue = kHold;
  blue.emplace_back("vipserver-tag", "blue");
  EXPECT_TRUE(*poll(entry("a", kMd5OfV1), blue));
  EXPECT_FALSE(*poll(entry("a", kMd5OfV1)));
}

TEST_F(LongPoll, EndsWithAGrayReleaseForThisClientOnly) {
  const auto here = poll(entry("a", kMd5OfV1));
  Headers elsewhere = kHold;
  elsewhere.emplace_back("x-forwarded-for", "10.0.0.7");
  const auto there = poll(entry("a", kMd5OfV1), elsewhere);
  house.ask(Method::kPost, "/nacos/v1/cs/configs", "group=g&dataId=a&content=beta",
            {{"betaips", "10.0.0.9"}});
  house.runtime.settle();
  ASSERT_TRUE(*here);
  EXPECT_EQ((*here)->body, "a%02g%01\n");
  EXPECT_FALSE(*there);
}

TEST_F(LongPoll, RepeatsTheSpellingOfTheNamespace) {
  EXPECT_EQ((*poll(entry("a", "0", "public")))->body, "a%02g%02public%01\n");
  const auto same = poll(entry("a", kMd5OfV1, "public"));
  EXPECT_FALSE(*same);
}

TEST_F(LongPoll, WaitsForAChangeAndNamesThatConfigOnly) {
  const auto answer = poll(entry("a", kMd5OfV1) + entry("b", kMd5OfV1));
  house.runtime.run_for(std::chrono::seconds(5));
  ASSERT_FALSE(*answer);
  publish("b", "v2");
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->body, "b%02g%01\n");
}

TEST_F(LongPoll, SleepsOnWhenTheContentStaysTheSame) {
  const auto answer = poll(entry("a", kMd5OfV1));
  publish("a", "v1");
  EXPECT_FALSE(*answer);
}

TEST_F(LongPoll, WaitsForARemovalAndForACreation) {
  const auto removal = poll(entry("a", kMd5OfV1)), creation = poll(entry("new", ""));
  house.ask(Method::kDelete, "/nacos/v1/cs/configs?dataId=a&group=g");
  ASSERT_TRUE(*removal);
  EXPECT_EQ((*removal)->body, "a%02g%01\n");
  publish("new", "v1");
  ASSERT_TRUE(*creation);
}

TEST_F(LongPoll, EndsEmptyBeforeTheClientGivesUp) {
  const auto answer = poll(entry("a", kMd5OfV1));
  house.runtime.run_for(std::chrono::milliseconds(29'400));
  EXPECT_FALSE(*answer);
  house.runtime.run_for(std::chrono::milliseconds(200));
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->status, 200);
  EXPECT_EQ((*answer)->body, "");
  EXPECT_EQ((*answer)->headers, "");
}

TEST_F(LongPoll, WaitsTenSecondsAtLeastAndTenMinutesAtMost) {
  const auto shortest = poll(entry("a", kMd5OfV1), {{"long-pulling-timeout", "1000"}});
  house.runtime.run_for(std::chrono::seconds(9));
  EXPECT_FALSE(*shortest);
  house.runtime.run_for(std::chrono::seconds(1));
  EXPECT_TRUE(*shortest);
  const auto longest = poll(entry("a", kMd5OfV1), {{"long-pulling-timeout", "9223372036854775807"}});
  house.runtime.run_for(std::chrono::minutes(10));
  EXPECT_TRUE(*longest);
}

TEST_F(LongPoll, DoesNotWaitWhenAskedNotTo) {
  const auto answer = poll(entry("a", kMd5OfV1) + entry("none", ""),
                           {{"long-pulling-timeout", "30000"}, {"long-pulling-timeout-no-hangup", "true"}});
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->body, "");
}

TEST_F(LongPoll, WithoutATimeoutAnswersOldClientsInHeaders) {
  const auto old = poll(entry("a", "0"), {});
  ASSERT_TRUE(*old);
  EXPECT_TRUE(
      (*old)->headers.starts_with("Probe-Modify-Response: a:g;\r\nProbe-Modify-Response-New: a%02g%01\r\n"));
  EXPECT_EQ((*old)->body, "");
  EXPECT_NE((*poll(entry("a", "0"), {{"client-version", "1.0.0"}}))->headers.find("Probe"),
            std::string::npos);
  EXPECT_EQ((*poll(entry("a", "0"), {{"client-version", "2.0.4"}}))->headers.find("Probe"),
            std::string::npos);
}

TEST_F(LongPoll, ReadsValuesThatWereEncodedTwiceOrStandInTheQuery) {
  EXPECT_EQ((*poll("a%2502g%25020%2501"))->body, "a%02g%01\n");
  const auto query =
      house.ask(Method::kPost, "/nacos/v1/cs/configs/listener?Listening-Configs=a%02g%020%01", "", kHold);
  ASSERT_TRUE(*query);
  EXPECT_EQ((*query)->body, "a%02g%01\n");
}

TEST_F(LongPoll, RefusesWhatIsNoListOfConfigs) {
  for (const std::string_view bad : {"", "a%02b%01"}) {
    const auto answer = poll(std::string(bad));
    ASSERT_TRUE(*answer);
    EXPECT_EQ((*answer)->status, 400);
    EXPECT_EQ((*answer)->body, "caused: invalid probeModify;");
  }
  for (const std::string_view bad : {"abc", "a%02b%02c%02d%02e%01"}) {
    const auto answer = poll(std::string(bad));
    ASSERT_TRUE(*answer);
    EXPECT_EQ((*answer)->status, 500);
    EXPECT_NE(
        (*answer)->body.find(R"("message":"invalid probeModify","path":"/nacos/v1/cs/configs/listener")"),
        std::string::npos);
  }
}

}  // namespace
}  // namespace batata::nacos
