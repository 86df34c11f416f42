#include "net/http2_stream.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "net/grpc_codec.h"
#include "net/http2_session.h"
#include "net/request_intake.h"

namespace batata::net {
namespace {

ssize_t read_data(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t room, std::uint32_t* flags,
                  nghttp2_data_source* source, void*) {
  return static_cast<Http2Stream*>(source->ptr)->next_data(room, *flags);
}

class StatusText {
 public:
  explicit StatusText(wire::GrpcCode code)
      : end_(std::to_chars(text_.data(), text_.data() + text_.size(), static_cast<unsigned>(code)).ptr) {}
  std::string_view text() const { return {text_.data(), static_cast<std::size_t>(end_ - text_.data())}; }

 private:
  std::array<char, 4> text_{};
  char* end_;
};

}  // namespace

SteadyTime BodyDeadline::when() const {
  return RequestIntake::deadline(started_, owner_.buffered(), stream_.session().service().limits);
}

void BodyDeadline::start() {
  auto& carrier = stream_.session().carrier();
  started_ = carrier.now();
  if (const SteadyTime due = when(); due != SteadyTime::never()) carrier.timers().set(*this, due);
}

// What has come meanwhile has moved the time; the timer is not touched for every piece.
void BodyDeadline::expired() {
  auto& carrier = stream_.session().carrier();
  if (const SteadyTime due = when(); carrier.now() < due) return carrier.timers().set(*this, due);
  stream_.session().too_slow(stream_);
}

void Http2Stream::send_headers(std::span<const nghttp2_nv> headers, bool last) {
  responded_ = true;
  ending_ |= last;
  nghttp2_data_provider body{};
  body.source.ptr = this;
  body.read_callback = &read_data;
  nghttp2_submit_response(session_.handle(), id_, headers.data(), headers.size(), last ? nullptr : &body);
  session_.wake();
}

void Http2Stream::send_grpc_headers() {
  const std::array headers = {literal_field(":status", "200"),
                              literal_field("content-type", "application/grpc"),
                              literal_field("grpc-accept-encoding", "gzip")};
  send_headers(headers, false);
}

template <class Push>
void Http2Stream::queue(Push push) {
  begin_taking();
  const std::size_t before = queue_.cost();
  push(queue_);
  session_.note_queued(static_cast<std::ptrdiff_t>(queue_.cost() - before));
  resume();
}

void Http2Stream::queue_message(std::shared_ptr<const std::string> message) {
  if (ending_ || !make_room(message->size())) return;
  queue([&](SendQueue& queue) { queue.push_message(std::move(message)); });
}

void Http2Stream::queue_bytes(std::shared_ptr<const std::string> bytes) {
  if (ending_ || !make_room(bytes->size())) return;
  const std::string_view view = *bytes;
  queue([&](SendQueue& queue) { queue.push_bytes(std::move(bytes), view); });
}

void Http2Stream::finish_bytes() {
  if (ending_) return;
  ending_ = true;
  resume();
}

void Http2Stream::queue_last_bytes(std::shared_ptr<const void> owner, std::string_view bytes) {
  if (ending_) return;
  ending_ = true;
  queue([&](SendQueue& queue) { queue.push_bytes(std::move(owner), bytes); });
}

void Http2Stream::finish(const wire::GrpcStatus& status) {
  if (ending_) return;
  ending_ = true;
  if (responded_) {
    trailers_ = std::make_unique<wire::GrpcStatus>(status);
    return resume();
  }
  const StatusText code(status.code);
  const std::string message = encode_grpc_message(status.message);
  const std::array headers = {
      literal_field(":status", "200"), literal_field("content-type", "application/grpc"),
      literal_field("grpc-accept-encoding", "gzip"), literal_field("grpc-status", code.text()),
      literal_field("grpc-message", message)};
  send_headers(std::span(headers).first(message.empty() ? 4 : 5), true);
}

void Http2Stream::reset(std::uint32_t error_code) {
  ending_ = true;
  nghttp2_submit_rst_stream(session_.handle(), NGHTTP2_FLAG_NONE, id_, error_code);
  session_.wake();
}

// Who asks for more than it takes loses the stream that makes it too much, not the others.
bool Http2Stream::make_room(std::size_t bytes) {
  if (session_.has_room(bytes)) return true;
  reset(NGHTTP2_ENHANCE_YOUR_CALM);
  forget_queue();
  return false;
}

void Http2Stream::begin_taking() {
  taking.begin(session_.carrier().now(), session_.service().limits.stall_timeout);
}

void Http2Stream::forget_queue() {
  taking.end();
  session_.note_queued(-static_cast<std::ptrdiff_t>(queue_.cost()));
  queue_ = {};
}

void Http2Stream::resume() {
  nghttp2_session_resume_data(session_.handle(), id_);  // fails harmlessly when nghttp2 is not waiting for us
  session_.wake();
}

ssize_t Http2Stream::next_data(std::size_t room, std::uint32_t& flags) {
  const std::size_t n = std::min(room, queue_.size());
  if (n == 0 && !ending_) return NGHTTP2_ERR_DEFERRED;
  if (n > 0) flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (!ending_ || n < queue_.size()) return static_cast<ssize_t>(n);
  flags |= NGHTTP2_DATA_FLAG_EOF;
  if (trailers_ == nullptr) return static_cast<ssize_t>(n);
  flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  const StatusText code(trailers_->code);
  const std::string message = encode_grpc_message(trailers_->message);
  const std::array trailers = {literal_field("grpc-status", code.text()),
                               literal_field("grpc-message", message)};
  nghttp2_submit_trailer(session_.handle(), id_, trailers.data(), message.empty() ? 1 : 2);
  return static_cast<ssize_t>(n);
}

}  // namespace batata::net
