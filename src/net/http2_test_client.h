#pragma once
#include <nghttp2/nghttp2.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/fake_carrier.h"
#include "net/http2_session.h"

namespace batata::net {

/// A frame of HTTP/2, also one that no library would send.
[[nodiscard]] inline std::string http2_frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                                             std::string_view payload) {
  std::string out;
  for (const int shift : {16, 8, 0}) out += static_cast<char>(payload.size() >> shift);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(stream >> shift);
  return out.append(payload);
}

/// A frame that a server has sent, taken apart.
struct Http2Frame {
  std::uint8_t type = 0, flags = 0;
  std::uint32_t stream = 0;
  std::string payload;
  /// The code of RST_STREAM or GOAWAY.
  [[nodiscard]] std::uint32_t code() const {
    const std::size_t at = type == NGHTTP2_GOAWAY ? 4 : 0;
    std::uint32_t code = 0;
    for (std::size_t i = at; i < at + 4; ++i) code = code << 8 | static_cast<unsigned char>(payload.at(i));
    return code;
  }
};

/// The whole frames in what a server has sent.
[[nodiscard]] inline std::vector<Http2Frame> http2_frames(std::string_view bytes) {
  std::vector<Http2Frame> frames;
  const auto number = [&](std::size_t at, std::size_t size) {
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < size; ++i) n = n << 8 | static_cast<unsigned char>(bytes[at + i]);
    return n;
  };
  while (bytes.size() >= 9 && bytes.size() - 9 >= number(0, 3)) {
    const std::size_t size = number(0, 3);
    frames.push_back({static_cast<std::uint8_t>(bytes[3]), static_cast<std::uint8_t>(bytes[4]), number(5, 4),
                      std::string(bytes.substr(9, size))});
    bytes.remove_prefix(9 + size);
  }
  return frames;
}

/// An HTTP/2 client on nghttp2 that talks to a session in memory. For tests.
class Http2TestClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  struct Answer {
    std::map<std::string, std::string> headers, trailers;
    std::string body;
    bool closed = false;
    std::uint32_t error_code = 0;
  };

  /// `window`: bytes that the client takes on a stream and on the connection before it has to say so.
  Http2TestClient(FakeCarrier& carrier, Session& server, std::uint32_t window_size = 1 << 24)
      : carrier_(carrier), server_(server) {
    nghttp2_session_callbacks* c = nullptr;
    nghttp2_session_callbacks_new(&c);
    nghttp2_session_callbacks_set_on_header_callback(c, &on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, &on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(c, &on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(c, &on_close);
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, c, this);
    nghttp2_session_callbacks_del(c);
    h2_.reset(session);
    const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_size};
    nghttp2_submit_settings(session, 0, &window, 1);
    nghttp2_session_set_local_window_size(session, 0, 0, static_cast<std::int32_t>(window_size));
  }

  /// Starts a request whose body stays open until end(). The stream's id.
  std::int32_t start(const Headers& headers) {
    std::vector<nghttp2_nv> fields;
    for (const auto& [name, value] : headers) fields.push_back(header_field(name, value));
    nghttp2_data_provider body{};
    body.read_callback = &read_body;
    const auto id = nghttp2_submit_request(h2_.get(), nullptr, fields.data(), fields.size(), &body, nullptr);
    uploads_[id] = {};
    return id;
  }
  std::int32_t start_grpc(std::string_view path, const Headers& more = {}) {
    Headers headers = {{":method", "POST"},
                       {":scheme", "http"},
                       {":path", std::string(path)},
                       {":authority", "x"},
                       {"content-type", "application/grpc"},
                       {"te", "trailers"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return start(headers);
  }
  void send(std::int32_t id, std::string_view bytes) {
    uploads_[id].bytes.append(bytes);
    nghttp2_session_resume_data(h2_.get(), id);
  }
  void end(std::int32_t id) {
    uploads_[id].ended = true;
    nghttp2_session_resume_data(h2_.get(), id);
  }
  void cancel(std::int32_t id) { nghttp2_submit_rst_stream(h2_.get(), 0, id, NGHTTP2_CANCEL); }

  /// Exchanges bytes until both sides are silent.
  void run() {
    for (;;) {
      std::string out;
      const std::uint8_t* data = nullptr;
      while (const auto n = nghttp2_session_mem_send(h2_.get(), &data))
        out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(n));
      const std::string in = out.empty() ? carrier_.collect(server_) : carrier_.feed(server_, out);
      if (in.empty() && out.empty()) return;
      take(in);
    }
  }
  /// Takes bytes that the server has sent.
  void take(std::string_view in) {
    nghttp2_session_mem_recv(h2_.get(), reinterpret_cast<const std::uint8_t*>(in.data()), in.size());
  }
  const Answer& answer(std::int32_t id) { return answers_[id]; }
  nghttp2_session* handle() { return h2_.get(); }
  int pings_acknowledged = 0;
  std::uint32_t goaway = UINT32_MAX;  ///< the error code of the GOAWAY that came

  /// A gRPC message with its five bytes.
  static std::string framed(std::string_view message, char flag = 0) {
    std::string out(1, flag);
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> shift);
    return out.append(message);
  }

 private:
  struct Upload {
    std::string bytes;
    bool ended = false;
  };
  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  static Http2TestClient& of(void* user) { return *static_cast<Http2TestClient*>(user); }
  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* to, std::size_t room,
                           std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& upload = of(user).uploads_[id];
    if (upload.bytes.empty() && !upload.ended) return NGHTTP2_ERR_DEFERRED;
    const std::size_t n = std::min(room, upload.bytes.size());
    upload.bytes.copy(reinterpret_cast<char*>(to), n);
    upload.bytes.erase(0, n);
    if (upload.bytes.empty() && upload.ended) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(n);
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user) {
    auto& answer = of(user).answers_[frame->hd.stream_id];
    auto& fields = frame->headers.cat == NGHTTP2_HCAT_RESPONSE ? answer.headers : answer.trailers;
    fields[{reinterpret_cast<const char*>(name), name_size}] = {reinterpret_cast<const char*>(value),
                                                                value_size};
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user) {
    of(user).answers_[id].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
      ++of(user).pings_acknowledged;
    if (frame->hd.type == NGHTTP2_GOAWAY) of(user).goaway = frame->goaway.error_code;
    return 0;
  }
  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error_code, void* user) {
    of(user).answers_[id].closed = true;
    of(user).answers_[id].error_code = error_code;
    return 0;
  }

  FakeCarrier& carrier_;
  Session& server_;
  std::unique_ptr<nghttp2_session, Free> h2_;
  std::map<std::int32_t, Upload> uploads_;
  std::map<std::int32_t, Answer> answers_;
};

}  // namespace batata::net
