// What a busy server still does: over gRPC and HTTP heartbeats and health before reads, reads before writes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "tests/support/nacos_house.h"
#include "wire/load.h"

namespace batata::nacos {
namespace {

using wire::Method;
using wire::Priority;

constexpr std::string_view kPublish = R"({"dataId":"d","group":"g","content":"x","additionMap":{}})";
constexpr std::string_view kQuery = R"({"dataId":"nobody","group":"g","tenant":""})";

class OverloadTest : public testing::Test {
 protected:
  OverloadTest() { client.set_up(); }
  // Takes what requests of that priority may have.
  void fill(Priority priority) {
    while (auto place = load.begin(priority, 0)) places.push_back(std::move(*place));
  }
  std::int64_t error_of(std::string_view type, std::string_view body, std::string_view answer_type) {
    const auto answer = client.call(type, body);
    EXPECT_EQ(answer.type, answer_type) << answer.json;
    const auto json = json::parse(answer.json);
    return json ? (*json)["errorCode"].as_int().value_or(-1) : -1;
  }
  wire::Load load{{.in_flight = 16, .unsent_bytes = 1000}};
  std::vector<wire::Load::Place> places;
  House house{[this](Services& services) { services.load = &load; }};
  Client client{house};
};

TEST_F(OverloadTest, WritesAreRefusedInTheirOwnTypeWhileReadsAndHealthChecksAreAnswered) {
  fill(Priority::kWrite);
  EXPECT_EQ(error_of("ConfigPublishRequest", kPublish, "ConfigPublishResponse"), 503);
  EXPECT_EQ(error_of("ConfigQueryRequest", kQuery, "ConfigQueryResponse"), 300);
  EXPECT_EQ(error_of("HealthCheckRequest", "{}", "HealthCheckResponse"), 0);
  places.clear();
  EXPECT_EQ(error_of("ConfigPublishRequest", kPublish, "ConfigPublishResponse"), 0);
  EXPECT_EQ(load.in_flight(), 0u);
}

TEST_F(OverloadTest, ShortOfMemoryOnlyHealthChecksAreAnswered) {
  load.unsent().note(1001);
  EXPECT_EQ(error_of("ConfigQueryRequest", kQuery, "ConfigQueryResponse"), 503);
  EXPECT_EQ(error_of("ConfigPublishRequest", kPublish, "ConfigPublishResponse"), 503);
  EXPECT_EQ(error_of("HealthCheckRequest", "{}", "HealthCheckResponse"), 0);
  load.unsent().note(-1001);
  EXPECT_EQ(error_of("ConfigQueryRequest", kQuery, "ConfigQueryResponse"), 300);
}

TEST_F(OverloadTest, RequestsAreCountedByTheirType) {
  client.call("ConfigQueryRequest", kQuery);
  client.call("ConfigQueryRequest", kQuery);
  client.call("NoSuchRequest", "{}");
  client.call("ConfigPublishRequest", kPublish);
  std::string text;
  metrics::Writer out(text);
  house.face.write(out);
  EXPECT_NE(text.find("batata_nacos_requests_total{type=\"ConfigQueryRequest\"} 2\n"), text.npos) << text;
  EXPECT_NE(text.find("batata_nacos_requests_total{type=\"other\"} 1\n"), text.npos) << text;
  // Those that are answered at once, and on the loop; with success, and without.
  for (const std::string_view line :
       {"batata_nacos_request_seconds_count{type=\"ConfigQueryRequest\"} 2\n",
        "batata_nacos_request_seconds_count{type=\"ConfigPublishRequest\"} 1\n",
        "batata_nacos_request_failures_total{type=\"ConfigQueryRequest\"} 2\n",
        "batata_nacos_request_failures_total{type=\"ConfigPublishRequest\"} 0\n"})
    EXPECT_NE(text.find(line), text.npos) << text;
}

}  // namespace
}  // namespace batata::nacos
