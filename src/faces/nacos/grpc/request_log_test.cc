// What is told of requests over gRPC.
#include "wire/request_log.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/nacos_access.h"

namespace batata::nacos {
namespace {

class GrpcRequestLog : public testing::Test {
 protected:
  GrpcRequestLog() { client.set_up(); }

  std::vector<std::string> access, audit;
  std::optional<wire::RequestLog> log;
  House house{[this](Services& services) {
    log.emplace(
        services.runtime,
        wire::RequestLogOptions{.access = [this](std::string line) { access.push_back(std::move(line)); },
                                .audit = [this](std::string line) { audit.push_back(std::move(line)); },
                                .slow = {},
                                .action_of = {}});
    services.log = &*log;
  }};
  Client client{house};
};

TEST_F(GrpcRequestLog, EachRequestIsALineWithItsTypeAndWhatCameOfIt) {
  access.clear();
  client.call("ConfigQueryRequest", R"({"dataId":"nobody","group":"g","tenant":""})");
  client.call("HealthCheckRequest", "{}");
  client.call("No\"Such\nRequest", "{}");
  ASSERT_EQ(access.size(), 3u);
  EXPECT_NE(access[0].find("\"POST /Request/request/ConfigQueryRequest HTTP/2.0\" 500 "), std::string::npos)
      << access[0];
  EXPECT_NE(access[1].find("\"POST /Request/request/HealthCheckRequest HTTP/2.0\" 200 "), std::string::npos)
      << access[1];
  EXPECT_NE(access[2].find("\"POST /Request/request/No\\x22Such\\x0ARequest HTTP/2.0\" 500 "),
            std::string::npos)
      << access[2];
  EXPECT_TRUE(audit.empty());
}

TEST_F(GrpcRequestLog, ChangesOfConfigsAreAuditedWithoutTheirContent) {
  client.call("ConfigPublishRequest", R"({"dataId":"d","group":"g","content":"geheim","additionMap":{}})");
  client.call("ConfigRemoveRequest", R"({"dataId":"d","group":"g","tenant":""})");
  ASSERT_EQ(audit.size(), 2u);
  EXPECT_NE(audit[0].find(R"("action":"config.publish","result":"done")"), std::string::npos) << audit[0];
  EXPECT_NE(audit[0].find(R"("touched":{"group":"g","dataId":"d"})"), std::string::npos) << audit[0];
  EXPECT_EQ(audit[0].find("geheim"), std::string::npos);
  EXPECT_NE(audit[1].find(R"("action":"config.delete","result":"done")"), std::string::npos) << audit[1];
}

// A password takes its time, in which others are read into the buffer that its request was read into.
TEST(GrpcSignInLog, EachRefusalNamesTheOneWhoWasRefused) {
  std::vector<std::string> audit;
  std::optional<wire::RequestLog> log;
  House house([&](Services& services) {
    services.access_options = guarded();
    log.emplace(
        services.runtime,
        wire::RequestLogOptions{.access = {},
                                .audit = [&audit](std::string line) { audit.push_back(std::move(line)); },
                                .slow = {},
                                .action_of = {}});
    services.log = &*log;
  });
  Client client(house);
  client.set_up();
  const std::string long_name(2000, 'c');
  for (const std::string& name : {std::string("anna"), std::string("bert"), long_name}) {
    const std::string body =
        R"({"headers":{"username":")" + name + R"(","password":"geheim"},"dataId":"d","group":"g"})";
    house.unary().unary(client.transport, encode_payload("ConfigQueryRequest", "10.0.0.9", body),
                        [](const wire::GrpcStatus&, const std::string&) {});
  }
  house.runtime.run_for(std::chrono::milliseconds(100));
  ASSERT_EQ(audit.size(), 3u);
  EXPECT_NE(audit[0].find(R"("action":"sign-in","result":"refused")"), std::string::npos) << audit[0];
  EXPECT_NE(audit[0].find(R"("username":"anna")"), std::string::npos) << audit[0];
  EXPECT_NE(audit[1].find(R"("username":"bert")"), std::string::npos) << audit[1];
  EXPECT_LT(audit[2].size(), 1400u) << "a stranger's name must not fill the log";
  for (const std::string& line : audit) EXPECT_EQ(line.find("geheim"), std::string::npos) << line;
}

}  // namespace
}  // namespace batata::nacos
