#include "net/http2_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "net/grpc_call.h"
#include "net/http2_callbacks.h"
#include "net/http2_exchange.h"
#include "net/http2_goaway.h"
#include "net/http2_protocol.h"

namespace batata::net {
namespace {

constexpr std::int32_t kStreamWindow = 1 << 20;  // a large config arrives without waiting for window updates
constexpr std::int32_t kConnectionWindow = 4 << 20;
constexpr std::size_t kKeptHead = 4096;
constexpr std::size_t kFramesQueuedMax =
    10'000;  // beside an answer and a reset for each stream; data is not counted

// How often streams are looked at that have something for their client.
Duration look_interval(const Limits& limits) {
  return limits.stall_timeout / 4;
}

}  // namespace

Http2Session::Http2Session(Carrier& carrier, const Service& service)
    : carrier_(carrier),
      service_(service),
      self_(std::make_shared<Ref>(Ref{carrier.door(), this})),
      started_(carrier.now()),
      last_received_(carrier.now()) {
  static nghttp2_session_callbacks* const kCallbacks = Http2Callbacks::make();
  static nghttp2_option* const kOptions = Http2Callbacks::make_options();
  nghttp2_session* session = nullptr;
  BATATA_ASSERT(nghttp2_session_server_new2(&session, kCallbacks, this, kOptions) ==
                0);  // it fails for memory only
  h2_.reset(session);
  const std::array settings = {
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, service.limits.streams},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                             static_cast<std::uint32_t>(service.limits.header_bytes)}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  update_deadline();
}

Http2Session::~Http2Session() {
  self_->session = nullptr;  // what handlers still say goes nowhere
  for (const auto& [id, stream] : streams_)
    if (stream->work != nullptr) stream->work->closed();
  streams_.clear();
}

void Http2Session::receive(std::span<char> bytes) {
  last_received_ = carrier_.now();
  ping_sent_ = false;  // whatever has come shows life
  if (broken_ || away_) return;
  const auto n =
      nghttp2_session_mem_recv(h2_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (n < 0) end_for(n);  // unless a callback has ended it, which is why
  refuse_unfinished();
  // What it makes us say and does not take: resets of streams that it may not open, for one.
  if (nghttp2_session_get_outbound_queue_size(h2_.get()) > kFramesQueuedMax + 2 * service_.limits.streams)
    terminate(Flood::kQueued);
  update_deadline();
}

// nghttp2 reads no further.
void Http2Session::end_for(ssize_t error) {
  switch (error) {
    case NGHTTP2_ERR_FLOODED:
    case NGHTTP2_ERR_TOO_MANY_SETTINGS:
      return terminate(Flood::kFrames);
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS:
      return terminate(Flood::kHeads);
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
      return terminate(NGHTTP2_PROTOCOL_ERROR);
    default:
      return terminate(NGHTTP2_INTERNAL_ERROR);
  }
}

void Http2Session::produce() {
  const auto stopped = [this] { return broken_ || away_; };
  if (!stopped() && !make_frames(h2_.get(), carrier_.output(), stopped)) broken_ = true;
  if (away_ && !broken_ && !std::exchange(said_goaway_, true)) say_goaway();
}

// Written by hand: nghttp2 takes no orders after an error, and would first send what it has queued. What is
// in the output are whole frames.
void Http2Session::say_goaway() {
  const auto last = static_cast<std::uint32_t>(nghttp2_session_get_last_proc_stream_id(h2_.get()));
  carrier_.output().append(goaway_frame(last, away_code_));
}

bool Http2Session::finished() const {
  if (broken_ || away_) return broken_ || said_goaway_;
  if (nghttp2_session_want_write(h2_.get()) != 0) return false;
  return nghttp2_session_want_read(h2_.get()) == 0 || (winding_down_ && streams_.empty());
}

Http2Stream* Http2Session::find(std::int32_t id) {
  const auto it = streams_.find(id);
  return it == streams_.end() ? nullptr : it->second.get();
}

void Http2Session::body_bytes(std::int32_t id, std::shared_ptr<const std::string> bytes) {
  if (Http2Stream* const stream = find(id)) stream->queue_bytes(std::move(bytes));
}

void Http2Session::end_body(std::int32_t id) {
  if (Http2Stream* const stream = find(id)) stream->finish_bytes();
}

void Http2Session::cut_off(std::int32_t id) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr || stream->ending()) return;
  service_.meters->count(Limit::kUnsentBytesOfStream);
  drop(*stream);
}

