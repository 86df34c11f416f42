#include "net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "net/http1_answer.h"
#include "net/http1_session.h"
#include "net/http2_goaway.h"
#include "net/http2_session.h"
#include "net/socket_address.h"

namespace batata::net {
namespace {

constexpr auto kLingerTime =
    std::chrono::seconds(2);  // for a peer that is still sending to read our last words
// An answer that is with the peer as soon as it is sent: it fits into what every sender may send first (RFC
// 6928).
constexpr std::size_t kShortAnswer = 14'600;
constexpr auto kRefusalTime = std::chrono::seconds(1);  // for a peer that is one too many to say a word
constexpr std::string_view kHttp2Start = "PRI";         // no HTTP/1 method: three bytes tell (RFC 9113, 3.4)

}  // namespace

Connection::Connection(IoThread& thread, int socket, const Entry& entry, const sockaddr_storage& peer)
    : thread_(&thread), door_(thread.door()), socket_(socket), client_(client_key(peer)) {
  if (entry.tls != nullptr) entrance_ = std::make_unique<Entrance>(entry);
  auto remote = address_text(peer);
  remote_address = std::move(remote.text);
  remote_port = remote.port;
  auto local = local_address_of(socket);
  local_address = std::move(local.text);
  local_port = local.port;
  accepted_at = IoThread::wall_now();
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  if (is_open()) ::close(socket_);
}

void Connection::start() {
  speaks(Protocol::kUndecided);
  const Limits& limits = thread_->service().limits;
  const auto time = entrance_ == nullptr ? limits.header_timeout : limits.handshake_timeout;
  set_deadline(now() + (refused_ ? std::min<std::chrono::milliseconds>(time, kRefusalTime) : time));
  if (!thread_->poller().add_stream(socket_, *this)) close_now();
}

void Connection::on_ready(Ready ready) {
  if (!is_open()) return;  // closed earlier in this turn
  input_.note(ready);
  if (entrance_ != nullptr && !open()) return;
  if (ready.writable && blocked_) writable_again();
  read();
}

// Finds out whether the client speaks TLS, and shakes hands with it. True: requests may come.
bool Connection::open() {
  const auto step = entrance_->go_on(socket_, input_.readable);
  if (step == Entrance::Step::kWaits) return false;
  const auto entrance = std::move(entrance_);
  if (step == Entrance::Step::kOpen) {
    tls_ = entrance->take_stream();
    if (tls_ == nullptr) return true;
    certificate = tls_->peer_certificate();
    set_deadline(now() + thread_->service().limits.header_timeout);
    return true;
  }
  if (const auto reason = entrance->failure(); !reason.empty())
    log::debug("no handshake of TLS peer={} reason={}", remote_address, reason);
  if (step == Entrance::Step::kSpeaksNone) refuse_plain();
  if (is_open() && !lingering_) close_now();
  return false;
}

// Who forgets the s of https is told so; other protocols see the connection end.
void Connection::refuse_plain() {
  write_refusal(output(), {400, "this port speaks TLS: https, or gRPC over TLS"});
  if (output_->send_to(socket_) == Output::Sent::kAll) linger();
}

void Connection::refuse(std::string_view start) {
  if (start.starts_with(kHttp2Start.substr(0, 2))) {  // no method of HTTP/1 begins with PR
    output().append(too_many_http2());
  } else {
    write_refusal(output(), wire::kTooManyConnections);
  }
  if (output_->send_to(socket_) != Output::Sent::kAll) return close_now();
  linger();
}

bool Connection::wants_input() const {
  return lingering_ || session_ == nullptr || session_->wants_input(blocked_);
}

void Connection::read() {
  for (int i = 0; i < SocketInput::kReadsPerTurn; ++i) {
    if (!is_open() || entrance_ != nullptr || !input_.readable || read_later_ || !wants_input()) return;
    const auto buffer = thread_->read_buffer();
    std::size_t size = 0;
    const auto taken = input_.take(socket_, lingering_ ? nullptr : tls_.get(), buffer, size);
    if (taken == SocketInput::Taken::kNothing) return;
    if (taken == SocketInput::Taken::kEnd) return close_now();
    if (taken == SocketInput::Taken::kSome && !lingering_) receive(buffer.first(size));
  }
  if (!is_open() || !input_.readable) return;
  read_later_ = true;
  thread_->read_later(shared_from_this());
}

void Connection::read_on() {
  read_later_ = false;
  read();
}

void Connection::receive(std::span<char> bytes) {
  said_ = 0;
  if (refused_) return refuse({bytes.data(), bytes.size()});
  std::string joined;
  if (session_ == nullptr && !first_bytes_.empty()) {
    joined = std::move(first_bytes_).append(bytes.data(), bytes.size());
    first_bytes_.clear();
    bytes = joined;
  }
  if (session_ == nullptr && !choose_session(bytes)) {
    first_bytes_.assign(bytes.data(), bytes.size());
    return;
  }
  in_session_ = true;
  session_->receive(bytes);
  in_session_ = false;
  flush();
}

bool Connection::choose_session(std::span<char> bytes) {
  const std::string_view start(bytes.data(), std::min(bytes.size(), kHttp2Start.size()));
  if (start.size() < kHttp2Start.size() && kHttp2Start.starts_with(start)) return false;
  if (start == kHttp2Start) {
    session_ = std::make_unique<Http2Session>(*this, thread_->service());
    speaks(Protocol::kHttp2);
  } else {
    session_ = std::make_unique<Http1Session>(*this, thread_->service());
    speaks(Protocol::kHttp1);
  }
  return true;
}

void Connection::speaks(Protocol protocol) {
  if (refused_) return;
  Meters& meters = *thread_->service().meters;
  if (protocol_) meters.leave(*protocol_, counted_as_tls_);
  protocol_ = protocol;
  counted_as_tls_ = tls_ != nullptr;
  meters.enter(protocol, counted_as_tls_);
}

Output& Connection::output() {
  if (output_ == nullptr) output_ = thread_->borrow_output();
  return *output_;
}

void Connection::request_flush() {
  if (in_session_ || flush_asked_ || !is_open()) return;
  flush_asked_ = true;
  thread_->flush_later(shared_from_this());
}

void Connection::hand_over(std::unique_ptr<Session> next) {
  next_session_ = std::move(next);
  request_flush();
}

void Connection::adopt_next() {
  if (next_session_ == nullptr) return;
  session_ = std::move(next_session_);
  speaks(Protocol::kWebSocket);  // no other follows another
  if (told_to_end_) session_->wind_down();
}

void Connection::flush_if_asked() {
  if (!std::exchange(flush_asked_, false)) return;
  flush();
  read();  // what stopped the reading may be over
}

void Connection::flush() {
  flush_asked_ = false;
  if (lingering_ || !is_open() || session_ == nullptr) return;
  if (session_->aborted()) return reset();
  if (blocked_) return note_held();
  bool said = false;
  for (;;) {
    adopt_next();
    in_session_ = true;
    session_->produce();
    in_session_ = false;
    if (next_session_ != nullptr) continue;
    if (output_ == nullptr || output_->empty()) break;
    const std::size_t before = output_->size();
    said = true;
    const bool last = session_->finished();
    const auto sent = tls_ != nullptr ? output_->send_to(*tls_, last) : output_->send_to(socket_, last);
    if (sent == Output::Sent::kFailed) return close_now();
    taking_.note_written(before - output_->size());
    said_ += before - output_->size();
    if (sent == Output::Sent::kBlocked) return wait_writable();
  }
  taking_.end();
  if (output_ != nullptr) thread_->return_output(std::move(output_));
  note_held();
  if (session_->finished()) end(said);
}

void Connection::wait_writable() {
  blocked_ = true;
  taking_.begin(socket_, now(), taking_window());
  note_held();
  arm();
}

Duration Connection::taking_window() const {
  if (winding_down_) return kWindDownGrace;
  return thread_->service().limits.stall_timeout;
}

// The window in which the client had to take what waits is over. False: it has not, and goes.
bool Connection::goes_on_taking() {
  const Limits& limits = thread_->service().limits;
  const auto pace = taking_.judge(socket_, now(), taking_window(), limits.take_rate);
  if (pace == Taking::Pace::kGood) return true;
  if (!winding_down_)
    thread_->service().meters->count(pace == Taking::Pace::kNothing ? Limit::kStallTime : Limit::kTakeRate);
  return false;
}

// It has more for its client than others, while all of them together have too much. What that has made room
// is told at once: whether others must go, too, is asked next.
void Connection::shed() {
  thread_->service().meters->count(Limit::kUnsentBytesOfAll);
  if (session_ == nullptr || !session_->shed()) {
    reset();
  } else {
    note_held();
    request_flush();
  }
  thread_->tell_unsent();
}

// After each attempt to send, which follows all that is read: what came whole and went out at once is never
// counted.
void Connection::note_held() {
  Session::Held held = session_ == nullptr ? Session::Held{} : session_->held();
  if (output_ != nullptr) held.unsent += output_->size();
  if (held.unsent != unsent_) thread_->holders().note(*this, held.unsent);
  if (held.unsent == unsent_ && held.unfinished == unfinished_) return;
  const auto difference = [](std::size_t now, std::size_t before) {
    return static_cast<std::ptrdiff_t>(now) - static_cast<std::ptrdiff_t>(before);
  };
  thread_->note_held(difference(held.unsent, unsent_), difference(held.unfinished, unfinished_));
  unsent_ = held.unsent;
  unfinished_ = held.unfinished;
}

void Connection::writable_again() {
  blocked_ = false;
  flush();
}

// Says that nothing more comes, behind what was `said` just now. Who has promised the same is not waited for,
// unless it has not kept that or a reset could overtake a long answer.
void Connection::end(bool said) {
  const bool promised = session_->client_has_finished() && said_ <= kShortAnswer && is_drained();
  if (said && !promised) return linger();
  if (tls_ != nullptr) tls_->say_goodbye();
  close_now();
}

bool Connection::is_drained() {
  char byte = 0;
  if (tls_ != nullptr) return tls_->receive({&byte, 1}).step == TlsStream::Step::kWantsInput;
  return !input_.readable;
}

// Closing a socket that has unread input resets the connection, and the peer may lose our last answer: so our
// side is shut first, and what still comes is read and dropped for a short while (RFC 9112, 9.6).
void Connection::linger() {
  lingering_ = true;
  if (tls_ != nullptr) tls_->say_goodbye();
  ::shutdown(socket_, SHUT_WR);
  hard_deadline_ = now() + kLingerTime;
  arm();
}

void Connection::set_deadline(SteadyTime when) {
  deadline_ = when;
  arm();
}

SteadyTime Connection::next_deadline() const {
  return lingering_ ? hard_deadline_ : std::min({deadline_, hard_deadline_, taking_.due()});
}

// A deadline that moves away leaves the timer where it is: expired() sees that it is too early. So requests
// on a keep-alive connection touch no timer.
void Connection::arm() {
  const SteadyTime due = next_deadline();
  if (due == SteadyTime::never() || !is_open()) return;
  if (!is_set() || due < WheelTimer::due()) thread_->timers().set(*this, due);
}

void Connection::expired() {
  const auto keep = shared_from_this();
  if (now() >= taking_.due() && !goes_on_taking()) return close_now();
  if (now() < next_deadline()) return arm();
  if (now() >= hard_deadline_ || session_ == nullptr) {
    note_time_limit();
    return close_now();
  }
  deadline_ = SteadyTime::never();
  session_->deadline_passed();
  arm();  // for the hard deadline, which may be all that is left
  request_flush();
}

// Which limit has ended it, where it is none of the session's.
void Connection::note_time_limit() const {
  if (refused_ || lingering_ || winding_down_) return;
  Meters& meters = *thread_->service().meters;
  if (entrance_ != nullptr) return meters.count(Limit::kHandshakeTime);
  if (session_ == nullptr) meters.count(Limit::kHeaderTime);
}

// What the client has sent already is read first: closing the socket on it would reset the connection.
void Connection::wind_down() {
  read_later_ = false;
  input_.readable = true;
  read();
  if (session_ == nullptr) return close_now();
  winding_down_ = true;
  if (blocked_) {  // for a shorter while
    taking_.end();
    wait_writable();
  }
  adopt_next();
  told_to_end_ = true;
  session_->wind_down();
  request_flush();
}

void Connection::close() {
  door_->run([self = shared_from_this()] {
    if (!self->is_open()) return;
    self->hard_deadline_ = std::min(self->hard_deadline_, self->now() + kWindDownGrace);
    self->arm();
    self->adopt_next();
    self->told_to_end_ = true;
    if (self->session_ != nullptr) self->session_->wind_down();
    self->request_flush();
  });
}

void Connection::on_closed(UniqueFunction<void()> hook) {
  if (!is_open()) return hook();
  if (hooks_ == nullptr) hooks_ = std::make_unique<std::vector<UniqueFunction<void()>>>();
  hooks_->push_back(std::move(hook));
}

// The peer is to see that this is no proper end.
void Connection::reset() {
  const struct linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close_now();
}

void Connection::close_now() {
  if (!is_open()) return;
  ::close(std::exchange(socket_, -1));
  cancel();
  tls_.reset();
  session_.reset();  // streams end before the hooks run
  next_session_.reset();
  output_.reset();
  note_held();
  if (const auto spoken = std::exchange(protocol_, std::nullopt))
    thread_->service().meters->leave(*spoken, counted_as_tls_);
  thread_->forget(*this);
  if (const auto hooks = std::move(hooks_))
    for (auto& hook : *hooks) hook();
}

}  // namespace batata::net
