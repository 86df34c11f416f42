#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "net/send_side.h"
#include "net/session.h"
#include "net/web_socket_codec.h"

namespace batata::net {

/// A WebSocket on a connection whose HTTP/1.1 session has answered the handshake. Extensions are not agreed
/// on. Source: RFC 6455, sections 5 to 7.
class WebSocketSession final : public Session {
 public:
  /// `early`: what the client has sent behind its handshake.
  WebSocketSession(Carrier& carrier, const Service& service, wire::WebSocketStart start, std::string early);
  ~WebSocketSession() override;

  void receive(std::span<char> bytes) override;
  void produce() override;
  bool finished() const override { return state_ == State::kDone; }
  bool aborted() const override { return broken_; }
  Held held() const override { return {.unsent = queued_, .unfinished = reader_.buffered()}; }
  bool wants_input(bool blocked) const override { return !blocked; }
  void deadline_passed() override;
  void wind_down() override;

  // For the sending side.
  void queue(Opcode opcode, std::shared_ptr<const std::string> payload);
  void queue_close(wire::CloseCode code, std::string_view reason);
  void cut_off(std::int32_t);

 private:
  using Ref = SessionRef<WebSocketSession>;
  class Side;
  enum class State : std::uint8_t {
    kBegin,  // the handler is not made yet
    kOpen,
    kClosing,  // our close frame is in the output, the client's is awaited
    kDone,     // both are; what is in the output goes out
  };
  struct Queued {
    Opcode opcode;
    std::shared_ptr<const std::string> payload;
  };
  void begin();
  void take(Opcode opcode, std::string_view payload);
  void end(wire::CloseCode code, std::string_view reason);
  void tell_ended(wire::CloseCode code);
  void update_deadline();
  [[nodiscard]] bool pinged() const { return ping_sent_ != SteadyTime::never(); }

  Carrier& carrier_;
  const Service& service_;
  const std::shared_ptr<Ref> self_;
  wire::WebSocketStart start_;
  std::string early_;
  WebSocketReader reader_;
  State state_ = State::kBegin;
  std::shared_ptr<Side> side_;
  std::unique_ptr<wire::WebSocketHandler> handler_;  // null: it has been told the end
  std::deque<Queued> queue_;
  std::size_t queued_ = 0;                            // bytes in there, and what the messages cost
  std::size_t moved_bytes_ = 0, moved_messages_ = 0;  // that are in the output
  bool close_queued_ = false, client_done_ = false;   // the latter: nothing more of it is read
  wire::CloseCode close_code_ = wire::CloseCode::kNormal;
  std::string close_reason_;
  SteadyTime last_received_, ping_sent_ = SteadyTime::never(), end_by_ = SteadyTime::never();
  bool broken_ = false;
};

}  // namespace batata::net
