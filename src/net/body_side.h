#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "net/send_side.h"
#include "wire/body_stream.h"

namespace batata::net {

/// The sending side of a body that goes on, as faces hold it. On the session's thread it calls
///   body_bytes(stream, bytes), end_body(stream) and cut_off(stream)
/// while the session lives; `stream` may have ended. Shared, any thread.
template <class Session>
class BodySide final : public wire::BodyStream {
 public:
  BodySide(typename SendSide<Session>::Ref session, std::int32_t stream, std::size_t unsent_max)
      : side_(std::move(session), stream, unsent_max) {}

  void send(std::shared_ptr<const std::string> bytes) override {
    if (bytes->empty()) return;  // an empty chunk would end the body
    const std::size_t size = bytes->size();
    side_.send(size, [bytes = std::move(bytes)](Session& session, std::int32_t stream) mutable {
      session.body_bytes(stream, std::move(bytes));
    });
  }
  void finish() override {
    side_.finish([](Session& session, std::int32_t stream) { session.end_body(stream); });
  }
  std::size_t unsent_bytes() const override { return side_.meter().unsent(); }

  /// For the session.
  [[nodiscard]] SendMeter& meter() { return side_.meter(); }

 private:
  SendSide<Session> side_;
};

}  // namespace batata::net
