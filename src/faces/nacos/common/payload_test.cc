#include "faces/nacos/common/payload.h"

#include <gtest/gtest.h>

namespace batata::nacos {
namespace {

using namespace std::string_literals;

std::string field(int number, std::string_view bytes) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  out += static_cast<char>(bytes.size());  // below 128 here
  return out.append(bytes);
}
std::string header(std::string_view name, std::string_view value) {
  return field(7, field(1, name) + field(2, value));
}

TEST(Payload, ReadsTypeAddressHeadersAndBody) {
  const std::string bytes =
      field(2, field(3, "HealthCheckRequest") + header("Timestamp", "1") + field(8, "10.0.0.9")) +
      field(3, field(1, "some.Type") + field(2, "{}"));
  const auto payload = decode_payload(bytes);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->type, "HealthCheckRequest");
  EXPECT_EQ(payload->client_ip, "10.0.0.9");
  EXPECT_EQ(payload->body, "{}");
  EXPECT_EQ(payload->headers.find("Timestamp"), "1");
  EXPECT_EQ(payload->headers.find("timestamp"), std::nullopt);
  EXPECT_EQ(payload->headers.find("Time"), std::nullopt);
}

TEST(Payload, ViewsPointIntoTheMessage) {
  const std::string bytes = encode_payload("T", "", "{\"a\":1}");
  const auto payload = decode_payload(bytes);
  ASSERT_TRUE(payload);
  EXPECT_GE(payload->body.data(), bytes.data());
  EXPECT_EQ(payload->body.data() + payload->body.size(), bytes.data() + bytes.size());
}

TEST(Payload, OfRepeatedHeadersTheLastCounts) {
  const std::string bytes = field(2, header("a", "1") + header("a", "2") + header("A", "3"));
  EXPECT_EQ(decode_payload(bytes)->headers.find("a"), "2");
}

TEST(Payload, ReadsWhatWasWritten) {
  const std::string body(100'000, 'x');
  const std::string bytes = encode_payload("ConfigQueryResponse", "10.0.0.1", body);
  const auto payload = decode_payload(bytes);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->type, "ConfigQueryResponse");
  EXPECT_EQ(payload->client_ip, "10.0.0.1");
  EXPECT_EQ(payload->body, body);
}

TEST(Payload, IsWrittenAsProtobufWritesIt) {
  EXPECT_EQ(encode_payload("T", "", "{}"), "\x12\x03\x1a\x01T\x1a\x04\x12\x02{}"s);
  EXPECT_EQ(encode_payload("T", "ip", ""), "\x12\x07\x1a\x01T\x42\x02ip\x1a\x00"s);
}

TEST(Payload, SkipsUnknownFieldsOfEveryKind) {
  const std::string unknown = "\x08\x96\x01"s + "\x41"s + "12345678" + "\x4d"s + "1234" + field(9, "bytes");
  const std::string bytes = unknown + field(2, unknown.substr(0, 3) + field(3, "T")) + unknown;
  ASSERT_TRUE(decode_payload(bytes));
  EXPECT_EQ(decode_payload(bytes)->type, "T");
}

TEST(Payload, IsEmptyWithoutBytes) {
  ASSERT_TRUE(decode_payload(""));
  EXPECT_EQ(decode_payload("")->type, "");
}

TEST(Payload, ThatIsCutShortIsRefused) {
  const std::string bytes =
      field(2, field(3, "Type") + header("a", "b") + field(8, "ip")) + field(3, field(2, "{\"a\":1}"));
  const std::size_t metadata = 2 + static_cast<unsigned char>(bytes[1]);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    if (size == metadata) continue;  // a whole message without a body
    EXPECT_FALSE(decode_payload(std::string_view(bytes).substr(0, size))) << size;
  }
}

TEST(Payload, OfOtherBytesIsRefused) {
  for (const auto& bytes :
       {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s, "\x13"s, "\x12\x05\x00"s, "\x02\x00"s,
        "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s, field(2, "\x3a\x02\x0a\x09"s), field(3, "\x12\x7f"s)})
    EXPECT_FALSE(decode_payload(bytes));
}

}  // namespace
}  // namespace batata::nacos
