#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/sleep.h"
#include "wire/router.h"
#include "wire/server_event.h"
#include "wire/web_socket.h"

namespace batata::net {

/// A few endpoints for the tests of this folder.
class TestFace {
 public:
  explicit TestFace(Runtime& runtime) : runtime_(runtime) {}

  /// What has arrived, in one line, so that a test can see the request as a face sees it.
  wire::Response look(const wire::Request& request) const {
    wire::Response response;
    response.content_type = "text/plain";
    response.header("X-Look", "yes");
    response.body.append(wire::name_of(request.method)).append(" ").append(request.path);
    response.body.append(" q=").append(request.param("q").value_or("-"));
    response.body.append(" n=").append(std::to_string(request.body.size()));
    response.body.append(" host=").append(request.header("host").value_or("-"));
    response.body.append(" peer=").append(request.peer_address);
    return response;
  }
  /// Something that a browser would run; with its own policy when `q` is there.
  wire::Response page(const wire::Request& request) const {
    wire::Response response;
    response.content_type = "text/html;charset=UTF-8";
    if (request.param("q")) response.header("Content-Security-Policy", "default-src 'self'");
    response.body = "<script>run()</script>";
    return response;
  }
  /// A body that is not copied.
  wire::Response large(const wire::Request&) const {
    wire::Response response;
    response.owner = large_;
    response.shared_body = *large_;
    return response;
  }
  /// A body that goes on: a test fills it through `body`.
  wire::Response events(const wire::Request&) const {
    return wire::event_stream([this](std::shared_ptr<wire::BodyStream> stream) {
      body = std::move(stream);
      return std::make_unique<Source>(*this);
    });
  }
  struct Source final : wire::BodySource {
    explicit Source(const TestFace& face) : face(face) {}
    void ended() override {
      ++face.bodies_ended;
      face.body->finish();  // a source may say that, though it is over
    }
    const TestFace& face;
  };
  mutable std::shared_ptr<wire::BodyStream> body;
  mutable int bodies_ended = 0;
  /// A WebSocket that says everything again.
  wire::Response echo_socket(const wire::Request& request) const {
    return wire::accept_web_socket(request, {}, [this](std::shared_ptr<wire::WebSocket> side) {
      socket = side;
      return std::make_unique<Echo>(*this, std::move(side));
    });
  }
  struct Echo final : wire::WebSocketHandler {
    Echo(const TestFace& face, std::shared_ptr<wire::WebSocket> side) : face(face), side(std::move(side)) {}
    void message(wire::MessageKind kind, std::string_view bytes) override {
      side->send(kind, std::make_shared<const std::string>(bytes));
    }
    void ended(wire::CloseCode code) override { face.sockets_ended.push_back(code); }
    const TestFace& face;
    const std::shared_ptr<wire::WebSocket> side;
  };
  mutable std::shared_ptr<wire::WebSocket> socket;
  mutable std::vector<wire::CloseCode> sockets_ended;
  /// The same, on the loop and after a second.
  Task<wire::Response> late_socket(wire::Request request, cluster::Context) {
    co_await sleep_for(runtime_, std::chrono::seconds(1));
    co_return echo_socket(request);
  }
  /// Keeps the I/O thread for as long as `while_blocked` takes.
  wire::Response block(const wire::Request&) const {
    while_blocked();
    return {};
  }
  std::function<void()> while_blocked;
  wire::Response nothing(const wire::Request&) const {
    wire::Response response;
    response.status = 204;
    return response;
  }
  /// Answers with the body that came, on the loop.
  Task<wire::Response> echo(wire::Request request, cluster::Context) {
    wire::Response response;
    response.body = request.body;
    co_return response;
  }
  /// Answers after a second, on the loop.
  Task<wire::Response> slow(wire::Request, cluster::Context) {
    co_await sleep_for(runtime_, std::chrono::seconds(1));
    wire::Response response;
    response.body = "late";
    co_return response;
  }
  void add_to(wire::Router& router) {
    using wire::Method;
    static const wire::Endpoint<TestFace> kRows[] = {
        {Method::kGet, "/look", &TestFace::look, nullptr, "", "shows the request", {}, ""},
        {Method::kPost, "/look", &TestFace::look, nullptr, "", "shows the request", {}, ""},
        {Method::kGet, "/page", &TestFace::page, nullptr, "", "a document", {}, ""},
        {Method::kGet, "/large", &TestFace::large, nullptr, "", "a large body", {}, ""},
        {Method::kGet, "/block", &TestFace::block, nullptr, "", "takes its time", {}, ""},
        {Method::kGet, "/events", &TestFace::events, nullptr, "", "a body that goes on", {}, ""},
        {Method::kGet, "/socket", &TestFace::echo_socket, nullptr, "", "a WebSocket", {}, ""},
        {Method::kGet, "/late-socket", nullptr, &TestFace::late_socket, "", "a late WebSocket", {}, ""},
        {Method::kGet, "/nothing", &TestFace::nothing, nullptr, "", "no body", {}, ""},
        {Method::kPost, "/echo", nullptr, &TestFace::echo, "", "the body again", {}, ""},
        {Method::kGet, "/slow", nullptr, &TestFace::slow, "", "a late answer", {}, ""},
        {Method::kGet, "/poll", nullptr, &TestFace::slow, "", "a late answer", {}, "", "", true},
    };
    router.add(*this, std::span<const wire::Endpoint<TestFace>>(kRows));
  }
  std::size_t large_size() const { return large_->size(); }

 private:
  Runtime& runtime_;
  std::shared_ptr<const std::string> large_ = std::make_shared<const std::string>(3 << 20, 'L');
};

}  // namespace batata::net
