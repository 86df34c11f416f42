#include "net/grpc_call.h"

#include <string>
#include <utility>

#include "net/grpc_codec.h"
#include "net/http2_exchange.h"
#include "net/send_side.h"
#include "wire/refusal.h"

namespace batata::net {
namespace {

using wire::GrpcCode;
using wire::GrpcStatus;
using Ref = Http2Session::Ref;

// Ends a call that is not answered when its deadline comes. The rule is one for calls of both kinds.
class Deadline final : public WheelTimer {
 public:
  explicit Deadline(Http2Stream& stream) : stream_(stream) {}
  void start(Duration timeout) {
    auto& carrier = stream_.session().carrier();
    carrier.timers().set(*this, carrier.now() + timeout);
  }

 private:
  void expired() override {
    stream_.finish({GrpcCode::kDeadlineExceeded, "the deadline of the call has passed"});
  }
  Http2Stream& stream_;
};

UnpackLimit message_limit(Http2Stream& stream) {
  const Limits& limits = stream.session().service().limits;
  return {.bytes = limits.message_bytes, .ratio = limits.unpack_ratio};
}

struct CallOptions {
  bool gzip = false;
  std::optional<Duration> timeout;
};

// The one answer to a unary call.
class ReplyOnce {
 public:
  ReplyOnce(std::shared_ptr<Ref> session, std::int32_t id) : session_(std::move(session)), id_(id) {}
  ReplyOnce(ReplyOnce&&) noexcept = default;
  ReplyOnce& operator=(ReplyOnce&&) = delete;
  ~ReplyOnce() {
    if (session_ != nullptr) (*this)({GrpcCode::kInternal, "the call was dropped"}, {});
  }
  void operator()(GrpcStatus status, std::string message) {
    const auto session = std::move(session_);
    if (session == nullptr) return;
    with_session(session, [id = id_, status = std::move(status),
                           message = std::move(message)](Http2Session& session) mutable {
      Http2Stream* const stream = session.find(id);
      if (stream == nullptr || stream->ending()) return;  // cancelled, or its deadline has passed
      if (status.code == GrpcCode::kOk && !session.has_room(message.size())) {
        return stream->finish({GrpcCode::kResourceExhausted, "the client takes its answers too slowly"});
      }
      if (status.code == GrpcCode::kOk) {
        stream->send_grpc_headers();
        stream->queue_message(std::make_shared<const std::string>(std::move(message)));
      }
      stream->finish(status);
    });
  }

 private:
  std::shared_ptr<Ref> session_;
  std::int32_t id_;
};

// Ends a call whose client has sent what is no message, or one that is too large.
void refuse_message(Http2Stream& stream, const GrpcStatus& error) {
  if (error.code == GrpcCode::kResourceExhausted)
    stream.session().service().meters->count(Limit::kMessageBytes);
  stream.finish(error);
}

class UnaryCall final : public StreamWork {
 public:
  UnaryCall(Http2Stream& stream, const wire::GrpcMethod& method, const CallOptions& options)
      : stream_(stream),
        method_(method),
        deadline_(stream),
        message_deadline_(stream, *this),
        reader_(message_limit(stream), options.gzip) {
    if (options.timeout) deadline_.start(*options.timeout);
  }

  void await_rest() override { message_deadline_.start(); }
  void too_slow() override {
    if (stream_.ending()) return;
    stream_.session().service().meters->count(Limit::kTransferRate);
    stream_.finish({GrpcCode::kDeadlineExceeded, "the message took too long"});
  }
  void no_room() override {
    if (stream_.ending()) return;
    reader_.forget();
    std::string().swap(message_);
    stream_.finish({GrpcCode::kResourceExhausted, std::string(wire::kTooMuchIsSent.reason)});
  }

  void data(std::string_view bytes) override {
    if (stream_.ending()) return;
    const auto error = reader_.feed(bytes, [this](std::string_view message) {
      if (++messages_ == 1) message_ = message;
      return messages_ == 1;
    });
    if (error) refuse_message(stream_, *error);
    if (messages_ > 1) stream_.finish({GrpcCode::kInternal, "more than one message in a unary call"});
  }
  void end() override {
    message_deadline_.cancel();
    if (stream_.ending()) return;
    if (messages_ != 1 || reader_.buffered() > 0)
      return stream_.finish({GrpcCode::kInternal, "a unary call needs one whole message"});
    const std::string message = std::move(message_);
    message_.clear();
    Http2Session& session = stream_.session();
    method_.unary(session.carrier().transport(), message, ReplyOnce(session.self(), stream_.id()));
  }
  std::size_t buffered() const override { return reader_.buffered() + message_.size(); }

 private:
  Http2Stream& stream_;
  const wire::GrpcMethod& method_;
  Deadline deadline_;
  BodyDeadline message_deadline_;
  MessageReader reader_;
  int messages_ = 0;
  std::string message_;
};

// The sending side of a stream, as handlers and the domain's loop hold it. Who does not read loses the
// stream, comes back and asks for the state anew.
class GrpcDuplex final : public wire::Duplex {
 public:
  GrpcDuplex(std::shared_ptr<Ref> session, std::int32_t id, const Service& service)
      : side_(std::move(session), id, service.limits.stream_unsent_bytes) {}

  void send(std::shared_ptr<const std::string> message) override {
    const std::size_t size = message->size() + kGrpcMessageHead;
    side_.send(size, [message = std::move(message)](Http2Session& session, std::int32_t id) mutable {
      if (Http2Stream* const stream = session.find(id)) stream->queue_message(std::move(message));
    });
  }
  void finish(GrpcStatus status) override {
    side_.finish([status = std::move(status)](Http2Session& session, std::int32_t id) {
      if (Http2Stream* const stream = session.find(id)) stream->finish(status);
    });
  }
  std::size_t unsent_bytes() const override { return side_.meter().unsent(); }

