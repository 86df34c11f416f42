#include "net/web_socket_session.h"

#include <algorithm>
#include <utility>

#include "wire/refusal.h"

namespace batata::net {
namespace {

using wire::CloseCode;

Opcode opcode_of(wire::MessageKind kind) {
  return kind == wire::MessageKind::kText ? Opcode::kText : Opcode::kBinary;
}

}  // namespace

// The sending side, as faces hold it.
class WebSocketSession::Side final : public wire::WebSocket {
 public:
  Side(std::shared_ptr<Ref> session, std::size_t unsent_max) : side_(std::move(session), 0, unsent_max) {}

  void send(wire::MessageKind kind, std::shared_ptr<const std::string> message) override {
    const std::size_t size = message->size();
    side_.send(size, [kind, message = std::move(message)](WebSocketSession& session, std::int32_t) mutable {
      session.queue(opcode_of(kind), std::move(message));
    });
  }
  void close(CloseCode code, std::string_view reason) override {
    side_.finish([code, reason = std::string(reason)](WebSocketSession& session, std::int32_t) {
      session.queue_close(code, reason);
    });
  }
  std::size_t unsent_bytes() const override { return side_.meter().unsent(); }
  [[nodiscard]] SendMeter& meter() { return side_.meter(); }

 private:
  SendSide<WebSocketSession> side_;
};

WebSocketSession::WebSocketSession(Carrier& carrier, const Service& service, wire::WebSocketStart start,
                                   std::string early)
    : carrier_(carrier),
      service_(service),
      self_(std::make_shared<Ref>(Ref{carrier.door(), this})),
      start_(std::move(start)),
      early_(std::move(early)),
      reader_(service.limits.message_bytes),
      side_(std::make_shared<Side>(self_, service.limits.stream_unsent_bytes)),
      last_received_(carrier.now()) {
  update_deadline();
}

WebSocketSession::~WebSocketSession() {
  self_->session = nullptr;
  tell_ended(CloseCode::kAbnormal);
  side_->meter().drop();
}

void WebSocketSession::begin() {
  state_ = State::kOpen;
  handler_ = std::exchange(start_, nullptr)(side_);
  if (handler_ == nullptr) end(CloseCode::kInternalError, {});
  if (!early_.empty()) receive(early_);
  std::string().swap(early_);
}

void WebSocketSession::receive(std::span<char> bytes) {
  last_received_ = carrier_.now();
  ping_sent_ = SteadyTime::never();
  while (!client_done_) {
    const auto step = reader_.take(bytes);
    if (step == WebSocketReader::Step::kMore) break;
    if (step == WebSocketReader::Step::kFault) {
      if (reader_.fault().code == CloseCode::kMessageTooBig) service_.meters->count(Limit::kMessageBytes);
      end(reader_.fault().code, reader_.fault().reason);
    } else {
      take(reader_.opcode(), reader_.payload());
    }
  }
  if (!client_done_ && is_one_too_many(service_, reader_.buffered()))
    end(CloseCode::kTryAgainLater, wire::kTooMuchIsSent.reason);
  if (client_done_) reader_.drop();  // not within end(): a handler that causes it may still look at a message
  update_deadline();
}

void WebSocketSession::take(Opcode opcode, std::string_view payload) {
  switch (opcode) {
    case Opcode::kClose: {
      bool allowed = false;
      const WebSocketEnd said = read_close_payload(payload, allowed);
      return end(said.code, allowed ? std::string_view() : said.reason);
    }
    case Opcode::kPing:
      if (state_ != State::kOpen) return;
      append_frame_head(carrier_.output().flat(), Opcode::kPong, payload.size());
      carrier_.output().append(payload);
      return carrier_.request_flush();
    case Opcode::kPong:
      return;
    default:
      if (handler_ == nullptr || state_ != State::kOpen) return;
      // A message is a request; without an answer to refuse it, the WebSocket ends.
      if (service_.load != nullptr && !service_.load->admits(wire::Priority::kRead))
        return end(CloseCode::kTryAgainLater, wire::kOverloaded.reason);
      handler_->message(opcode == Opcode::kText ? wire::MessageKind::kText : wire::MessageKind::kBinary,
                        payload);
  }
}

void WebSocketSession::queue(Opcode opcode, std::shared_ptr<const std::string> payload) {
  if (close_queued_ || state_ == State::kDone) return;
  queued_ += payload->size() + kPieceCost;
  queue_.push_back({opcode, std::move(payload)});
  carrier_.request_flush();
}

void WebSocketSession::queue_close(CloseCode code, std::string_view reason) {
  if (close_queued_ || state_ == State::kDone) return;
  close_queued_ = true;
  close_code_ = code;
  close_reason_ = reason;
  side_->meter().end();
  carrier_.request_flush();
}

void WebSocketSession::produce() {
  if (state_ == State::kBegin) begin();
  Output& out = carrier_.output();
  if (out.empty())
    side_->meter().note_sent(std::exchange(moved_bytes_, 0), std::exchange(moved_messages_, 0));
  while (!queue_.empty() && out.size() < Output::kAheadMax) {
    auto [opcode, payload] = std::move(queue_.front());
    queue_.pop_front();
    append_frame_head(out.flat(), opcode, payload->size());
    queued_ -= payload->size() + kPieceCost;
    moved_bytes_ += payload->size();
    ++moved_messages_;
    const std::string_view bytes = *payload;
    out.append_shared(std::move(payload), bytes);
  }
  if (queue_.empty() && close_queued_ && state_ == State::kOpen) {
    append_close_frame(out.flat(), close_code_, close_reason_);
    state_ = client_done_ ? State::kDone : State::kClosing;
    end_by_ = std::min(end_by_, carrier_.now() + kWindDownGrace);
  }
  update_deadline();
}

void WebSocketSession::cut_off(std::int32_t) {
  service_.meters->count(Limit::kUnsentBytesOfStream);
  queue_.clear();
  queued_ = 0;
  close_queued_ = false;  // whatever was to be said: something is missing
  end(CloseCode::kPolicyViolation, "messages are not read");
}

// Nothing more is read: the client has closed, breaks a rule, or does not read. What is queued goes out
// first.
void WebSocketSession::end(CloseCode code, std::string_view reason) {
  if (std::exchange(client_done_, true)) return;
  if (state_ == State::kClosing) state_ = State::kDone;  // ours is out
  queue_close(code, reason);
  end_by_ = std::min(end_by_, carrier_.now() + kWindDownGrace);
  tell_ended(code);
  update_deadline();
  carrier_.request_flush();
}

void WebSocketSession::tell_ended(CloseCode code) {
  if (const auto handler = std::move(handler_)) handler->ended(code);
}

void WebSocketSession::update_deadline() {
  SteadyTime due = end_by_;
  if (state_ == State::kOpen)
    due = std::min(due, pinged() ? ping_sent_ + service_.limits.ping_timeout
                                 : last_received_ + service_.limits.stream_keep_alive);
  carrier_.set_deadline(due);
}

void WebSocketSession::deadline_passed() {
  const SteadyTime now = carrier_.now();
  // While it has something to take, a pong stands behind that: whether it takes it is the socket's to watch.
  if (held().unsent > 0 || !carrier_.output().empty()) {
    last_received_ = now;
    if (pinged()) ping_sent_ = now;
  }
  if (now >= end_by_ || (pinged() && now >= ping_sent_ + service_.limits.ping_timeout)) {
    if (now < end_by_) service_.meters->count(Limit::kPingTime);
    broken_ = true;
  } else if (state_ == State::kOpen && !pinged() &&
             now >= last_received_ + service_.limits.stream_keep_alive) {
    append_frame_head(carrier_.output().flat(), Opcode::kPing, 0);
    ping_sent_ = now;
  }
  update_deadline();
  carrier_.request_flush();
}

void WebSocketSession::wind_down() {
  end_by_ = std::min(end_by_, carrier_.now() + kWindDownGrace);
  if (state_ == State::kBegin) begin();
  queue_close(CloseCode::kGoingAway, "the server stops");
  update_deadline();
}

}  // namespace batata::net
