#include "net/client/client_call.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <charconv>

#include "net/gzip_codec.h"

namespace batata::net {
namespace {

using wire::GrpcCode;

constexpr std::size_t kWorthPacking = 512;  // below, a message and what is packed of it are one packet

// A packed message with its framing; null when packing makes it no smaller.
std::shared_ptr<const std::string> packed(const std::string& message) {
  if (message.size() < kWorthPacking) return nullptr;
  const std::string body = gzip_fast(message);
  if (body.empty() || body.size() >= message.size()) return nullptr;
  std::string framed(1, '\1');
  for (const int shift : {24, 16, 8, 0}) framed += static_cast<char>(body.size() >> shift);
  return std::make_shared<const std::string>(framed.append(body));
}

unsigned number_in(std::string_view status) {
  unsigned number = 0;
  std::from_chars(status.data(), status.data() + status.size(), number);
  return number;
}

}  // namespace

ClientCall::ClientCall(CallWishes wishes, const ClientLimits& limits, CallEvents& events)
    : wishes_(std::move(wishes)), limits_(limits), events_(events) {}

void ClientCall::start_clock(TimerWheel& timers, SteadyTime now) {
  if (wishes_.timeout == CallWishes::kNoTimeout) return;
  deadline_ = now + wishes_.timeout;
  timers.set(*this, deadline_);
}

void ClientCall::move_to(CallHome* home, std::int32_t stream) {
  home_ = home;
  stream_ = stream;
}

std::optional<Duration> ClientCall::time_left(SteadyTime now) const {
  if (deadline_ == SteadyTime::never()) return std::nullopt;
  return std::max(deadline_ - now, Duration(1));
}

void ClientCall::expired() {
  fail(GrpcCode::kDeadlineExceeded, touched_ ? "the deadline of the call has passed"
                                             : "the deadline of the call has passed before it could be sent");
}

void ClientCall::send(std::shared_ptr<const std::string> message) {
  const std::size_t size = message->size();
  if (over_ || sent_all_) return events_.sent(size);
  const std::size_t before = queue_.size();
  if (const auto framed = wishes_.gzip ? packed(*message) : nullptr) {
    queue_.push_bytes(framed, *framed);
  } else {
    queue_.push_message(std::move(message));
  }
  unsent_.push_back({queue_.size() - before, size});
  if (home_ != nullptr) home_->resume(*this);
}

void ClientCall::end_sending() {
  if (over_ || sent_all_) return;
  sent_all_ = true;
  if (home_ != nullptr) home_->resume(*this);
}

std::optional<std::size_t> ClientCall::next_bytes(std::size_t room, bool& last) const {
  const std::size_t n = std::min(room, queue_.size());
  last = sent_all_ && n == queue_.size();
  if (n == 0 && !last) return std::nullopt;
  return n;
}

void ClientCall::move_bytes(Output& out, std::size_t n) {
  queue_.move_to(out, n);
  while (n > 0) {
    Unsent& front = unsent_.front();
    const std::size_t part = std::min(n, front.queued);
    front.queued -= part;
    n -= part;
    if (front.queued > 0) return;
    const std::size_t counted = front.counted;
    unsent_.pop_front();
    events_.sent(counted);
  }
}

void ClientCall::head(const Http2Head& head, bool last) {
  if (over_) return;
  remote_ended_ = last;
  if (head.oversized)
    return fail(GrpcCode::kResourceExhausted,
                "the head of the answer is larger than " + std::to_string(limits_.header_bytes) +
                    " bytes or has more than " + std::to_string(limits_.headers) + " lines");
  if (reader_ == nullptr) return begin_answer(head, last);
  end_with(head);
}

void ClientCall::begin_answer(const Http2Head& head, bool last) {
  answered_ = true;
  const unsigned http_status = number_in(head.find(":status"));
  const std::string_view type = head.find("content-type");
  if (!is_grpc_type(type))
    return fail(code_for_http(http_status),
                "the answer is no gRPC: HTTP status " + std::to_string(http_status));
  if (last) return end_with(head);
  if (http_status != 200)
    return fail(code_for_http(http_status), "the answer has HTTP status " + std::to_string(http_status));
  reader_ = std::make_unique<MessageReader>(
      UnpackLimit{.bytes = limits_.message_bytes, .ratio = limits_.unpack_ratio},
      head.find("grpc-encoding") == "gzip");
}

void ClientCall::end_with(const Http2Head& head) {
  ending_ = status_in(head.find("grpc-status"), head.find("grpc-message"));
  if (head.find("grpc-status").empty() && reader_ == nullptr)  // HTTP's own is all that it says
    ending_->code = code_for_http(number_in(head.find(":status")));
  settle();
}

void ClientCall::data(std::string_view bytes) {
  if (over_) return;
  const auto keep = shared_from_this();  // what is wrong with the bytes ends it
  if (reader_ == nullptr) return fail(GrpcCode::kInternal, "the server has sent data before a head");
  owed_ += bytes.size();
  if (holding_) return reader_->hold(bytes);
  deliver(bytes);
  settle();
}

// What is not read stays packed where it is, so that no small part of the window grows to a large message.
void ClientCall::deliver(std::string_view bytes) {
  delivering_ = true;
  const auto error = reader_->feed(bytes, [this](std::string_view message) {
    unread_ += message.size() + kGrpcMessageHead;
    events_.message(std::string(message));
    holding_ = unread_ > limits_.unread_bytes;
    return !over_ && !holding_;
  });
  delivering_ = false;
  if (error) fail(error->code, error->message);
}

void ClientCall::settle() {
  if (over_ || holding_) return;
  if (owed_ > 0 && home_ != nullptr) home_->consume(*this, std::exchange(owed_, 0));
  if (!ending_) return;
  const bool within_message = reader_ != nullptr && reader_->buffered() > 0;
  if (within_message && ending_->code == GrpcCode::kOk)
    return fail(GrpcCode::kInternal, "the answer ends within a message");
  finish({.status = *std::exchange(ending_, std::nullopt)});
}

// Goes on when half of it has been read: each time moves what is left.
void ClientCall::consumed(std::size_t bytes) {
  if (over_) return;
  const auto keep = shared_from_this();
  unread_ -= std::min(unread_, bytes + kGrpcMessageHead);
  if (delivering_ || !holding_ || unread_ > limits_.unread_bytes / 2) return;
  holding_ = false;
  deliver({});
  settle();
}

void ClientCall::end() {
  if (over_) return;
  remote_ended_ = true;
  ending_ = status_in({}, {});
  settle();
}

void ClientCall::stream_closed(std::uint32_t error_code, SteadyTime now) {
  leave_stream();
  if (over_ || ending_) return;
  if (now >= deadline_) return expired();  // the server has seen it pass, too, and was quicker to say so
  const bool refused = error_code == NGHTTP2_REFUSED_STREAM && !answered_;
  finish(
      {.status = {code_for_reset(error_code), refused ? "the server did not take the call"
                                                      : std::string("the server has broken off the call: ") +
                                                            nghttp2_http2_strerror(error_code)},
       .untouched = refused});
}

void ClientCall::lost(const std::string& why) {
  leave_stream();
  if (over_ || ending_) return;
  finish({.status = {GrpcCode::kUnavailable, why}, .untouched = !touched_});
}

// What is not read is kept for its reader; the connection need not wait for that.
void ClientCall::leave_stream() {
  CallHome* const home = std::exchange(home_, nullptr);
  if (home != nullptr && owed_ > 0) home->consume(*this, std::exchange(owed_, 0));
}

void ClientCall::fail(GrpcCode code, std::string message) {
  finish({.status = {code, std::move(message)}, .untouched = !touched_});
}

void ClientCall::finish(CallOutcome outcome) {
  if (std::exchange(over_, true)) return;
  const auto keep = shared_from_this();
  cancel();
  queue_ = {};
  std::size_t counted = 0;
  for (const Unsent& message : std::exchange(unsent_, {})) counted += message.counted;
  if (counted > 0) events_.sent(counted);
  CallHome* const home = home_;
  leave_stream();
  if (home != nullptr) home->leave(*this, remote_ended_);
  events_.done(std::move(outcome));
}

}  // namespace batata::net
