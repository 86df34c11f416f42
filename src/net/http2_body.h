#pragma once
#include <memory>
#include <string>

#include "base/types.h"
#include "net/body_side.h"
#include "net/http2_session.h"
#include "net/timer_wheel.h"

namespace batata::net {

/// The body of an answer that goes on, on one HTTP/2 stream. I/O thread only.
class Http2Body final : public WheelTimer {
 public:
  explicit Http2Body(Http2Stream& stream);
  /// Tells its source that it has ended.
  ~Http2Body() override;

  void begin(wire::BodyStart start);
  /// Ends the body behind what is queued.
  void finish() { side_->finish(); }
  /// Bytes of it have been handed to the socket, and with them the ends of so many pieces.
  void note_sent(std::size_t bytes, std::size_t pieces);

 private:
  void expired() override;
  void arm(SteadyTime due);

  Http2Stream& stream_;
  const std::shared_ptr<BodySide<Http2Session>> side_;
  std::unique_ptr<wire::BodySource> source_;
  std::shared_ptr<const std::string> keep_alive_;  // null: nothing is sent in silent times
  SteadyTime last_sent_;
};

}  // namespace batata::net
