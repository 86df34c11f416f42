#include "wire/web_socket.h"

#include <gtest/gtest.h>

#include <array>

namespace batata::wire {
namespace {

class HandshakeTest : public testing::Test {
 protected:
  HandshakeTest() {
    request.method = Method::kGet;
    request.headers = {{"host", "batata.example:8848"},
                       {"upgrade", "websocket"},
                       {"connection", "keep-alive, Upgrade"},
                       {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                       {"sec-websocket-version", "13"}};
  }
  void set(std::string_view name, std::string_view value) {
    for (auto& header : request.headers)
      if (header.first == name) return void(header.second = value);
    request.headers.emplace_back(name, value);
  }
  Response ask() {
    return accept_web_socket(request, options, [](std::shared_ptr<WebSocket>) { return nullptr; });
  }
  Request request;
  WebSocketOptions options;
};

// The example of RFC 6455, section 1.3.
TEST_F(HandshakeTest, IsAnsweredAsTheStandardSays) {
  const Response response = ask();
  EXPECT_EQ(response.status, 101);
  EXPECT_NE(response.headers.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            std::string::npos);
  EXPECT_NE(response.headers.find("Connection: Upgrade\r\n"), std::string::npos);
  EXPECT_NE(response.headers.find("Upgrade: websocket\r\n"), std::string::npos);
  EXPECT_EQ(response.headers.find("Protocol:"), std::string::npos);
  EXPECT_NE(response.web_socket, nullptr);
}

TEST_F(HandshakeTest, RefusesWhatIsNoHandshake) {
  set("upgrade", "h2c");
  EXPECT_EQ(ask().status, 426);
  set("upgrade", "h2c, WebSocket");
  EXPECT_EQ(ask().status, 101);
  set("connection", "keep-alive");
  EXPECT_EQ(ask().status, 426);
  set("connection", "upgrade");
  set("sec-websocket-version", "8");
  const Response other_version = ask();
  EXPECT_EQ(other_version.status, 426);
  EXPECT_NE(other_version.headers.find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
  set("sec-websocket-version", "13");
  request.method = Method::kPost;
  EXPECT_EQ(ask().status, 405);
}

TEST_F(HandshakeTest, RefusesKeysThatAreNot16Bytes) {
  for (const std::string_view key :
       {"", "dGhlIHNhbXBsZSBub25jZ", "dGhlIHNhbXBsZSBub25jZSE=", "not base64 at all!!!!!!=="}) {
    set("sec-websocket-key", key);
    EXPECT_EQ(ask().status, 400) << key;
  }
}

TEST_F(HandshakeTest, S32PagesOfOtherOriginsMayNotOpenIt) {
  set("origin", "https://batata.example:8848");
  EXPECT_EQ(ask().status, 101);
  for (const std::string_view origin : {"https://evil.example", "https://batata.example", "null",
                                        "https://batata.example:8848.evil.example"}) {
    set("origin", origin);
    EXPECT_EQ(ask().status, 403) << origin;
  }
  const std::array<std::string, 1> kConsole = {"https://console.example"};
  options.origins = kConsole;
  set("origin", "https://console.example");
  EXPECT_EQ(ask().status, 101);
}

TEST_F(HandshakeTest, ChoosesTheFacesBestProtocolOfThoseOffered) {
  constexpr std::array<std::string_view, 2> kProtocols = {"v2", "v1"};
  options.protocols = kProtocols;
  EXPECT_EQ(ask().headers.find("Sec-WebSocket-Protocol"), std::string::npos);
  set("sec-websocket-protocol", "v0, v1");
  request.headers.emplace_back("sec-websocket-protocol", "v2");
  EXPECT_NE(ask().headers.find("Sec-WebSocket-Protocol: v2\r\n"), std::string::npos);
}

}  // namespace
}  // namespace batata::wire
