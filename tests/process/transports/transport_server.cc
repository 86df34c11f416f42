// A server of our transports without a product behind it, for the process suites: WebSockets that say
// everything again, streams of numbered events, and both in floods. Started as the real one is:
// transport_server server --port=N --nacos.sdk.port=M; both ports are alike.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "net/server.h"
#include "platform/runtime/asio_runtime.h"
#include "wire/router.h"
#include "wire/server_event.h"
#include "wire/web_socket.h"

namespace {

using namespace batata;

// The number in a text, `otherwise` when there is none.
std::size_t number_in(std::optional<std::string_view> text, std::size_t otherwise) {
  std::size_t number = otherwise;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

// Says everything again, but "close CODE REASON", which it does.
class Echo final : public wire::WebSocketHandler {
 public:
  explicit Echo(std::shared_ptr<wire::WebSocket> side) : side_(std::move(side)) {}
  void message(wire::MessageKind kind, std::string_view bytes) override {
    if (!bytes.starts_with("close ")) return side_->send(kind, shared(std::string(bytes)));
    bytes.remove_prefix(6);
    const auto code = static_cast<wire::CloseCode>(number_in(bytes, 1000));
    side_->close(code, bytes.substr(std::min(bytes.size(), bytes.find(' ') + 1)));
  }
  void ended(wire::CloseCode) override {}

 private:
  const std::shared_ptr<wire::WebSocket> side_;
};

// Sends without being asked, from a thread of its own, until the client has all or is given up.
class Flood final : public wire::WebSocketHandler {
 public:
  Flood(std::shared_ptr<wire::WebSocket> side, std::size_t messages, std::size_t size)
      : thread_([side = std::move(side), messages, size](const std::stop_token& stop) {
          const auto message = shared(std::string(size, 'f'));
          for (std::size_t i = 0; i < messages && !stop.stop_requested(); ++i)
            side->send(wire::MessageKind::kBinary, message);
          side->close(wire::CloseCode::kNormal, "that was all");
        }) {}
  void message(wire::MessageKind, std::string_view) override {}
  void ended(wire::CloseCode) override {}

 private:
  std::jthread thread_;
};

class NoSource final : public wire::BodySource {
 public:
  void ended() override {}
};

class Face {
 public:
  wire::Response socket(const wire::Request& request) const {
    static constexpr std::array<std::string_view, 2> kProtocols = {"batata.v2", "batata.v1"};
    return wire::accept_web_socket(
        request, {.protocols = kProtocols, .origins = {}},
        [](std::shared_ptr<wire::WebSocket> side) { return std::make_unique<Echo>(std::move(side)); });
  }
  wire::Response flood(const wire::Request& request) const {
    const std::size_t messages = number_in(request.param("messages"), 1),
                      size = number_in(request.param("size"), 1);
    return wire::accept_web_socket(request, {}, [messages, size](std::shared_ptr<wire::WebSocket> side) {
      return std::make_unique<Flood>(std::move(side), messages, size);
    });
  }
  // Events behind the one that the client has seen last; the connection ends after `each` of them.
  wire::Response events(const wire::Request& request) const {
    const std::size_t last = number_in(request.header("last-event-id"), 0);
    const std::size_t each = number_in(request.param("each"), 3), size = number_in(request.param("size"), 8);
    return wire::event_stream([last, each, size](std::shared_ptr<wire::BodyStream> body) {
      for (std::size_t i = last + 1; i <= last + each; ++i) {
        std::string text;
        const std::string id = std::to_string(i), data = "number " + id + "\n" + std::string(size, 'd');
        wire::append_event(text, {.name = "counted", .data = data, .id = id, .retry_ms = 10});
        body->send(shared(std::move(text)));
      }
      body->finish();
      return std::make_unique<NoSource>();
    });
  }
};

constexpr wire::Endpoint<Face> kRows[] = {
    {wire::Method::kGet, "/socket", &Face::socket, nullptr, "", "says everything again", {}, ""},
    {wire::Method::kGet, "/flood", &Face::flood, nullptr, "", "sends `messages` of `size` bytes", {}, ""},
    {wire::Method::kGet, "/events", &Face::events, nullptr, "", "numbered events", {}, ""},
};

}  // namespace

int main(int argc, char** argv) {
  net::ServerOptions options;
  for (const std::string_view flag : std::span(argv, static_cast<std::size_t>(argc)))
    if (const auto at = flag.find("port="); at != std::string_view::npos)
      options.listen.push_back({"127.0.0.1", static_cast<std::uint16_t>(number_in(flag.substr(at + 5), 0))});
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  platform::AsioRuntime runtime;
  Face face;
  wire::Router router(runtime);
  router.add(face, std::span<const wire::Endpoint<Face>>(kRows));
  net::Server server(std::move(options), router, {});
  if (const Status started = server.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  std::printf("ready\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  server.wind_down();
  server.drain(std::chrono::seconds(5));
  server.stop();
  return 0;
}
