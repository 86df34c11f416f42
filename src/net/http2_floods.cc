#include "net/http2_floods.h"

namespace batata::net {

bool Http2Floods::flooded(const nghttp2_frame_hd& head, SteadyTime now) {
  const bool ack = (head.flags & NGHTTP2_FLAG_ACK) != 0;
  const bool ends = (head.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (head.type) {
    case NGHTTP2_RST_STREAM:
      return !resets_.count(now);
    case NGHTTP2_PING:
      return !pings_.count(now);
    case NGHTTP2_SETTINGS:
      return !ack && !settings_.count(now);
    case NGHTTP2_WINDOW_UPDATE:
      return !windows_.count(now);
    case NGHTTP2_DATA:
      return head.length == 0 && !ends && !idle_.count(now);
    case NGHTTP2_HEADERS:
    case NGHTTP2_CONTINUATION:
      return false;  // streams, and the size of what they bring, have limits of their own
    default:
      return !idle_.count(now);  // PRIORITY, GOAWAY and what nobody knows
  }
}

bool Http2Floods::provoked(std::uint32_t error_code, SteadyTime now) {
  // NO_ERROR follows a whole answer: it spares the client the rest of its body (RFC 9113, 8.1).
  return error_code != NGHTTP2_NO_ERROR && !resets_.count(now);
}

}  // namespace batata::net
