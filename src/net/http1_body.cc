#include "net/http1_body.h"

#include <array>
#include <charconv>
#include <utility>

#include "net/http1_session.h"

namespace batata::net {
namespace {

void append_hex(std::string& out, std::size_t number) {
  std::array<char, 16> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr);
}

}  // namespace

Http1Body::~Http1Body() {
  side_->meter().drop();
  if (source_ != nullptr) source_->ended();
}

void Http1Body::begin(std::unique_ptr<wire::BodySource> source) {
  source_ = std::move(source);
  if (source_ == nullptr) finish();
}

void Http1Body::queue(std::shared_ptr<const std::string> bytes) {
  if (finishing_) return;
  queued_ += bytes->size() + kPieceCost;
  queue_.push_back(std::move(bytes));
}

void Http1Body::finish() {
  if (!side_->meter().overflowed()) finishing_ = true;  // what has a gap must not look whole
}

bool Http1Body::produce(Output& out, SteadyTime now) {
  if (out.empty()) side_->meter().note_sent(std::exchange(moved_bytes_, 0), std::exchange(moved_pieces_, 0));
  if (!queue_.empty()) last_sent_ = now;
  while (!queue_.empty() && out.size() < Output::kAheadMax) move_next_to(out);
  if (!finishing_ || !queue_.empty()) return false;
  if (style_.chunked) out.append("0\r\n\r\n");
  return true;
}

void Http1Body::move_next_to(Output& out) {
  const auto bytes = std::move(queue_.front());
  queue_.pop_front();
  queued_ -= bytes->size() + kPieceCost;
  moved_bytes_ += bytes->size();
  ++moved_pieces_;
  if (style_.chunked) {
    append_hex(out.flat(), bytes->size());
    out.append("\r\n");
  }
  out.append_shared(bytes, *bytes);
  if (style_.chunked) out.append("\r\n");
}

SteadyTime Http1Body::deadline() const {
  if (style_.keep_alive.empty() || finishing_) return SteadyTime::never();
  return last_sent_ + style_.keep_alive_interval;
}

void Http1Body::deadline_passed(SteadyTime now) {
  if (now < deadline()) return;
  last_sent_ = now;
  if (side_->unsent_bytes() > 0) return;  // it has something to read
  side_->send(std::make_shared<const std::string>(style_.keep_alive));
}

}  // namespace batata::net
