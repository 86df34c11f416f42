#include "net/web_socket_codec.h"

#include <gtest/gtest.h>

#include <vector>

#include "net/web_socket_test_client.h"

namespace batata::net {
namespace {

using wire::CloseCode;
using namespace std::string_literals;

constexpr std::size_t kMessageBytes = 1 << 20;

struct Heard {
  std::vector<std::pair<Opcode, std::string>> frames;
  CloseCode fault = CloseCode::kNormal;  // kNormal: none
};

// Feeds `bytes` in pieces of `step`.
Heard hear(std::string bytes, std::size_t step) {
  WebSocketReader reader(kMessageBytes);
  Heard heard;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::span<char> piece(bytes.data() + at, std::min(step, bytes.size() - at));
    for (;;) {
      const auto taken = reader.take(piece);
      if (taken == WebSocketReader::Step::kMore) break;
      if (taken == WebSocketReader::Step::kFault) {
        heard.fault = reader.fault().code;
        return heard;
      }
      heard.frames.emplace_back(reader.opcode(), reader.payload());
    }
  }
  return heard;
}

// The same however the bytes are cut.
Heard hear(const std::string& bytes) {
  const Heard whole = hear(bytes, bytes.size() + 1);
  for (const std::size_t step : {1, 2, 3, 7, 1000}) {
    const Heard pieces = hear(bytes, step);
    EXPECT_EQ(pieces.frames, whole.frames) << step;
    EXPECT_EQ(pieces.fault, whole.fault) << step;
  }
  return whole;
}

TEST(WebSocketReaderTest, ReadsMessagesOfAllLengths) {
  for (const std::size_t size : {0, 1, 125, 126, 127, 65535, 65536, 100'000}) {
    const std::string message(size, 'm');
    const Heard heard = hear(client_frame(Opcode::kBinary, message) + client_frame(Opcode::kText, "next"));
    ASSERT_EQ(heard.frames.size(), 2U) << size;
    EXPECT_EQ(heard.frames[0], std::pair(Opcode::kBinary, message));
    EXPECT_EQ(heard.frames[1], std::pair(Opcode::kText, "next"s));
  }
}

TEST(WebSocketReaderTest, JoinsFragmentsAroundControlFrames) {
  const Heard heard =
      hear(client_frame(Opcode::kText, "a", Fin::kNo) + client_frame(Opcode::kPing, "p") +
           client_frame(Opcode::kContinuation, "", Fin::kNo) + client_frame(Opcode::kContinuation, "b"));
  ASSERT_EQ(heard.frames.size(), 2U);
  EXPECT_EQ(heard.frames[0], std::pair(Opcode::kPing, "p"s));
  EXPECT_EQ(heard.frames[1], std::pair(Opcode::kText, "ab"s));
}

TEST(WebSocketReaderTest, S32RefusesFramesThatBreakTheRules) {
  const auto first_byte = [](char byte) {
    std::string frame = client_frame(Opcode::kText, "x");
    frame[0] = byte;
    return frame;
  };
  for (const char reserved : {'\xc1', '\xa1', '\x91'})
    EXPECT_EQ(hear(first_byte(reserved)).fault, CloseCode::kProtocolError);
  for (const char opcode : {'\x83', '\x87', '\x8b', '\x8f'})
    EXPECT_EQ(hear(first_byte(opcode)).fault, CloseCode::kProtocolError);
  std::string unmasked;
  append_frame_head(unmasked, Opcode::kText, 1);
  EXPECT_EQ(hear(unmasked + "x").fault, CloseCode::kProtocolError);
  EXPECT_EQ(hear(client_frame(Opcode::kPing, "x", Fin::kNo)).fault, CloseCode::kProtocolError);
  EXPECT_EQ(hear(client_frame(Opcode::kPing, std::string(126, 'x'))).fault, CloseCode::kProtocolError);
  EXPECT_EQ(hear(client_frame(Opcode::kContinuation, "x")).fault, CloseCode::kProtocolError);
  EXPECT_EQ(hear(client_frame(Opcode::kText, "a", Fin::kNo) + client_frame(Opcode::kText, "b")).fault,
            CloseCode::kProtocolError);
  EXPECT_EQ(hear("\x82\xfe\0\x7d"s + std::string(4 + 125, '\0')).fault, CloseCode::kProtocolError);
  EXPECT_EQ(hear("\x82\xff\0\0\0\0\0\0\xff\xff"s + std::string(4, '\0')).fault, CloseCode::kProtocolError);
}

TEST(WebSocketReaderTest, S32RefusesMessagesOverTheLimitBeforeTheyHaveCome) {
  EXPECT_EQ(hear(client_frame(Opcode::kBinary, std::string(kMessageBytes, 'm')), kMessageBytes).fault,
            CloseCode::kNormal);
  EXPECT_EQ(hear("\x82\xff\0\0\0\0\0\x10\0\x01"s + std::string(4, '\0')).fault, CloseCode::kMessageTooBig);
  EXPECT_EQ(hear("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff"s + std::string(4, '\0')).fault,
            CloseCode::kMessageTooBig);
  // However many fragments it comes in.
  std::string fragments = client_frame(Opcode::kBinary, std::string(kMessageBytes, 'm'), Fin::kNo);
  EXPECT_EQ(hear(fragments + client_frame(Opcode::kContinuation, "m"), 1 << 16).fault,
            CloseCode::kMessageTooBig);
}

TEST(WebSocketReaderTest, S32RefusesTextThatIsNotUtf8) {
  for (const std::string_view text : {"\xff", "a\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
    EXPECT_EQ(hear(client_frame(Opcode::kText, text)).fault, CloseCode::kInvalidPayload) << text;
  EXPECT_EQ(hear(client_frame(Opcode::kBinary, "\xff")).fault, CloseCode::kNormal);
  // A character may be cut by a frame; what cannot become one is refused before the message ends.
  const Heard cut =
      hear(client_frame(Opcode::kText, "\xe2\x82", Fin::kNo) + client_frame(Opcode::kContinuation, "\xac"));
  ASSERT_EQ(cut.frames.size(), 1U);
  EXPECT_EQ(cut.frames[0].second, "\xe2\x82\xac");
  EXPECT_EQ(hear(client_frame(Opcode::kText, "\xff____", Fin::kNo)).fault, CloseCode::kInvalidPayload);
}

CloseCode close_code_of(std::string_view payload, bool expected) {
  bool allowed = false;
  const auto end = read_close_payload(payload, allowed);
  EXPECT_EQ(allowed, expected) << payload;
  return end.code;
}

TEST(CloseFrameTest, SaysWhatMayBeSaid) {
  EXPECT_EQ(close_code_of("", true), CloseCode::kNoStatus);
  EXPECT_EQ(close_code_of("\x03\xe8"s + "bye", true), CloseCode::kNormal);
  EXPECT_EQ(close_code_of("\x0b\xb8", true), static_cast<CloseCode>(3000));
  EXPECT_EQ(close_code_of("\x03", false), CloseCode::kProtocolError);
  for (const std::string_view code :
       {"\x03\xe7", "\x03\xec", "\x03\xed", "\x03\xee", "\x03\xf7", "\x0b\xb7", "\x13\x88"})
    EXPECT_EQ(close_code_of(code, false), CloseCode::kProtocolError);
  EXPECT_EQ(close_code_of("\x03\xe8\xff", false), CloseCode::kInvalidPayload);
}

TEST(CloseFrameTest, ReasonsAreCutBetweenCharacters) {
  std::string frame, reason(122, 'x');
  append_close_frame(frame, CloseCode::kNormal, reason + "\xe2\x82\xac");
  EXPECT_EQ(frame, "\x88\x7c\x03\xe8" + reason);
  frame.clear();
  append_close_frame(frame, CloseCode::kNoStatus, "not said");
  EXPECT_EQ(frame, "\x88\0"s);
}

}  // namespace
}  // namespace batata::net
