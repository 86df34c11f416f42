#include "net/http2_goaway.h"

#include <nghttp2/nghttp2.h>

#include "wire/refusal.h"

namespace batata::net {
namespace {

void append_number(std::string& out, std::uint32_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}

std::string frame(std::uint8_t type, std::string_view payload) {
  std::string out;
  append_number(out, static_cast<std::uint32_t>(payload.size()), 3);
  out += static_cast<char>(type);
  out.append(5, '\0');  // no flags, and the connection's own stream
  return out.append(payload);
}

}  // namespace

std::string goaway_frame(std::uint32_t last_stream, std::uint32_t error_code, std::string_view reason) {
  std::string payload;
  append_number(payload, last_stream, 4);
  append_number(payload, error_code, 4);
  return frame(NGHTTP2_GOAWAY, payload.append(reason));
}

std::string too_many_http2() {
  return frame(NGHTTP2_SETTINGS, {}) +
         goaway_frame(0, NGHTTP2_ENHANCE_YOUR_CALM, wire::kTooManyConnections.reason);
}

}  // namespace batata::net