void Http2Session::note_queued(std::ptrdiff_t bytes) {
  if (bytes > 0 && queued_ == 0) looked_for_stalls_ = carrier_.now();
  if (bytes < 0) taking_.note_taken(static_cast<std::size_t>(-bytes));
  queued_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(queued_) + bytes);
  if (queued_ == 0) taking_.end();
  if (bytes <= 0) return;
  taking_.begin(carrier_.now(), service_.limits.stall_timeout);
  update_deadline();
}

bool Http2Session::has_room(std::size_t bytes) const {
  // One answer of whatever size always goes: it is bounded where it comes from.
  if (queued_ == 0 || queued_ + bytes <= service_.limits.unsent_bytes) return true;
  service_.meters->count(Limit::kUnsentBytes);
  return false;
}

void Http2Session::terminate(std::uint32_t error_code) {
  if (std::exchange(away_, true)) return;
  away_code_ = error_code;
  wake();
}

void Http2Session::terminate(Flood flood) {
  if (!away_) service_.meters->count(flood);
  terminate(NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::wind_down() {
  if (std::exchange(winding_down_, true)) return;
  wind_down_until_ = carrier_.now() + kWindDownGrace;
  nghttp2_submit_goaway(h2_.get(), NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(h2_.get()),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  for (const auto& [id, stream] : streams_)
    if (stream->work != nullptr) stream->work->wind_down();
  update_deadline();
  wake();
}

// Of streams that outlast the grace only those stay for which the client waits, not we.
void Http2Session::end_held_up_streams() {
  wind_down_until_ = carrier_.now() + kWindDownGrace;  // for those that are answered later
  for (const auto& [id, stream] : streams_) {
    if (stream->responded()) {
      stream->reset(NGHTTP2_CANCEL);
    } else if (!stream->remote_ended) {
      stream->reset(NGHTTP2_REFUSED_STREAM);  // tells the client that nothing was done (RFC 9113, 8.7)
    }
  }
}

void Http2Session::update_deadline() {
  const Limits& limits = service_.limits;
  SteadyTime deadline = SteadyTime::never();
  if (!greeted_) {
    deadline = started_ + limits.header_timeout;
  } else if (ping_sent_) {
    deadline = last_received_ + limits.ping_interval + limits.ping_timeout;
  } else if (limits.ping_interval.count() > 0) {
    deadline = last_received_ + limits.ping_interval;
  }
  if (queued_ > 0) deadline = std::min({deadline, taking_.due(), looked_for_stalls_ + look_interval(limits)});
  if (away_) deadline = SteadyTime::never();  // the socket has times of its own
  deadline = std::min(deadline, wind_down_until_);
  carrier_.set_deadline(deadline);
}

void Http2Session::deadline_passed() {
  const SteadyTime now = carrier_.now();
  const Limits& limits = service_.limits;
  if (now >= wind_down_until_) end_held_up_streams();
  if (!greeted_ && now >= started_ + limits.header_timeout) {
    service_.meters->count(Limit::kHeaderTime);
    broken_ = true;
  } else if (queued_ > 0 && now >= std::min(taking_.due(), looked_for_stalls_ + look_interval(limits))) {
    look_at_taking();
  } else if (limits.ping_interval.count() > 0 && now >= last_received_ + limits.ping_interval) {
    if (std::exchange(ping_sent_, true)) {
      service_.meters->count(Limit::kPingTime);
      broken_ = true;  // nothing has come, not even the answer to our ping
    } else {
      nghttp2_submit_ping(h2_.get(), NGHTTP2_FLAG_NONE, nullptr);
    }
  }
  update_deadline();
}

void Http2Session::look_at_taking() {
  if (carrier_.blocked()) return begin_anew();
  const SteadyTime now = carrier_.now();
  const Limits& limits = service_.limits;
  if (now >= taking_.due()) {
    const auto pace = taking_.judge(now, limits.stall_timeout, limits.take_rate);
    // Where its window is open it is single streams that wait for their client, and the others are well.
    const bool is_shut = nghttp2_session_get_remote_window_size(h2_.get()) <= 0;
    if (pace != Taking::Pace::kGood && is_shut) {
      service_.meters->count(pace == Taking::Pace::kNothing ? Limit::kStallTime : Limit::kTakeRate);
      return terminate(NGHTTP2_ENHANCE_YOUR_CALM);
    }
  }
  if (now >= looked_for_stalls_ + look_interval(limits)) end_stalled_streams();
}

// The socket holds all of them up, and is looked at as such: here nothing can be seen of what its client
// takes.
void Http2Session::begin_anew() {
  const SteadyTime now = carrier_.now();
  const Duration window = service_.limits.stall_timeout;
  looked_for_stalls_ = now;
  taking_.end();
  taking_.begin(now, window);
  for (const auto& [id, stream] : streams_) {
    if (stream->queue().size() == 0) continue;
    stream->taking.end();
    stream->taking.begin(now, window);
  }
}

// Streams that their client lets wait while it takes others: what is queued there would be kept for ever.
// Where their windows are open, it is the connection that is slow, with all of them. When it lets all of them
// wait, and has taken no answer whole for as long, it is here to hold what it can; a stream for which nothing
// waits speaks for it.
void Http2Session::end_stalled_streams() {
  const SteadyTime now = carrier_.now();
  const Limits& limits = service_.limits;
  looked_for_stalls_ = now;
  std::size_t stalled = 0;
  for (const auto& [id, stream] : streams_) {
    if (stream->queue().size() == 0 || now < stream->taking.due()) continue;
    const auto pace = stream->taking.judge(now, limits.stall_timeout, limits.take_rate);
    const bool is_open = nghttp2_session_get_stream_remote_window_size(h2_.get(), id) > 0;
    if (pace == Taking::Pace::kGood || (pace == Taking::Pace::kTooSlow && is_open)) continue;
    service_.meters->count(pace == Taking::Pace::kNothing ? Limit::kStallTime : Limit::kTakeRate);
    stream->taking.end();  // it is told once
    stream->reset(NGHTTP2_ENHANCE_YOUR_CALM);
    ++stalled;
  }
  if (stalled > 0 && stalled == streams_.size() && now - taken_whole_ >= limits.stall_timeout)
    terminate(NGHTTP2_ENHANCE_YOUR_CALM);
}

bool Http2Session::shed() {
  const auto greatest =
      std::ranges::max_element(streams_, {}, [](const auto& entry) { return entry.second->queue().size(); });
  if (greatest == streams_.end() || greatest->second->queue().size() < Holders::kWorthShedding) return false;
  drop(*greatest->second);
  return true;
}

void Http2Session::head_complete(std::int32_t id, bool ended) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr) return;
  if (head_.oversized) {
    refuse_oversized(*stream, head_);
  } else if (is_grpc(head_)) {
    stream->work = start_grpc_call(*stream, head_);
  } else {
    stream->work = start_exchange(*stream, head_);
  }
  if (stream->work != nullptr) buffered_ += stream->work->buffered();
  if (head_.text.capacity() <= kKeptHead) {
    std::swap(head_, spare_head());
  } else {
    head_ = {};
  }
  if (ended) {
    remote_end(*stream);
  } else if (buffered_ > service_.limits.unfinished_bytes) {
    service_.meters->count(Limit::kUnfinishedBytesOfConnection);
    drop(*stream);
  } else if (stream->work != nullptr) {
    stream->work->await_rest();
  }
}

template <class Act>
void Http2Session::let_work(Http2Stream& stream, Act act) {
  if (stream.work == nullptr) return;
  const std::size_t before = stream.work->buffered();
  act(*stream.work);
  buffered_ += stream.work->buffered() - before;  // may wrap on the way, never in the sum
}

void Http2Session::give_data(Http2Stream& stream, std::string_view bytes) {
  let_work(stream, [bytes](StreamWork& work) { work.data(bytes); });
  if (buffered_ > service_.limits.unfinished_bytes) {
    service_.meters->count(Limit::kUnfinishedBytesOfConnection);
    return drop(stream);
  }
  const std::size_t kept = stream.work == nullptr ? 0 : stream.work->buffered();
  if (kept > 0 && service_.load != nullptr && !service_.load->takes_in(kept))
    unfinished_.push_back(stream.id());
}

// Not before all that was read has been looked at: what came whole needs no room.
void Http2Session::refuse_unfinished() {
  if (unfinished_.empty()) return;
  for (const std::int32_t id : std::exchange(unfinished_, {})) {
    Http2Stream* const stream = find(id);
    if (stream == nullptr || stream->remote_ended || stream->work == nullptr) continue;
    if (!is_one_too_many(service_, stream->work->buffered())) continue;
    let_work(*stream, [](StreamWork& work) { work.no_room(); });
  }
}

void Http2Session::too_slow(Http2Stream& stream) {
  let_work(stream, [](StreamWork& work) { work.too_slow(); });
}

// At once, for more of it may stand behind in what was read, and the socket may take nothing.
void Http2Session::drop(Http2Stream& stream) {
  stream.reset(NGHTTP2_ENHANCE_YOUR_CALM);
  stream.forget_queue();
  if (stream.work == nullptr) return;
  buffered_ -= stream.work->buffered();
  const auto work = std::move(stream.work);
  work->closed();
}

void Http2Session::remote_end(Http2Stream& stream) {
  stream.remote_ended = true;
  let_work(stream, [](StreamWork& work) { work.end(); });
}

}  // namespace batata::net