  /// On the I/O thread.
  [[nodiscard]] SendMeter& meter() { return side_.meter(); }

 private:
  SendSide<Http2Session> side_;
};

class StreamingCall final : public StreamWork {
 public:
  StreamingCall(Http2Stream& stream, const wire::GrpcMethod& method, const CallOptions& options)
      : stream_(stream),
        duplex_(
            std::make_shared<GrpcDuplex>(stream.session().self(), stream.id(), stream.session().service())),
        deadline_(stream),
        message_deadline_(stream, *this),
        reader_(message_limit(stream), options.gzip),
        outlives_client_(method.server_streams) {
    if (options.timeout) deadline_.start(*options.timeout);
    stream_.send_grpc_headers();
    handler_ = method.stream(stream.session().carrier().transport(), duplex_);
    if (handler_ == nullptr) stream_.finish({GrpcCode::kInternal, "the stream was refused"});
  }

  void data(std::string_view bytes) override {
    if (handler_ == nullptr)
      return;  // it has ended already, and the reader may have refused what came before
    const bool awaited = reader_.buffered() > 0;
    const auto error = reader_.feed(bytes, [this](std::string_view message) {
      asked_ = true;
      if (handler_ != nullptr) handler_->message(message);
      return handler_ != nullptr;
    });
    if (!error) return watch_message(awaited);
    refuse_message(stream_, *error);
    tell_ended();
  }
  void end() override {
    const bool within_message = reader_.buffered() > 0;
    if (within_message) stream_.finish({GrpcCode::kInternal, "the stream ends within a message"});
    if (outlives_client_ && !within_message && asked_) return;
    if (outlives_client_ && !asked_) stream_.finish({GrpcCode::kInternal, "the call needs a message"});
    tell_ended();
    // What the handler has said on other threads may be under way; the end comes behind what was handed over.
    const auto& door = stream_.session().carrier().door();
    door->post([duplex = duplex_] { duplex->finish({}); });
  }
  void sent(std::size_t bytes, std::size_t pieces) override { duplex_->meter().note_sent(bytes, pieces); }
  void closed() override {
    duplex_->meter().drop();
    tell_ended();
  }
  void wind_down() override { duplex_->finish({}); }
  void no_room() override {
    if (handler_ == nullptr) return;
    reader_.forget();
    stream_.finish({GrpcCode::kResourceExhausted, std::string(wire::kTooMuchIsSent.reason)});
    tell_ended();
  }
  void too_slow() override {
    if (handler_ == nullptr) return;
    stream_.session().service().meters->count(Limit::kTransferRate);
    reader_.forget();
    stream_.finish({GrpcCode::kDeadlineExceeded, "the message took too long"});
    tell_ended();
  }
  std::size_t buffered() const override { return reader_.buffered(); }

 private:
  // A stream may be silent for as long as it likes, but not within a message. `awaited`: one was under way.
  void watch_message(bool awaited) {
    if (reader_.buffered() == 0) {
      message_deadline_.cancel();
    } else if (!awaited || !message_deadline_.is_set()) {
      message_deadline_.start();
    }
  }
  void tell_ended() {
    if (const auto handler = std::move(handler_)) handler->ended();
  }

  Http2Stream& stream_;
  const std::shared_ptr<GrpcDuplex> duplex_;
  Deadline deadline_;
  BodyDeadline message_deadline_;
  MessageReader reader_;
  const bool outlives_client_;
  bool asked_ = false;  // a message has come
  std::unique_ptr<wire::StreamHandler> handler_;
};

// What the head says of packing and time. A status when it says something that is not understood.
std::optional<GrpcStatus> read_options(const Http2Head& head, CallOptions& options) {
  for (const auto& field : head.fields) {
    const auto name = head.name(field), value = head.value(field);
    if (name == "grpc-encoding") {
      options.gzip = value == "gzip";
      if (!options.gzip && value != "identity")
        return GrpcStatus{GrpcCode::kUnimplemented,
                          "grpc-encoding " + std::string(value) + " is not spoken here"};
    } else if (name == "grpc-timeout") {
      options.timeout = parse_grpc_timeout(value);
      if (!options.timeout) return GrpcStatus{GrpcCode::kInternal, "malformed grpc-timeout"};
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_grpc(const Http2Head& head) {
  return is_grpc_type(head.find("content-type")) && head.find(":method") == "POST";
}

void refuse_oversized(Http2Stream& stream, const Http2Head& head) {
  constexpr std::string_view kReason = "the head of the request is too large";
  if (is_grpc(head)) return stream.finish({GrpcCode::kResourceExhausted, std::string(kReason)});
  refuse_exchange(stream, {431, kReason});
}

std::unique_ptr<StreamWork> start_grpc_call(Http2Stream& stream, const Http2Head& head) {
  const auto& methods = stream.session().service().methods;
  stream.session().service().meters->count(Meters::kGrpcCall);
  const auto path = head.find(":path");
  const auto method = methods.find(path);
  CallOptions options;
  if (method == methods.end()) {
    stream.finish({GrpcCode::kUnimplemented, "unknown method " + std::string(path)});
  } else if (const auto error = read_options(head, options)) {
    stream.finish(*error);
  } else if (method->second.unary != nullptr) {
    return std::make_unique<UnaryCall>(stream, method->second, options);
  } else {
    return std::make_unique<StreamingCall>(stream, method->second, options);
  }
  return nullptr;
}

}  // namespace batata::net
