#include "net/http2_callbacks.h"

#include <memory>
#include <utility>

#include "base/assert.h"
#include "net/http2_protocol.h"
#include "net/http2_session.h"

namespace batata::net {
namespace {

Http2Session& session_of(void* user) {
  return *static_cast<Http2Session*>(user);
}

}  // namespace

nghttp2_option* Http2Callbacks::make_options() {
  nghttp2_option* const options = http2_options();
  nghttp2_option_set_stream_reset_rate_limit(options, 10'000, 1000);  // Http2Floods is stricter, and says why
  return options;
}

nghttp2_session_callbacks* Http2Callbacks::make() {
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
  nghttp2_session_callbacks_set_unpack_extension_callback(c, &ignore_http2_frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(c, &on_invalid_frame);
  return c;
}

int Http2Callbacks::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
  Http2Session& self = session_of(user);
  if (self.floods_.flooded(*head, self.carrier_.now()))
    self.terminate(head->type == NGHTTP2_RST_STREAM ? Flood::kResets : Flood::kFrames);
  return self.away_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int Http2Callbacks::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = session_of(user);
  self.floods_.begin_block();
  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  std::swap(self.head_, spare_head());
  self.head_.clear();
  const std::int32_t id = frame->hd.stream_id;
  self.streams_.emplace(id, std::make_unique<Http2Stream>(self, id));
  return 0;
}

int Http2Callbacks::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                              std::uint8_t, void* user) {
  Http2Session& self = session_of(user);
  const Limits& limits = self.service_.limits;
  if (self.floods_.expanded(name_size + value_size, limits.header_bytes)) {
    self.terminate(Flood::kHeads);
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;  // trailers
  if (self.head_.oversized) return 0;
  const auto added = self.head_.add(text_of(name, name_size), text_of(value, value_size),
                                    {.bytes = limits.header_bytes, .fields = limits.headers});
  if (added == Http2Head::Added::kTooMany) self.service_.meters->count(Limit::kHeaders);
  if (added == Http2Head::Added::kTooLarge) self.service_.meters->count(Limit::kHeaderBytes);
  return 0;
}

int Http2Callbacks::on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                            std::size_t size, void* user) {
  Http2Session& self = session_of(user);
  if (Http2Stream* stream = self.find(id))
    self.give_data(*stream, {reinterpret_cast<const char*>(data), size});
  return 0;
}

int Http2Callbacks::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = session_of(user);
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
int Http2Callbacks::on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
  Http2Session& self = session_of(user);
  const bool is_request = frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
  if (is_request && self.streams_.size() >= self.service_.limits.streams)
    self.service_.meters->count(Limit::kStreams);
  return 0;
}

int Http2Callbacks::on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = session_of(user);
  if (frame->hd.type == NGHTTP2_RST_STREAM) {
    // Resets that the client provokes from us cost the same as its own ones.
    if (self.floods_.provoked(frame->rst_stream.error_code, self.carrier_.now()))
      self.terminate(Flood::kResets);
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

int Http2Callbacks::on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
  Http2Session& self = session_of(user);
  const auto it = self.streams_.find(id);
  if (it == self.streams_.end()) return 0;
  const auto stream = std::move(it->second);
  self.streams_.erase(it);  // first: whatever its handler does, the stream is gone
  self.note_queued(-static_cast<std::ptrdiff_t>(stream->queue().cost()));
  if (stream->work == nullptr) return 0;
  self.buffered_ -= stream->work->buffered();
  stream->work->closed();
  return 0;
}

int Http2Callbacks::on_send_data(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t size,
                                 nghttp2_data_source* source, void* user) {
  Http2Session& self = session_of(user);
  Output& out = self.carrier_.output();
  out.append(text_of(head, kHttp2FrameHead));
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  const std::size_t pieces = stream.queue().move_to(out, size);
  stream.taking.note_taken(size);
  if (stream.queue().size() == 0) {
    stream.taking.end();
    self.note_taken_whole();
  }
  self.floods_.data_sent(size);
  if (stream.work != nullptr) stream.work->sent(size, pieces);
  self.note_queued(-static_cast<std::ptrdiff_t>(size + pieces * kPieceCost));
  return 0;
}

}  // namespace batata::net
