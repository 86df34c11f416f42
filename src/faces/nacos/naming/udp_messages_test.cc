#include "faces/nacos/naming/udp_messages.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

TEST(UdpMessages, ASmallPushIsJsonWithTheServiceAsText) {
  EXPECT_EQ(encode_udp_push(R"({"name":"g@@u"})", 1'795'270'506'447'000),
            R"({"type":"dom","data":"{\"name\":\"g@@u\"}","lastRefTime":1795270506447000})");
}

TEST(UdpMessages, ALargePushIsGzip) {
  const std::string large = encode_udp_push(std::string(2000, 'x'), 1);
  EXPECT_EQ(large.substr(0, 2), "\x1f\x8b");
  EXPECT_LT(large.size(), 200u);
}

TEST(UdpMessages, AcknowledgementsNameTheirPushAsTextOrNumber) {
  EXPECT_EQ(decode_udp_ack(R"({"type":"push-ack","lastRefTime":"4444209600849","data":""})"),
            4'444'209'600'849);
  EXPECT_EQ(decode_udp_ack(R"({"type":"push-ack","lastRefTime":4444209600849,"data":""})"),
            4'444'209'600'849);
  EXPECT_EQ(decode_udp_ack(std::string("{\"lastRefTime\":7}\n\0\0", 20)), 7);
}

TEST(UdpMessages, OtherBytesAreNoAcknowledgement) {
  for (const std::string_view bytes :
       {"", " ", "x", "[]", "{}", "{\"lastRefTime\":null}", "{\"lastRefTime\":\"x\"}",
        "{\"lastRefTime\":1.5e300}", "{\"lastRefTime\":{}}", "\x1f\x8b\x08"})
    EXPECT_FALSE(decode_udp_ack(bytes)) << bytes;
}

}  // namespace
}  // namespace batata::nacos
