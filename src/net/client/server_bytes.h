#pragma once
#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http2_test_client.h"

namespace batata::net {

// What a server could send, frame by frame, also what none should. For tests.

using HeadLines = std::vector<std::pair<std::string, std::string>>;

/// A header block in which nothing is packed (RFC 7541, 6.2.2); names and values are short.
[[nodiscard]] inline std::string header_block(const HeadLines& lines) {
  std::string block;
  for (const auto& [name, value] : lines) {
    block += '\0';
    for (const std::string& text : {name, value})
      block.append(1, static_cast<char>(text.size())).append(text);
  }
  return block;
}
[[nodiscard]] inline std::string head_frame(std::uint32_t stream, const HeadLines& lines, bool last = false) {
  const int flags = NGHTTP2_FLAG_END_HEADERS | (last ? NGHTTP2_FLAG_END_STREAM : 0);
  return http2_frame(NGHTTP2_HEADERS, static_cast<std::uint8_t>(flags), stream, header_block(lines));
}
[[nodiscard]] inline std::string data_frame(std::uint32_t stream, std::string_view bytes, bool last = false) {
  return http2_frame(NGHTTP2_DATA, last ? NGHTTP2_FLAG_END_STREAM : 0, stream, bytes);
}
[[nodiscard]] inline std::string number_bytes(std::uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
  return bytes;
}
[[nodiscard]] inline std::string reset_frame(std::uint32_t stream, std::uint32_t code) {
  return http2_frame(NGHTTP2_RST_STREAM, 0, stream, number_bytes(code));
}
[[nodiscard]] inline std::string goaway_bytes(std::uint32_t last, std::uint32_t code) {
  return http2_frame(NGHTTP2_GOAWAY, 0, 0, number_bytes(last) + number_bytes(code));
}
/// A server's first word, and that it has heard ours.
[[nodiscard]] inline std::string greeting() {
  return http2_frame(NGHTTP2_SETTINGS, 0, 0, "") + http2_frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, "");
}
inline const HeadLines kGrpcHead = {{":status", "200"}, {"content-type", "application/grpc"}};

}  // namespace batata::net
