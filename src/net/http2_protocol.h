#pragma once
#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/output.h"

namespace batata::net {

// What both sides of HTTP/2 do alike, around nghttp2. I/O thread only.

/// Options that keep what a peer may make a session hold within bounds. Never freed: the caller keeps them
/// for all sessions of its kind.
[[nodiscard]] nghttp2_option* http2_options();

/// For frames of a type that nobody knows: they are counted where they begin, and ignored (RFC 9113, 5.5).
int ignore_http2_frame(nghttp2_session*, void**, const nghttp2_frame_hd*, void*);

/// Frames made before the socket has taken those that were.
constexpr std::size_t kHttp2BatchMax = 64 << 10;

/// Appends the frames that can be sent now to `out`, until kHttp2BatchMax wait there or `stopped()`. False:
/// the session is of no use any more.
template <class Stopped>
[[nodiscard]] bool make_frames(nghttp2_session* session, Output& out, Stopped stopped) {
  while (out.size() < kHttp2BatchMax) {
    const std::uint8_t* data = nullptr;
    const ssize_t n = nghttp2_session_mem_send(session, &data);
    if (n < 0) return false;
    if (n == 0) break;
    out.append({reinterpret_cast<const char*>(data), static_cast<std::size_t>(n)});
    if (stopped()) break;
  }
  return true;
}

/// A header; both parts are copied when it is submitted.
[[nodiscard]] nghttp2_nv header_field(std::string_view name, std::string_view value);
/// The same with a name that is a literal: it is not copied.
[[nodiscard]] nghttp2_nv literal_field(std::string_view name, std::string_view value);

/// Bytes before the payload of every frame (RFC 9113, 4.1).
inline constexpr std::size_t kHttp2FrameHead = 9;

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace batata::net
