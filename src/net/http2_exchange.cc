#include "net/http2_exchange.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "net/http1_answer.h"

namespace batata::net {
namespace {

using Ref = Http2Session::Ref;

// Headers that belong to an HTTP/1 connection and may not be sent over HTTP/2 (RFC 9113, 8.2.2).
bool belongs_to_connection(std::string_view name) {
  return name == "connection" || name == "keep-alive" || name == "proxy-connection" ||
         name == "transfer-encoding" || name == "upgrade";
}

void respond(Http2Stream& stream, wire::Response response, bool head_only) {
  const std::string status = std::to_string(response.status);
  const std::string length = std::to_string(response.content().size());
  std::vector<nghttp2_nv> fields = {header_field(":status", status), header_field("date", date_of_now()),
                                    header_field("x-content-type-options", kContentTypeOptions)};
  if (needs_policy(response)) fields.push_back(header_field("content-security-policy", kContentPolicy));
  if (!response.content_type.empty()) fields.push_back(header_field("content-type", response.content_type));
  std::string lowered = response.headers;  // values are not looked at again, so only names need to stay right
  std::vector<std::pair<std::string_view, std::string_view>> lines;
  each_header_line(lowered, [&](std::string_view name, std::string_view value) {
    char* const at = lowered.data() + (name.data() - lowered.data());
    for (std::size_t i = 0; i < name.size(); ++i)
      if (at[i] >= 'A' && at[i] <= 'Z') at[i] = static_cast<char>(at[i] + 32);
    if (!belongs_to_connection(name)) fields.push_back(header_field(name, value));
  });
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) fields.push_back(header_field("content-length", length));
  const bool last = !has_body || head_only || response.content().empty();
  stream.send_headers(fields, last);
  if (last) return;
  if (response.owner != nullptr) {
    const std::string_view bytes = response.shared_body;
    return stream.queue_last_bytes(std::move(response.owner), bytes);
  }
  auto owner = std::make_shared<const std::string>(std::move(response.body));
  const std::string_view bytes = *owner;
  stream.queue_last_bytes(std::move(owner), bytes);
}

// The responder of one request. Dropping it unused resets the stream.
class Reply {
 public:
  Reply(std::shared_ptr<Ref> session, std::int32_t id, bool head_only)
      : session_(std::move(session)), id_(id), head_only_(head_only) {}
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
    door->run([session = std::move(session_), id = id_, head_only = head_only_,
               response = std::move(response)]() mutable {
      Http2Stream* const stream = session->session == nullptr ? nullptr : session->session->find(id);
      if (stream == nullptr || stream->ending()) return;
      if (!head_only && !session->session->has_room(response.content().size()))
        return refuse_exchange(*stream, 503);
      respond(*stream, std::move(response), head_only);
    });
  }

 private:
  std::shared_ptr<Ref> session_;
  std::int32_t id_;
  bool head_only_;
};

class Exchange final : public StreamWork {
 public:
  Exchange(Http2Stream& stream, const Http2Head& head) : stream_(stream), head_(head) {}

  void data(std::string_view bytes) override {
    if (stream_.ending()) return;
    if (body_.size() + bytes.size() > stream_.session().service().limits.body_bytes) {
      std::string().swap(body_);
      stream_.session().service().meters->count(Limit::kBodyBytes);
      return refuse_exchange(stream_, 413);
    }
    if (is_one_too_many(stream_.session().service(), body_.size() + bytes.size())) {
      std::string().swap(body_);
      return refuse_exchange(stream_, 503);
    }
    body_.append(bytes);
  }
  void end() override {
    if (stream_.ending()) return;
    wire::Request request;
    read_head(request);
    std::string normal;
    if (!wire::is_normal_path(request.path)) {
      auto path = wire::normalise_path(request.path);
      if (!path) return refuse_exchange(stream_, 400);
      normal = std::move(*path);
      request.path = normal;
    }
    request.body = body_;
    const wire::Transport& peer = stream_.session().carrier().peer();
    request.peer_address = peer.remote_address;
    request.peer_port = peer.remote_port;
    request.certificate = peer.certificate;
    Http2Session& session = stream_.session();
    const bool head_only = request.method == wire::Method::kHead;
    task_ = session.service().router.dispatch(request, Reply(session.self(), stream_.id(), head_only));
    std::string().swap(body_);
    head_ = {};
  }
  void closed() override {
    if (!stream_.ending()) stream_.session().service().router.cancel(task_);
  }
  std::size_t buffered() const override { return body_.size(); }

 private:
  void read_head(wire::Request& request) const {
    for (const auto& field : head_.fields) {
      const auto name = head_.name(field), value = head_.value(field);
      if (name == ":method") {
        request.method_name = value;
        request.method = wire::method_named(value);
      } else if (name == ":path") {
        request.target = value;
      } else if (name == ":authority") {
        request.headers.emplace_back("host", value);
      } else if (!name.starts_with(':')) {
        request.headers.emplace_back(name, value);
      }
    }
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    if (question != std::string_view::npos) request.query = request.target.substr(question + 1);
  }

  Http2Stream& stream_;
  Http2Head head_;
  std::string body_;
  wire::Router::TaskId task_ = wire::Router::kNoTask;  // that answers the request, once it is whole
};

}  // namespace

std::unique_ptr<StreamWork> start_exchange(Http2Stream& stream, const Http2Head& head) {
  return std::make_unique<Exchange>(stream, head);
}

void refuse_exchange(Http2Stream& stream, int status) {
  wire::Response response;
  response.status = status;
  response.content_type = "text/plain;charset=UTF-8";
  if (status == 503) response.header("Retry-After", "1");
  response.body.append(wire::reason_phrase(status)).append("\n");
  respond(stream, std::move(response), false);
}

}  // namespace batata::net
