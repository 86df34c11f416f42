#pragma once
#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/client/client_call.h"
#include "net/client/client_limits.h"
#include "net/http2_floods.h"
#include "net/http2_head.h"
#include "net/session.h"

namespace batata::net {

/// The client's side of HTTP/2 on one connection, for gRPC calls: bytes in, bytes out, no sockets. I/O thread
/// only. Source: RFC 9113; https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
class ClientSession final : public Session, private CallHome {
 public:
  /// `authority`: the name of the server as it is told to it. `tls`: what `line` carries is TLS.
  ClientSession(Line& line, const ClientLimits& limits, std::string authority, bool tls);
  /// Calls that are not over are lost.
  ~ClientSession() override;

  /// Whether a call may start now: the server has greeted us, is not going away, and has room for a stream.
  [[nodiscard]] bool has_room() const;
  /// The server has said its first word.
  [[nodiscard]] bool greeted() const { return greeted_; }
  /// No call starts here any more.
  [[nodiscard]] bool going_away() const { return going_away_; }
  /// Calls that have a stream.
  [[nodiscard]] std::size_t calls() const { return streams_.size(); }
  /// A call was begun here.
  [[nodiscard]] bool asked() const { return asked_; }
  /// The server has begun to answer one.
  [[nodiscard]] bool answered() const { return answered_; }
  /// Gives the call a stream. False: none is left on this connection, and the call stays where it is.
  [[nodiscard]] bool start(const std::shared_ptr<ClientCall>& call);
  /// The connection has ended: calls that are not over are lost.
  void lost(const std::string& why);
  /// Why it is broken, in words; empty when it is not.
  [[nodiscard]] const std::string& failure() const { return failure_; }

  void receive(std::span<char> bytes) override;
  void produce() override;
  bool finished() const override;
  bool aborted() const override { return broken_; }
  Held held() const override { return {}; }
  bool wants_input(bool) const override { return true; }  // window updates and pings are read at all times
  void deadline_passed() override;
  /// Ends the connection once all calls are over; no call starts any more.
  void wind_down() override;

 private:
  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  static nghttp2_session_callbacks* callbacks();
  static ClientSession& of(void* user) { return *static_cast<ClientSession*>(user); }
  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user);
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int error, void* user);
  static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int, void* user);
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t error_code, void* user);
  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t*, std::size_t room,
                           std::uint32_t* flags, nghttp2_data_source*, void* user);
  static int on_send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head, std::size_t size,
                          nghttp2_data_source*, void* user);

  // CallHome
  void resume(ClientCall& call) override;
  void consume(ClientCall& call, std::size_t bytes) override;
  void leave(ClientCall& call, bool answered) override;

  [[nodiscard]] std::shared_ptr<ClientCall> find(std::int32_t id) const;
  void head_complete(const nghttp2_frame& frame);
  void close_stream(std::int32_t id, std::uint32_t error_code);
  void break_off(std::string why);
  void update_deadline();

  Line& line_;
  const ClientLimits& limits_;
  const std::string authority_;
  const bool tls_;
  std::unique_ptr<nghttp2_session, Free> h2_;
  // By stream; null: the call is over, and the stream ends soon.
  std::unordered_map<std::int32_t, std::shared_ptr<ClientCall>> streams_;
  Http2Head head_;  // that is arriving; blocks are never interleaved
  Http2Floods floods_;
  std::string failure_, mistake_;
  SteadyTime last_received_, idle_since_;
  SteadyTime pinged_ = SteadyTime::never();  // never: no answer to a ping is awaited
  bool greeted_ = false, going_away_ = false, winding_down_ = false, broken_ = false;
  bool asked_ = false, answered_ = false;
};

}  // namespace batata::net
