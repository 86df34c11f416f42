// What is told of requests over gRPC.
#include "wire/request_log.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/support/nacos_house.h"

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

}  // namespace
}  // namespace batata::nacos
