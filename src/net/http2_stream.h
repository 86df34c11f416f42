#pragma once
#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http2_protocol.h"
#include "net/send_queue.h"
#include "net/session.h"
#include "net/taking.h"
#include "wire/grpc.h"

namespace batata::net {

class Http2Session;
class Http2Stream;

/// What a request on a stream does with what the client sends: a gRPC call or an HTTP exchange.
class StreamWork {
 public:
  virtual ~StreamWork() = default;
  virtual void data(std::string_view bytes) = 0;
  /// The head is there, and more is to come: from now on it must come in time.
  virtual void await_rest() {}
  /// The client has ended its side.
  virtual void end() = 0;
  /// What await_rest() waits for has not come in time.
  virtual void too_slow() {}
  /// There is no room for what is not whole of it.
  virtual void no_room() {}
  /// The stream has ended. Called once, before it is destroyed.
  virtual void closed() {}
  /// Bytes of messages have been handed to the socket, and with them the ends of so many pieces.
  virtual void sent(std::size_t /*bytes*/, std::size_t /*pieces*/) {}
  /// The connection winds down: finish soon.
  virtual void wind_down() {}
  /// Bytes kept of what the client sends.
  [[nodiscard]] virtual std::size_t buffered() const = 0;
};

/// The time in which the body of a request must be whole, which grows with what has come of it
/// (RequestIntake::deadline). One for each stream whose body is awaited.
class BodyDeadline final : public WheelTimer {
 public:
  /// `owner.too_slow()` is called when the body is late; both belong to one request.
  BodyDeadline(Http2Stream& stream, StreamWork& owner) : stream_(stream), owner_(owner) {}
  void start();

 private:
  void expired() override;
  [[nodiscard]] SteadyTime when() const;

  Http2Stream& stream_;
  StreamWork& owner_;
  SteadyTime started_;
};

/// One HTTP/2 stream: its work, and what it has to send. Owned by its session; I/O thread only.
class Http2Stream {
 public:
  Http2Stream(Http2Session& session, std::int32_t id) : session_(session), id_(id) {}
  Http2Stream(const Http2Stream&) = delete;
  Http2Stream& operator=(const Http2Stream&) = delete;

  [[nodiscard]] std::int32_t id() const { return id_; }
  [[nodiscard]] Http2Session& session() { return session_; }
  /// Nothing more can be sent: the end is queued or the stream reset.
  [[nodiscard]] bool ending() const { return ending_; }
  [[nodiscard]] bool responded() const { return responded_; }

  /// Response headers. `last`: nothing follows.
  void send_headers(std::span<const nghttp2_nv> headers, bool last);
  /// The headers that every gRPC response starts with.
  void send_grpc_headers();
  /// Where the connection has no room for it, the stream is reset instead.
  void queue_message(std::shared_ptr<const std::string> message);
  /// Body bytes of an HTTP response that goes on. As above.
  void queue_bytes(std::shared_ptr<const std::string> bytes);
  /// The body ends behind what is queued.
  void finish_bytes();
  /// Body bytes of an HTTP response, its last ones, however much waits: who answers has asked for room, and a
  /// refusal needs none.
  void queue_last_bytes(std::shared_ptr<const void> owner, std::string_view bytes);
  /// Ends a gRPC call: trailers behind what is queued, or instead of a response when there is none.
  void finish(const wire::GrpcStatus& status);
  void reset(std::uint32_t error_code);
  /// What is queued will not be sent.
  void forget_queue();

  // For the session.
  [[nodiscard]] SendQueue& queue() { return queue_; }
  /// nghttp2 asks for up to `room` bytes of the body.
  ssize_t next_data(std::size_t room, std::uint32_t& flags);
  std::unique_ptr<StreamWork> work;
  bool remote_ended = false;
  Taking taking;  ///< of what is queued

 private:
  template <class Push>
  void queue(Push push);
  void begin_taking();
  void resume();
  bool make_room(std::size_t bytes);

  Http2Session& session_;
  const std::int32_t id_;
  bool responded_ = false, ending_ = false;
  SendQueue queue_;
  std::unique_ptr<wire::GrpcStatus> trailers_;
};

}  // namespace batata::net
