#include "net/http2_body.h"

#include <utility>

namespace batata::net {

Http2Body::Http2Body(Http2Stream& stream)
    : stream_(stream),
      side_(std::make_shared<BodySide<Http2Session>>(stream.session().self(), stream.id(),
                                                     stream.session().service().limits.stream_unsent_bytes)),
      last_sent_(stream.session().carrier().now()) {}

Http2Body::~Http2Body() {
  side_->meter().drop();
  if (source_ != nullptr) source_->ended();
}

void Http2Body::begin(wire::BodyStart start) {
  if (!start.keep_alive.empty()) {
    keep_alive_ = std::make_shared<const std::string>(start.keep_alive);
    arm(last_sent_ + stream_.session().service().limits.stream_keep_alive);
  }
  source_ = start.start(side_);
  if (source_ == nullptr) finish();
}

void Http2Body::note_sent(std::size_t bytes, std::size_t pieces) {
  side_->meter().note_sent(bytes, pieces);
  last_sent_ = stream_.session().carrier().now();
}

void Http2Body::arm(SteadyTime due) {
  stream_.session().carrier().timers().set(*this, due);
}

// What is sent moves the time away, not the timer.
void Http2Body::expired() {
  const SteadyTime now = stream_.session().carrier().now();
  const Duration interval = stream_.session().service().limits.stream_keep_alive;
  if (now >= last_sent_ + interval) {
    last_sent_ = now;
    if (side_->unsent_bytes() == 0) side_->send(keep_alive_);
  }
  arm(last_sent_ + interval);
}

}  // namespace batata::net
