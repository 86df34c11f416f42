#include "net/http2_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "net/grpc_call.h"
#include "net/http2_exchange.h"

namespace batata::net {
namespace {

constexpr std::size_t kBatchMax = 64 << 10;  // made into frames before the socket has taken it
constexpr std::size_t kBufferedMax = 64
                                     << 20;  // of messages and bodies that are not whole, on one connection
constexpr std::int32_t kStreamWindow = 1 << 20;  // a large config arrives without waiting for window updates
constexpr std::int32_t kConnectionWindow = 4 << 20;
constexpr std::size_t kKeptHead = 4096;
constexpr std::size_t kFramesQueuedMax =
    10'000;  // beside an answer and a reset for each stream; data is not counted
constexpr unsigned kFirstUnknownType = 0x0a;  // of frames: RFC 9113 has ten

// The header block buffer of the last request of this thread: idle connections keep none.
Http2Head& spare_head() {
  thread_local Http2Head spare;
  return spare;
}

// nghttp2 tells of frames of a type that nobody knows only where somebody unpacks them; they are counted, and
// ignored (RFC 9113, 5.5).
int ignore_frame(nghttp2_session*, void**, const nghttp2_frame_hd*, void*) {
  return NGHTTP2_ERR_CANCEL;
}

// Why nghttp2 reads no further, as the peer is to hear it.
std::uint32_t code_for(ssize_t error) {
  switch (error) {
    case NGHTTP2_ERR_FLOODED:
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS:
    case NGHTTP2_ERR_TOO_MANY_SETTINGS:
      return NGHTTP2_ENHANCE_YOUR_CALM;
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
      return NGHTTP2_PROTOCOL_ERROR;
    default:
      return NGHTTP2_INTERNAL_ERROR;
  }
}

}  // namespace

Http2Session::Http2Session(Carrier& carrier, const Service& service)
    : carrier_(carrier),
      service_(service),
      self_(std::make_shared<Ref>(Ref{carrier.door(), this})),
      started_(carrier.now()),
      last_received_(carrier.now()),
      last_progress_(carrier.now()) {
  static nghttp2_session_callbacks* const kCallbacks = callbacks();
  static nghttp2_option* const kOptions = options();
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

nghttp2_option* Http2Session::options() {
  nghttp2_option* options = nullptr;
  BATATA_ASSERT(nghttp2_option_new(&options) == 0);
  nghttp2_option_set_no_closed_streams(options, 1);  // else closed streams are kept for the priority tree
  nghttp2_option_set_max_settings(options, 32);
  nghttp2_option_set_max_outbound_ack(options, 1000);
  for (unsigned type = kFirstUnknownType; type <= 0xff; ++type)
    nghttp2_option_set_user_recv_extension_type(options, static_cast<std::uint8_t>(type));
  nghttp2_option_set_stream_reset_rate_limit(options, 10'000, 1000);  // Http2Floods is stricter, and says why
  return options;
}

nghttp2_session_callbacks* Http2Session::callbacks() {
  nghttp2_session_callbacks* c = nullptr;
  BATATA_ASSERT(nghttp2_session_callbacks_new(&c) == 0);
  nghttp2_session_callbacks_set_on_begin_frame_callback(c, &on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(c, &on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(c, &on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, &on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(c, &on_frame);
  nghttp2_session_callbacks_set_on_frame_send_callback(c, &on_frame_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(c, &on_stream_close);
  nghttp2_session_callbacks_set_send_data_callback(c, &on_send_data);
  nghttp2_session_callbacks_set_unpack_extension_callback(c, &ignore_frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(c, &on_invalid_frame);
  return c;
}

void Http2Session::receive(std::span<char> bytes) {
  last_received_ = carrier_.now();
  ping_sent_ = false;  // whatever has come shows life
  if (broken_ || away_) return;
  const auto n =
      nghttp2_session_mem_recv(h2_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (n < 0) terminate(code_for(n));  // unless a callback has, which is why it ended
  // What it makes us say and does not take: resets of streams that it may not open, for one.
  if (nghttp2_session_get_outbound_queue_size(h2_.get()) > kFramesQueuedMax + 2 * service_.limits.streams)
    terminate(NGHTTP2_ENHANCE_YOUR_CALM);
  update_deadline();
}

void Http2Session::produce() {
  Output& out = carrier_.output();
  while (!broken_ && !away_ && out.size() < kBatchMax) {
    const std::uint8_t* data = nullptr;
    const ssize_t n = nghttp2_session_mem_send(h2_.get(), &data);
    if (n < 0) broken_ = true;
    if (n <= 0) break;
    out.append({reinterpret_cast<const char*>(data), static_cast<std::size_t>(n)});
  }
  if (away_ && !broken_ && !std::exchange(said_goaway_, true)) say_goaway();
}

// Written by hand: nghttp2 takes no orders after an error, and would first send what it has queued. What is
// in the output are whole frames.
void Http2Session::say_goaway() {
  std::string frame("\0\0\x8\x7\0\0\0\0\0", 9);
  const auto last = static_cast<std::uint32_t>(nghttp2_session_get_last_proc_stream_id(h2_.get()));
  for (const std::uint32_t number : {last, away_code_})
    for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(number >> shift);
  carrier_.output().append(frame);
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
  service_.meters->count(Limit::kUnsentBytes);
  drop(*stream);
}

void Http2Session::note_queued(std::ptrdiff_t bytes) {
  if (bytes < 0 || queued_ == 0) last_progress_ = carrier_.now();
  if (bytes > 0 && queued_ == 0) looked_for_stalls_ = carrier_.now();
  queued_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(queued_) + bytes);
  if (bytes > 0) update_deadline();
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
  if (queued_ > 0)
    deadline = std::min(deadline, std::min(last_progress_, looked_for_stalls_) + limits.stall_timeout);
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
  } else if (queued_ > 0 && now >= last_progress_ + limits.stall_timeout) {
    service_.meters->count(Limit::kStallTime);
    terminate(NGHTTP2_ENHANCE_YOUR_CALM);  // its windows are shut, all of them
  } else if (queued_ > 0 && now >= looked_for_stalls_ + limits.stall_timeout) {
    end_stalled_streams();
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

// Streams whose client takes nothing of them while it takes others: what is queued there would be kept for
// ever.
void Http2Session::end_stalled_streams() {
  looked_for_stalls_ = carrier_.now();
  for (const auto& [id, stream] : streams_)
    if (stream->queue().size() > 0 &&
        carrier_.now() >= stream->last_progress + service_.limits.stall_timeout) {
      service_.meters->count(Limit::kStallTime);
      stream->reset(NGHTTP2_ENHANCE_YOUR_CALM);
    }
}

int Http2Session::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
  Http2Session& self = of(user);
  if (self.floods_.flooded(*head, self.carrier_.now())) self.terminate(NGHTTP2_ENHANCE_YOUR_CALM);
  return self.away_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int Http2Session::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = of(user);
  self.floods_.begin_block();
  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  std::swap(self.head_, spare_head());
  self.head_.clear();
  const std::int32_t id = frame->hd.stream_id;
  self.streams_.emplace(id, std::make_unique<Http2Stream>(self, id));
  return 0;
}

int Http2Session::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                            std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                            std::uint8_t, void* user) {
  Http2Session& self = of(user);
  const Limits& limits = self.service_.limits;
  if (self.floods_.expanded(name_size + value_size, limits.header_bytes)) {
    self.terminate(NGHTTP2_ENHANCE_YOUR_CALM);
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;  // trailers
  Http2Head& head = self.head_;
  if (head.oversized) return 0;
  const bool too_many = head.fields.size() >= limits.headers;
  if (too_many || head.text.size() + name_size + value_size > limits.header_bytes) {
    self.service_.meters->count(too_many ? Limit::kHeaders : Limit::kHeaderBytes);
    head.oversized = true;
    return 0;
  }
  head.fields.push_back({static_cast<std::uint32_t>(head.text.size()), static_cast<std::uint32_t>(name_size),
                         static_cast<std::uint32_t>(value_size)});
  head.text.append(reinterpret_cast<const char*>(name), name_size);
  head.text.append(reinterpret_cast<const char*>(value), value_size);
  return 0;
}

int Http2Session::on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                          std::size_t size, void* user) {
  Http2Session& self = of(user);
  if (Http2Stream* stream = self.find(id))
    self.give_data(*stream, {reinterpret_cast<const char*>(data), size});
  return 0;
}

int Http2Session::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = of(user);
  const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
      self.greeted_ = true;
      break;
    case NGHTTP2_HEADERS:
      if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        self.head_complete(frame->hd.stream_id, ended);
        break;
      }
      [[fallthrough]];  // trailers end a stream as its last data does
    case NGHTTP2_DATA:
      if (Http2Stream* stream = self.find(frame->hd.stream_id); stream != nullptr && ended)
        self.remote_end(*stream);
      break;
    default:
      break;
  }
  return 0;
}

// A stream beyond those allowed is refused, or ends the connection, before anybody hears of it.
int Http2Session::on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
  Http2Session& self = of(user);
  const bool is_request = frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
  if (is_request && self.streams_.size() >= self.service_.limits.streams)
    self.service_.meters->count(Limit::kStreams);
  return 0;
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
  } else if (buffered_ > kBufferedMax) {
    drop(*stream);
  } else if (stream->work != nullptr) {
    stream->work->await_rest();
  }
}

void Http2Session::give_data(Http2Stream& stream, std::string_view bytes) {
  if (stream.work == nullptr) return;
  const std::size_t before = stream.work->buffered();
  stream.work->data(bytes);
  buffered_ += stream.work->buffered() - before;  // may wrap on the way, never in the sum
  if (buffered_ > kBufferedMax) drop(stream);
}

void Http2Session::too_slow(Http2Stream& stream) {
  if (stream.work == nullptr) return;
  const std::size_t before = stream.work->buffered();
  stream.work->too_slow();
  buffered_ += stream.work->buffered() - before;
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
  if (stream.work == nullptr) return;
  const std::size_t before = stream.work->buffered();
  stream.work->end();
  buffered_ += stream.work->buffered() - before;
}

int Http2Session::on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = of(user);
  if (frame->hd.type == NGHTTP2_RST_STREAM) {
    // Resets that the client provokes from us cost the same as its own ones.
    if (self.floods_.provoked(frame->rst_stream.error_code, self.carrier_.now()))
      self.terminate(NGHTTP2_ENHANCE_YOUR_CALM);
    return 0;
  }
  const bool body = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
  if (!body || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  const Http2Stream* stream = self.find(frame->hd.stream_id);
  // All is said: what the client would still send is of no use (RFC 9113, 8.1).
  if (stream != nullptr && !stream->remote_ended)
    nghttp2_submit_rst_stream(self.h2_.get(), NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
  return 0;
}

int Http2Session::on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
  Http2Session& self = of(user);
  const auto it = self.streams_.find(id);
  if (it == self.streams_.end()) return 0;
  const auto stream = std::move(it->second);
  self.streams_.erase(it);  // first: whatever its handler does, the stream is gone
  self.note_queued(-static_cast<std::ptrdiff_t>(stream->queue().size()));
  if (stream->work == nullptr) return 0;
  self.buffered_ -= stream->work->buffered();
  stream->work->closed();
  return 0;
}

int Http2Session::on_send_data(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t size,
                               nghttp2_data_source* source, void* user) {
  constexpr std::size_t kFrameHead = 9;
  Http2Session& self = of(user);
  Output& out = self.carrier_.output();
  out.append({reinterpret_cast<const char*>(head), kFrameHead});
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  stream.queue().move_to(out, size);
  stream.last_progress = self.carrier_.now();
  self.floods_.data_sent(size);
  if (stream.work != nullptr) stream.work->sent(size);
  self.note_queued(-static_cast<std::ptrdiff_t>(size));
  return 0;
}

}  // namespace batata::net
