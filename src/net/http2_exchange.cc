#include "net/http2_exchange.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/http1_answer.h"
#include "net/http2_body.h"

namespace batata::net {
namespace {

using Ref = Http2Session::Ref;

// Headers that belong to an HTTP/1 connection and may not be sent over HTTP/2 (RFC 9113, 8.2.2).
bool belongs_to_connection(std::string_view name) {
  return name == "connection" || name == "keep-alive" || name == "proxy-connection" ||
         name == "transfer-encoding" || name == "upgrade";
}

// What an answer needs to know of its request.
struct Asked {
  bool head_only = false;
  AcceptedCoding accepted = AcceptedCoding::kIdentity;
};

// Whether a body follows piece by piece.
bool respond(Http2Stream& stream, wire::Response response, const Asked& asked) {
  const bool streamed = response.stream != nullptr;
  const AnswerCoding coding = pack_answer(response, asked.accepted, stream.session().service().limits);
  const std::string status = std::to_string(response.status);
  const std::string length = std::to_string(response.content().size());
  std::vector<nghttp2_nv> fields = {header_field(":status", status), header_field("date", date_of_now()),
                                    header_field("x-content-type-options", kContentTypeOptions)};
  if (needs_policy(response)) fields.push_back(header_field("content-security-policy", kContentPolicy));
  if (!response.content_type.empty()) fields.push_back(header_field("content-type", response.content_type));
  if (coding.varies) fields.push_back(header_field("vary", "accept-encoding"));
  if (coding.gzip) fields.push_back(header_field("content-encoding", "gzip"));
  std::string lowered = response.headers;  // values are not looked at again, so only names need to stay right
  std::vector<std::pair<std::string_view, std::string_view>> lines;
  each_header_line(lowered, [&](std::string_view name, std::string_view value) {
    char* const at = lowered.data() + (name.data() - lowered.data());
    for (std::size_t i = 0; i < name.size(); ++i)
      if (at[i] >= 'A' && at[i] <= 'Z') at[i] = static_cast<char>(at[i] + 32);
    if (!belongs_to_connection(name)) fields.push_back(header_field(name, value));
  });
  const bool has_body = response.status != 204 && response.status != 304;
  const bool goes_on = streamed && has_body && !asked.head_only;
  if (has_body && !streamed) fields.push_back(header_field("content-length", length));
  const bool last = !goes_on && (!has_body || asked.head_only || response.content().empty());
  stream.send_headers(fields, last);
  if (last || goes_on) return goes_on;
  if (response.owner != nullptr) {
    const std::string_view bytes = response.shared_body;
    stream.queue_last_bytes(std::move(response.owner), bytes);
    return false;
  }
  auto owner = std::make_shared<const std::string>(std::move(response.body));
  const std::string_view bytes = *owner;
  stream.queue_last_bytes(std::move(owner), bytes);
  return false;
}

// Answers an exchange's request on the thread of its session, which still has it.
void answer_exchange(Http2Stream& stream, wire::Response response, const Asked& asked);

// nghttp2 has compared it with what comes; it is digits.
std::optional<std::uint64_t> length_of(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(length) : std::nullopt;
}

// The responder of one request. Dropping it unused resets the stream.
class Reply {
 public:
  Reply(std::shared_ptr<Ref> session, std::int32_t id, const Asked& asked)
      : session_(std::move(session)), id_(id), asked_(asked) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (session_ == nullptr) return;
    const auto door = session_->door;
    door->run([session = std::move(session_), id = id_] {
      Http2Stream* const stream = session->session == nullptr ? nullptr : session->session->find(id);
      if (stream != nullptr && !stream->ending()) stream->reset(NGHTTP2_INTERNAL_ERROR);
    });
  }
  void operator()(wire::Response response) {
    if (session_ == nullptr) return;
    const auto door = session_->door;
    door->run(
        [session = std::move(session_), id = id_, asked = asked_, response = std::move(response)]() mutable {
          Http2Stream* const stream = session->session == nullptr ? nullptr : session->session->find(id);
          if (stream == nullptr || stream->ending()) return;
          if (!asked.head_only && !session->session->has_room(response.content().size()))
            return refuse_exchange(*stream, wire::kTooMuchWaits);
          answer_exchange(*stream, std::move(response), asked);
        });
  }

 private:
  std::shared_ptr<Ref> session_;
  std::int32_t id_;
  Asked asked_;
};

// Reused by all requests of a thread.
IntakeScratch& scratch() {
  thread_local IntakeScratch instance;
  return instance;
}

class Exchange final : public StreamWork {
 public:
  Exchange(Http2Stream& stream, const Http2Head& head)
      : stream_(stream), head_(head), deadline_(stream, *this) {}

