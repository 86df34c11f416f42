#include "net/http1_session.h"

#include <algorithm>
#include <utility>

#include "net/http1_answer.h"
#include "net/web_socket_session.h"

namespace batata::net {
namespace {

constexpr std::size_t kPipelinedBytesMax = 64 << 10;  // kept while an answer is awaited

// Reused by all requests of a thread, so that a request costs no allocation for its tables.
struct Scratch {
  wire::Request request;
  IntakeScratch intake;
};
Scratch& scratch() {
  thread_local Scratch instance;
  return instance;
}

}  // namespace

// The responder of one request. Dropping it unused ends the connection: a client must not wait for ever.
class Http1Session::Reply {
 public:
  explicit Reply(std::shared_ptr<Ref> session) : session_(std::move(session)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (session_ == nullptr) return;
    const auto door = session_->door;
    door->run([session = std::move(session_)] {
      if (session->session != nullptr) session->session->abandon();
    });
  }
  void operator()(wire::Response response) {
    if (session_ == nullptr) return;
    const auto door = session_->door;
    door->run([session = std::move(session_), response = std::move(response)]() mutable {
      if (session->session != nullptr) session->session->answer(std::move(response));
    });
  }

 private:
  std::shared_ptr<Ref> session_;
};

Http1Session::Http1Session(Carrier& carrier, const Service& service)
    : carrier_(carrier),
      service_(service),
      self_(std::make_shared<Ref>(Ref{carrier.door(), this})),
      request_started_(carrier.now()) {
  update_deadline();
}

Http1Session::~Http1Session() {
  if (state_ == State::kAnswer) service_.router.cancel(task_);
  self_->session = nullptr;
  body_.reset();
}

void Http1Session::receive(std::span<char> bytes) {
  if (state_ == State::kFinished) return;
  // Empty lines before a request are none of it, and buy no time.
  const auto is_break = [](char c) { return c == '\r' || c == '\n'; };
  if (state_ == State::kHead && input_.empty() && !std::ranges::all_of(bytes, is_break))
    request_started_ = carrier_.now();
  if (!input_.empty() || is_answering()) {
    input_.append(bytes.data(), bytes.size());
    work_on_input();
  } else {
    std::size_t size = bytes.size();
    const std::size_t consumed = process(bytes, size);
    keep(std::string_view(bytes.data(), size).substr(consumed));
  }
  if ((state_ == State::kHead || state_ == State::kBody) && is_one_too_many(service_, input_.size())) {
    refuse(wire::kTooMuchIsSent);
    std::string().swap(input_);
  }
  hand_over();
  update_deadline();
}

void Http1Session::produce() {
  if (state_ == State::kStream && body_->produce(carrier_.output(), carrier_.now())) answer_done();
  if (!input_.empty() && state_ == State::kHead) work_on_input();
  hand_over();
  update_deadline();
}

void Http1Session::work_on_input() {
  std::size_t size = input_.size();
  const std::size_t consumed = process(input_, size);
  input_.resize(size);
  if (consumed == size) {
    std::string().swap(input_);  // an idle connection holds no buffer
  } else {
    input_.erase(0, consumed);
  }
}

void Http1Session::keep(std::string_view rest) {
  if (!rest.empty() && state_ != State::kFinished) input_.assign(rest);
}

// Works on the requests at the front of `input`; the bytes that are done with. Lowers `size` where chunks
// were decoded.
std::size_t Http1Session::process(std::span<char> input, std::size_t& size) {
  std::size_t consumed = 0;
  while (state_ == State::kHead || state_ == State::kBody) {
    if (carrier_.output().size() > Output::kAheadMax) {
      carrier_.request_flush();  // the next pipelined request waits; goes on in produce()
      break;
    }
    std::size_t left = size - consumed;
    const std::size_t before = left;
    std::size_t used = 0;
    const bool more = next_request(input.data() + consumed, left, used);
    size -= before - left;
    consumed += used;
    if (!more) break;
  }
  return state_ == State::kFinished ? size : consumed;
}

// Answers the request at `data`, if it is whole. False: more input is needed.
bool Http1Session::next_request(char* data, std::size_t& size, std::size_t& consumed) {
  if (state_ == State::kHead) {
    // Some clients end a body with a CR LF that they did not count (RFC 9112, 2.2).
    while (size - consumed >= 2 && data[consumed] == '\r' && data[consumed + 1] == '\n') consumed += 2;
    data += consumed;
    const std::string_view bytes(data, size - consumed);
    if (consumed > 0) scanned_ = 0;  // also when nothing is left: what comes next has not been looked at
    if (bytes.empty()) return false;
    std::optional<Refusal> refusal;
    const auto end = find_head_end(bytes, scanned_, service_.limits, refusal);
    if (refusal) return refuse(*refusal), false;
    if (!end) return false;
    scanned_ = 0;
    head_size_ = *end;
    auto& request = scratch().request;
    request.clear();
    if (const auto wrong = parse_head({data, head_size_}, service_.limits, request, head_))
      return refuse(*wrong), false;
    if (const auto wrong =
            intake_.begin(head_.coding, head_.content_length, service_.limits, request_started_))
      return refuse(*wrong), false;
    state_ = State::kBody;
    chunks_ = {};
    std::size_t rest = bytes.size();
    const bool whole = body_complete(data, rest);
    size -= bytes.size() - rest;
    if (state_ == State::kFinished) return false;
    if (!whole) {
      if (head_.expects_continue) carrier_.output().append("HTTP/1.1 100 Continue\r\n\r\n");
      return false;
    }
  } else {
    const bool whole = body_complete(data, size);
    if (state_ == State::kFinished || !whole) return false;
    // The input has moved since the head was parsed. It was good then, and its names are lowered already.
    auto& request = scratch().request;
    request.clear();
    if (const auto wrong = parse_head({data, head_size_}, service_.limits, request, head_))
      return refuse(*wrong), false;
  }
  const std::size_t body = head_.chunked ? chunks_.decoded() : static_cast<std::size_t>(head_.content_length);
  consumed += head_size_ + body;
  dispatch({data + head_size_, body});
  return true;
}

bool Http1Session::body_complete(char* data, std::size_t& size) {
  if (!head_.chunked) return size - head_size_ >= head_.content_length;
  std::size_t body_bytes = size - head_size_;
  const auto step = chunks_.decode(data + head_size_, body_bytes, service_.limits.body_bytes);
  size = head_size_ + body_bytes;
  if (step == ChunkDecoder::Step::kRefused) refuse(chunks_.refusal());
  return step == ChunkDecoder::Step::kDone;
}

void Http1Session::dispatch(std::string_view body) {
  auto& [request, intake] = scratch();
  any_request_ = true;
  request_started_ = carrier_.now();  // of the next one: its first bytes may lie behind this one
  if (head_.http_1_0) request.protocol = "HTTP/1.0";
  const auto wrong = intake_.complete(request, body, intake, service_.limits, carrier_.peer());
  if (wrong) return refuse(*wrong);
  accepted_ = accepted_coding(request);
  head_only_ = request.method == wire::Method::kHead;
  last_request_ = !head_.keep_alive;
  state_ = State::kAnswer;
  in_dispatch_ = true;
  task_ = service_.router.dispatch(request, Reply(self_));
  in_dispatch_ = false;
  intake.release();
}

void Http1Session::answer(wire::Response response) {
  if (state_ != State::kAnswer) return;
  if (response.web_socket != nullptr && head_.http_1_0)
    return refuse({426, "a WebSocket needs HTTP/1.1"}), carrier_.request_flush();
  // Without chunks the end of a body that goes on is that of the connection.
  if (response.stream != nullptr && head_.http_1_0) head_.keep_alive = false;
  const bool upgrades = response.web_socket != nullptr;
  const bool keep_alive = upgrades || (head_.keep_alive && wind_down_until_ == SteadyTime::never());
  const auto stream = std::move(response.stream);
  web_socket_ = std::move(response.web_socket);
  const bool goes_on = stream != nullptr && response.status != 204 && response.status != 304;
  const AnswerCoding coding = pack_answer(response, accepted_, service_.limits);
  write_answer(carrier_.output(), std::move(response),
               {.http_1_0 = head_.http_1_0,
                .keep_alive = keep_alive,
                .goes_on = goes_on,
                .head_only = head_only_,
                .coding = coding});
  if (upgrades) {
    state_ = State::kUpgraded;
  } else if (goes_on && !head_only_) {
    begin_body(std::move(*stream));
  } else {
    state_ = keep_alive ? State::kHead : State::kFinished;
  }
  if (in_dispatch_) return;
  hand_over();
  request_started_ = carrier_.now();
  update_deadline();
  carrier_.request_flush();
}

void Http1Session::begin_body(wire::BodyStart start) {
  state_ = State::kStream;
  const auto side =
      std::make_shared<BodySide<Http1Session>>(self_, ++body_number_, service_.limits.stream_unsent_bytes);
  body_ =
      std::make_unique<Http1Body>(side,
                                  Http1Body::Style{.chunked = !head_.http_1_0,
                                                   .keep_alive = start.keep_alive,
                                                   .keep_alive_interval = service_.limits.stream_keep_alive},
                                  carrier_.now());
  body_->begin(start.start(side));
  if (wind_down_until_ != SteadyTime::never()) body_->finish();
}

void Http1Session::body_bytes(std::int32_t body, std::shared_ptr<const std::string> bytes) {
  if (!is_current(body)) return;
  body_->queue(std::move(bytes));
  carrier_.request_flush();
}

void Http1Session::end_body(std::int32_t body) {
  if (!is_current(body)) return;
  body_->finish();
  carrier_.request_flush();
}

// The body is not ended properly, so that the client knows that there was more.
void Http1Session::cut_off(std::int32_t body) {
  if (!is_current(body)) return;
  service_.meters->count(Limit::kUnsentBytesOfStream);
  drop_body();
}

void Http1Session::drop_body() {
  if (state_ != State::kStream) return;
  state_ = State::kFinished;
  aborted_ = head_.http_1_0;           // whose bodies end as the connection does
  const auto body = std::move(body_);  // its source hears of the end when there is none any more
  carrier_.request_flush();
}

// The body that went on is out.
void Http1Session::answer_done() {
  const bool keep_alive = head_.keep_alive && wind_down_until_ == SteadyTime::never();
  state_ = keep_alive ? State::kHead : State::kFinished;
  request_started_ = carrier_.now();
  const auto body = std::move(body_);  // its source hears of the end when there is none any more
}

void Http1Session::hand_over() {
  if (web_socket_ == nullptr) return;
  carrier_.hand_over(
      std::make_unique<WebSocketSession>(carrier_, service_, std::move(*web_socket_), std::move(input_)));
  web_socket_.reset();
}

void Http1Session::abandon() {
  if (state_ != State::kAnswer) return;
  state_ = State::kFinished;
  carrier_.request_flush();
}

// What a status says of the limit that was reached; of headers the size is looked at before the number.
void Http1Session::count(const Refusal& refusal) const {
  Meters& meters = *service_.meters;
  if (refusal.status == 413) meters.count(Limit::kBodyBytes);
  if (refusal.status == 431) meters.count(refusal.too_many ? Limit::kHeaders : Limit::kHeaderBytes);
}

void Http1Session::refuse(const Refusal& refusal) {
  count(refusal);
  write_refusal(carrier_.output(), refusal);
  state_ = State::kFinished;
}

bool Http1Session::wants_input(bool blocked) const {
  if (state_ == State::kUpgraded) return false;
  if (is_answering()) {
    const bool room = input_.empty() || service_.load == nullptr || service_.load->takes_in(input_.size());
    return room && input_.size() < kPipelinedBytesMax;
  }
  return !blocked;
}

void Http1Session::update_deadline() {
  const Limits& limits = service_.limits;
  SteadyTime deadline = SteadyTime::never();
  if (state_ == State::kBody) {
    deadline = intake_.deadline(input_.size() - std::min(input_.size(), head_size_), limits);
  } else if (state_ == State::kHead) {
    const bool idle = input_.empty() && any_request_;
    deadline = request_started_ + (idle ? limits.idle_timeout : limits.header_timeout);
  }
  if (state_ == State::kStream) deadline = body_->deadline();
  if (state_ != State::kAnswer) deadline = std::min(deadline, wind_down_until_);
  carrier_.set_deadline(deadline);
}

void Http1Session::deadline_passed() {
  if (state_ == State::kStream) {
    if (carrier_.now() >= wind_down_until_) return drop_body();
    body_->deadline_passed(carrier_.now());
    update_deadline();
    return carrier_.request_flush();
  }
  if (state_ != State::kHead && state_ != State::kBody) return;
  const bool winds_down = wind_down_until_ != SteadyTime::never();
  if (carrier_.blocked() && !winds_down) {
    // Its client still takes what was said before, and nothing is read: the time for more begins behind that.
    request_started_ = carrier_.now();
    intake_.restart(carrier_.now());
    return update_deadline();
  }
  if (!winds_down) {
    const bool idle = input_.empty() && any_request_ && state_ == State::kHead;
    service_.meters->count(idle                     ? Limit::kIdleTime
                           : state_ == State::kBody ? Limit::kTransferRate
                                                    : Limit::kHeaderTime);
  }
  if (!input_.empty()) {
    refuse({408, "the request took too long"});
    std::string().swap(input_);
  } else {
    state_ = State::kFinished;
  }
  carrier_.request_flush();
}

void Http1Session::wind_down() {
  if (wind_down_until_ != SteadyTime::never()) return;
  wind_down_until_ = carrier_.now() + kWindDownGrace;
  if (state_ == State::kHead && input_.empty()) state_ = State::kFinished;
  if (state_ == State::kStream) body_->finish();
  update_deadline();
  carrier_.request_flush();
}

}  // namespace batata::net
