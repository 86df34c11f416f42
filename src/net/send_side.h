#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "net/send_meter.h"
#include "net/session.h"

namespace batata::net {

/// What the sending sides that faces hold have in common, be it of a gRPC stream, of a body that goes on or
/// of a WebSocket: what they send goes to the session on its thread, counted on the way, and whoever has too
/// much gathered is cut off there with session.cut_off(stream). Any thread.
template <class Session>
class SendSide {
 public:
  using Ref = std::shared_ptr<SessionRef<Session>>;
  /// `stream`: what the session knows it by; it may have ended. `unsent_max`: bytes that may gather.
  SendSide(Ref session, std::int32_t stream, std::size_t unsent_max)
      : session_(std::move(session)), stream_(stream), meter_(unsent_max) {}

  /// Runs act(session, stream), which sends `bytes`, unless all is over.
  template <class Act>
  void send(std::size_t bytes, Act act) {
    const auto verdict = meter_.count(bytes);
    if (verdict == SendMeter::Verdict::kEnded) return;
    if (verdict == SendMeter::Verdict::kOverflow) return cut_off();
    run(std::move(act));
  }
  /// Runs act(session, stream), which ends it: nothing is sent from now on. Of no effect when something is
  /// missing of what was to be sent: what has a gap must not end well.
  template <class Act>
  void finish(Act act) {
    if (meter_.overflowed()) return;
    meter_.end();
    run(std::move(act));
  }
  [[nodiscard]] SendMeter& meter() { return meter_; }
  [[nodiscard]] const SendMeter& meter() const { return meter_; }

 private:
  template <class Act>
  void run(Act act) {
    with_session(session_, [stream = stream_, act = std::move(act)](Session& session) mutable {
      act(session, stream);
    });
  }
  // Posted: the handler that sends too much is told of the end when it is not at work.
  void cut_off() {
    session_->door->post([session = session_, stream = stream_] {
      if (session->session != nullptr) session->session->cut_off(stream);
    });
  }

  const Ref session_;
  const std::int32_t stream_;
  SendMeter meter_;
};

}  // namespace batata::net
