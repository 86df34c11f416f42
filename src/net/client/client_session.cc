#include "net/client/client_session.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "net/http2_protocol.h"

namespace batata::net {
namespace {

constexpr std::int32_t kStreamWindow = 1 << 20;
constexpr std::int32_t kConnectionWindow = 8 << 20;  // so that a few calls that are not read stop no others
constexpr std::size_t kFramesQueuedMax = 10'000;     // beside some for each stream; data is not counted

// Headers of a request for as long as it takes to submit it.
class RequestHead {
 public:
  void add(std::string_view name, std::string_view value) { fields_.push_back(header_field(name, value)); }
  [[nodiscard]] const std::vector<nghttp2_nv>& fields() const { return fields_; }

 private:
  std::vector<nghttp2_nv> fields_;
};

}  // namespace

ClientSession::ClientSession(Line& line, const ClientLimits& limits, std::string authority, bool tls)
    : line_(line),
      limits_(limits),
      authority_(std::move(authority)),
      tls_(tls),
      last_received_(line.now()),
      idle_since_(line.now()) {
  static nghttp2_session_callbacks* const kCallbacks = callbacks();
  static nghttp2_option* const kOptions = [] {
    nghttp2_option* const options = http2_options();
    nghttp2_option_set_no_auto_window_update(options, 1);  // windows open as messages are read
    return options;
  }();
  nghttp2_session* session = nullptr;
  BATATA_ASSERT(nghttp2_session_client_new2(&session, kCallbacks, this, kOptions) ==
                0);  // it fails for memory only
  h2_.reset(session);
  const std::array settings = {nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                               nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
                               nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                                                      static_cast<std::uint32_t>(limits.header_bytes)}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  line_.request_flush();
}

ClientSession::~ClientSession() {
  lost("the connection was closed");
}

nghttp2_session_callbacks* ClientSession::callbacks() {
  nghttp2_session_callbacks* c = nullptr;
  BATATA_ASSERT(nghttp2_session_callbacks_new(&c) == 0);
  nghttp2_session_callbacks_set_on_begin_frame_callback(c, &on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(c, &on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(c, &on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, &on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(c, &on_frame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(c, &on_invalid_frame);
  nghttp2_session_callbacks_set_on_frame_send_callback(c, &on_frame_sent);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(c, &on_frame_not_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(c, &on_stream_close);
  nghttp2_session_callbacks_set_send_data_callback(c, &on_send_data);
  nghttp2_session_callbacks_set_unpack_extension_callback(c, &ignore_http2_frame);
  return c;
}

bool ClientSession::has_room() const {
  if (!greeted_ || going_away_ || broken_) return false;
  const std::size_t allowed =
      nghttp2_session_get_remote_settings(h2_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return streams_.size() < std::min(allowed, limits_.streams);
}

bool ClientSession::start(const std::shared_ptr<ClientCall>& call) {
  const CallWishes& wishes = call->wishes();
  const auto left = call->time_left(line_.now());
  const std::string timeout = left ? format_grpc_timeout(*left) : std::string();
  RequestHead head;
  head.add(":method", "POST");
  head.add(":scheme", tls_ ? "https" : "http");
  head.add(":path", wishes.path);
  head.add(":authority", authority_);
  head.add("te", "trailers");
  if (!timeout.empty()) head.add("grpc-timeout", timeout);
  head.add("content-type", "application/grpc");
  if (wishes.gzip) head.add("grpc-encoding", "gzip");
  head.add("grpc-accept-encoding", "gzip");
  for (const auto& [name, value] : wishes.metadata) head.add(name, value);
  nghttp2_data_provider body{};
  body.read_callback = &read_body;
  const std::int32_t id =
      nghttp2_submit_request(h2_.get(), nullptr, head.fields().data(), head.fields().size(), &body, nullptr);
  if (id < 0) {  // 2^30 streams were opened: there are no more numbers
    wind_down();
    return false;
  }
  asked_ = true;
  streams_[id] = call;
  call->move_to(this, id);
  update_deadline();
  line_.request_flush();
  return true;
}

void ClientSession::lost(const std::string& why) {
  going_away_ = broken_ = true;
  const auto streams = std::exchange(streams_, {});
  for (const auto& [id, call] : streams)
    if (call != nullptr) call->lost(why);
}

void ClientSession::receive(std::span<char> bytes) {
  last_received_ = line_.now();
  pinged_ = SteadyTime::never();  // whatever has come shows life
  if (broken_) return;
  const auto n =
      nghttp2_session_mem_recv(h2_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (n < 0)
    break_off("what the server sends is no HTTP/2: " + std::string(nghttp2_strerror(static_cast<int>(n))));
  if (nghttp2_session_get_outbound_queue_size(h2_.get()) > kFramesQueuedMax + 4 * limits_.streams)
    break_off("the server makes us say more than it takes");
  update_deadline();
}

void ClientSession::produce() {
  const auto stopped = [this] { return broken_; };
  if (!broken_ && !make_frames(h2_.get(), line_.output(), stopped)) break_off("HTTP/2 cannot go on");
  // nghttp2 has told the server what is wrong with it, and reads no further.
  if (going_away_ || nghttp2_session_want_read(h2_.get()) != 0) return;
  going_away_ = true;
  if (failure_.empty()) failure_ = mistake_.empty() ? "what the server sends is no HTTP/2" : mistake_;
}

bool ClientSession::finished() const {
  if (broken_) return true;
  if (nghttp2_session_want_write(h2_.get()) != 0) return false;
  return nghttp2_session_want_read(h2_.get()) == 0 || (going_away_ && streams_.empty());
}

void ClientSession::break_off(std::string why) {
  if (std::exchange(broken_, true)) return;
  going_away_ = true;
  if (failure_.empty()) failure_ = std::move(why);
  line_.request_flush();
}

void ClientSession::wind_down() {
  if (std::exchange(winding_down_, true)) return;
  going_away_ = true;
  nghttp2_submit_goaway(h2_.get(), NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, nullptr, 0);
  line_.request_flush();
}

void ClientSession::update_deadline() {
  SteadyTime deadline = SteadyTime::never();
  if (pinged_ != SteadyTime::never()) {
    deadline = pinged_ + limits_.ping_timeout;
  } else if (streams_.empty()) {
    deadline = idle_since_ + limits_.idle_timeout;
  } else if (limits_.ping_interval.count() > 0) {
    deadline = last_received_ + limits_.ping_interval;
  }
  if (broken_) deadline = SteadyTime::never();
  line_.set_deadline(deadline);
}

void ClientSession::deadline_passed() {
  const SteadyTime now = line_.now();
  if (pinged_ != SteadyTime::never()) {
    if (now >= pinged_ + limits_.ping_timeout) break_off("the server does not answer any more");
  } else if (streams_.empty()) {
    if (now >= idle_since_ + limits_.idle_timeout) wind_down();
  } else if (limits_.ping_interval.count() > 0 && now >= last_received_ + limits_.ping_interval) {
    pinged_ = now;
    nghttp2_submit_ping(h2_.get(), NGHTTP2_FLAG_NONE, nullptr);
    line_.request_flush();
  }
  if (!winding_down_) update_deadline();
}

std::shared_ptr<ClientCall> ClientSession::find(std::int32_t id) const {
  const auto it = streams_.find(id);
  return it == streams_.end() ? nullptr : it->second;
}

void ClientSession::resume(ClientCall& call) {
  nghttp2_session_resume_data(h2_.get(),
                              call.stream());  // fails harmlessly when nghttp2 is not waiting for us
  line_.request_flush();
}

void ClientSession::consume(ClientCall& call, std::size_t bytes) {
  nghttp2_session_consume(h2_.get(), call.stream(), bytes);
  line_.request_flush();
}

void ClientSession::leave(ClientCall& call, bool answered) {
  const std::int32_t id = call.stream();
  const auto it = streams_.find(id);
  if (it == streams_.end()) return;
  it->second = nullptr;
  answered_ |= call.answered();
  const bool both_ended = answered && nghttp2_session_get_stream_local_close(h2_.get(), id) == 1;
  if (!both_ended) nghttp2_submit_rst_stream(h2_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  line_.request_flush();
}

void ClientSession::close_stream(std::int32_t id, std::uint32_t error_code) {
  const auto it = streams_.find(id);
  if (it == streams_.end()) return;
  const auto call = std::move(it->second);
  streams_.erase(it);
  if (streams_.empty()) {
    idle_since_ = line_.now();
    update_deadline();
  }
  if (call == nullptr) return;
  answered_ |= call->answered();
  call->stream_closed(error_code, line_.now());
}

int ClientSession::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) {
  ClientSession& self = of(user);
  if (self.floods_.flooded(*head, self.line_.now()))
    self.break_off("the server floods us with frames that mean nothing");
  return self.broken_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int ClientSession::on_begin_headers(nghttp2_session*, const nghttp2_frame*, void* user) {
  of(user).floods_.begin_block();
  of(user).head_.clear();
  return 0;
}

int ClientSession::on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                             std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                             std::uint8_t, void* user) {
  ClientSession& self = of(user);
  if (self.floods_.expanded(name_size + value_size, self.limits_.header_bytes)) {
    self.break_off("the head of an answer grows out of proportion");
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
  if (!self.head_.oversized)
    self.head_.add(text_of(name, name_size), text_of(value, value_size),
                   {.bytes = self.limits_.header_bytes, .fields = self.limits_.headers});
  return 0;
}

int ClientSession::on_data(nghttp2_session* h2, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                           std::size_t size, void* user) {
  if (const auto call = of(user).find(id)) {
    call->data(text_of(data, size));
  } else {
    nghttp2_session_consume(h2, id, size);  // of a call that is over
  }
  return 0;
}

int ClientSession::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  ClientSession& self = of(user);
  switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
      self.greeted_ |= (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0;
      break;
    case NGHTTP2_HEADERS:
      self.head_complete(*frame);
      break;
    case NGHTTP2_DATA:
      if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        if (const auto call = self.find(frame->hd.stream_id)) call->end();
      break;
    case NGHTTP2_GOAWAY:
      self.going_away_ = true;  // nghttp2 closes the streams that the server has not seen, as refused
      if (frame->goaway.error_code != NGHTTP2_NO_ERROR)
        self.failure_ = "the server has sent the client away: " +
                        std::string(nghttp2_http2_strerror(frame->goaway.error_code));
      break;
    default:
      break;
  }
  return 0;
}

void ClientSession::head_complete(const nghttp2_frame& frame) {
  const bool last = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const auto call = find(frame.hd.stream_id);
  const bool is_informational = head_.find(":status").starts_with('1');
  if (is_informational && floods_.informational(line_.now()))
    return break_off("the server floods us with heads that mean nothing");
  if (call == nullptr || is_informational) return;
  const Http2Head head = std::exchange(head_, {});
  call->head(head, last);
}

int ClientSession::on_invalid_frame(nghttp2_session*, const nghttp2_frame*, int error, void* user) {
  // Told when the connection ends for it; a stream's own mistake ends the stream alone.
  of(user).mistake_ = "the server has broken the rules of HTTP/2: " + std::string(nghttp2_strerror(error));
  return 0;
}

int ClientSession::on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  if (frame->hd.type == NGHTTP2_HEADERS)
    if (const auto call = of(user).find(frame->hd.stream_id)) {
      call->set_touched();
      of(user).floods_.call_made();
    }
  return 0;
}

// A call that was over before it could be sent; or that the server's GOAWAY has overtaken.
int ClientSession::on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
  if (frame->hd.type == NGHTTP2_HEADERS) of(user).close_stream(frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
  return 0;
}

int ClientSession::on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t error_code, void* user) {
  of(user).close_stream(id, error_code);
  return 0;
}

ssize_t ClientSession::read_body(nghttp2_session*, std::int32_t id, std::uint8_t*, std::size_t room,
                                 std::uint32_t* flags, nghttp2_data_source*, void* user) {
  const auto call = of(user).find(id);
  if (call == nullptr) return NGHTTP2_ERR_DEFERRED;  // its reset is on its way
  bool last = false;
  const auto n = call->next_bytes(room, last);
  if (!n) return NGHTTP2_ERR_DEFERRED;
  if (*n > 0) *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (last) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(*n);
}

int ClientSession::on_send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head,
                                std::size_t size, nghttp2_data_source*, void* user) {
  ClientSession& self = of(user);
  const auto call = self.find(frame->hd.stream_id);
  if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  Output& out = self.line_.output();
  out.append(text_of(head, kHttp2FrameHead));
  call->move_bytes(out, size);
  self.floods_.data_sent(size);
  return 0;
}

}  // namespace batata::net