  /// Nothing when the request may come; the refusal else.
  std::optional<Refusal> begin() {
    ContentCoding coding = ContentCoding::kIdentity;
    std::optional<std::uint64_t> length;
    std::string_view authority;
    bool packed = false;
    for (const auto& field : head_.fields) {
      const auto name = head_.name(field), value = head_.value(field);
      if (name == "content-encoding") {
        coding = std::exchange(packed, true) ? ContentCoding::kOther : content_coding(value);
      } else if (name == "content-length") {
        length = length_of(value);
      } else if (name == ":authority" || name == "host") {
        // They name one host, or two servers see two (RFC 9113, 8.3.1).
        if (!is_authority(value)) return Refusal{400, "malformed host"};
        if (!authority.empty() && authority != value) return Refusal{400, "two hosts"};
        authority = value;
      }
    }
    return intake_.begin(coding, length, limits(), stream_.session().carrier().now());
  }
  void await_rest() override { deadline_.start(); }
  void too_slow() override {
    if (stream_.ending()) return;
    forget_request();
    refuse_exchange(stream_, {408, "the request took too long"});
  }
  void no_room() override {
    if (stream_.ending()) return;
    forget_request();
    refuse_exchange(stream_, wire::kTooMuchIsSent);
  }

  void data(std::string_view bytes) override {
    if (stream_.ending()) return;
    if (const auto refusal = RequestIntake::check_size(body_.size() + bytes.size(), limits())) {
      forget_request();
      return refuse_exchange(stream_, *refusal);
    }
    body_.append(bytes);
  }
  void end() override {
    deadline_.cancel();
    if (stream_.ending()) return;
    wire::Request request;
    read_head(request);
    request.protocol = "HTTP/2.0";
    Http2Session& session = stream_.session();
    IntakeScratch& intake = scratch();
    if (const auto refusal = intake_.complete(request, body_, intake, limits(), session.carrier().peer()))
      return refuse_exchange(stream_, *refusal);
    const Asked asked{.head_only = request.method == wire::Method::kHead,
                      .accepted = accepted_coding(request)};
    task_ = session.service().router.dispatch(request, Reply(session.self(), stream_.id(), asked));
    intake.release();
    forget_request();
  }
  void begin_body(wire::BodyStart start) {
    body_out_ = std::make_unique<Http2Body>(stream_);
    body_out_->begin(std::move(start));
  }
  void sent(std::size_t bytes, std::size_t pieces) override {
    if (body_out_ != nullptr) body_out_->note_sent(bytes, pieces);
  }
  void wind_down() override {
    if (body_out_ != nullptr) body_out_->finish();
  }
  void closed() override {
    if (body_out_ == nullptr && !stream_.ending()) stream_.session().service().router.cancel(task_);
    body_out_.reset();
  }
  std::size_t buffered() const override {
    return body_.size() + head_.text.size() + head_.fields.size() * sizeof(Http2Head::Field);
  }

 private:
  void forget_request() {
    std::string().swap(body_);
    head_ = {};
  }
  [[nodiscard]] const Limits& limits() const { return stream_.session().service().limits; }

  void read_head(wire::Request& request) const {
    bool has_authority = false;
    for (const auto& field : head_.fields) {
      const auto name = head_.name(field), value = head_.value(field);
      if (name == ":method") {
        request.method_name = value;
        request.method = wire::method_named(value);
      } else if (name == ":path") {
        request.target = value;
      } else if (name == ":authority") {
        request.headers.emplace_back("host", value);
        has_authority = true;
      } else if (!name.starts_with(':') && !(has_authority && name == "host")) {
        request.headers.emplace_back(name, value);
      }
    }
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    if (question != std::string_view::npos) request.query = request.target.substr(question + 1);
  }

  Http2Stream& stream_;
  Http2Head head_;
  RequestIntake intake_;
  BodyDeadline deadline_;
  std::string body_;
  std::unique_ptr<Http2Body> body_out_;                // of an answer that goes on
  wire::Router::TaskId task_ = wire::Router::kNoTask;  // that answers the request, once it is whole
};

void answer_exchange(Http2Stream& stream, wire::Response response, const Asked& asked) {
  const auto body = response.stream;
  if (respond(stream, std::move(response), asked))
    static_cast<Exchange&>(*stream.work).begin_body(std::move(*body));
}

}  // namespace

std::unique_ptr<StreamWork> start_exchange(Http2Stream& stream, const Http2Head& head) {
  auto exchange = std::make_unique<Exchange>(stream, head);
  if (const auto refusal = exchange->begin()) {
    refuse_exchange(stream, *refusal);
    return nullptr;
  }
  return exchange;
}

void refuse_exchange(Http2Stream& stream, const Refusal& refusal) {
  Meters& meters = *stream.session().service().meters;
  if (refusal.status == 408) meters.count(Limit::kTransferRate);
  if (refusal.status == 413) meters.count(Limit::kBodyBytes);
  respond(stream, wire::refusal_answer(refusal), {});
}

}  // namespace batata::net
