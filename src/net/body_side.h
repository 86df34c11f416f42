#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "net/send_meter.h"
#include "net/session.h"
#include "wire/body_stream.h"

namespace batata::net {

/// The sending side of a body that goes on, as faces hold it. On the session's thread it calls
///   body_bytes(stream, bytes), end_body(stream) and cut_off(stream)
/// while the session lives; `stream` may have ended. Shared, any thread.
template <class Session>
class BodySide final : public wire::BodyStream, public std::enable_shared_from_this<BodySide<Session>> {
 public:
  using Ref = std::shared_ptr<SessionRef<Session>>;
  BodySide(Ref session, std::int32_t stream, wire::Load* load)
      : session_(std::move(session)), stream_(stream), meter_(load) {}

  void send(std::shared_ptr<const std::string> bytes) override {
    if (bytes->empty()) return;  // an empty chunk would end the body
    const auto verdict = meter_.count(bytes->size());
    if (verdict == SendMeter::Verdict::kEnded) return;
    if (verdict == SendMeter::Verdict::kOverflow) return overflow();
    with_session(session_, [stream = stream_, bytes = std::move(bytes)](Session& session) mutable {
      session.body_bytes(stream, std::move(bytes));
    });
  }
  void finish() override {
    if (meter_.overflowed()) return;  // what has a gap must not end well
    meter_.end();
    with_session(session_,
                 [self = this->shared_from_this()](Session& session) { session.end_body(self->stream_); });
  }
  std::size_t unsent_bytes() const override { return meter_.unsent(); }

  /// For the session.
  [[nodiscard]] SendMeter& meter() { return meter_; }

 private:
  // Posted: who sends too much is told of the end when it is not at work.
  void overflow() {
    session_->door->post([session = session_, stream = stream_] {
      if (session->session != nullptr) session->session->cut_off(stream);
    });
  }

  const Ref session_;
  const std::int32_t stream_;
  SendMeter meter_;
};

}  // namespace batata::net
