#pragma once
#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>

namespace batata::net {

/// What nghttp2 tells an Http2Session of, as C functions whose `user` is the session: it counts what floods,
/// gathers heads, and gives the rest to the session and its streams. I/O thread only.
struct Http2Callbacks {
  /// Both are made once and never freed.
  [[nodiscard]] static nghttp2_session_callbacks* make();
  [[nodiscard]] static nghttp2_option* make_options();

 private:
  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user);
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user);
  static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user);
  static int on_send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head, std::size_t size,
                          nghttp2_data_source* source, void* user);
};

}  // namespace batata::net
