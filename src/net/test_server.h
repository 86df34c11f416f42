#pragma once
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/core.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "net/server.h"
#include "net/test_face.h"
#include "platform/runtime/asio_runtime.h"

namespace batata::net {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A client's socket. Every read ends after five seconds at most.
class TestClient {
 public:
  TestClient() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  explicit TestClient(std::uint16_t port) : TestClient() { connect(port); }
  void connect(std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  ~TestClient() { close(); }
  bool connected() const { return connected_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // Reads until `end` has come, the server has closed, or the time is up.
  std::string read_until(std::string_view end) {
    std::string all;
    while (all.find(end) == std::string::npos && read_some(all)) {
    }
    return all;
  }
  // Everything up to the server's close.
  std::string read_all() {
    std::string all;
    while (read_some(all)) {
    }
    return all;
  }
  // Reads so much of what is there, at most.
  void read_up_to(std::size_t most, std::string& all) {
    std::string buffer(most, '\0');
    const auto n = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) all.append(buffer, 0, static_cast<std::size_t>(n));
  }
  bool is_silent_for(milliseconds time) {
    pollfd ready{fd_, POLLIN, 0};
    return ::poll(&ready, 1, static_cast<int>(time.count())) == 0;
  }
  /// After the server's end of what it says, and something sent behind that: whether it was refused.
  bool is_reset() const {
    pollfd ready{fd_, 0, 0};  // errors are told in any case
    return ::poll(&ready, 1, 5000) == 1 && (ready.revents & POLLERR) != 0;
  }
  bool closed_by_server() {
    std::string ignored;
    return !read_some(ignored) && !timed_out_;
  }

 private:
  bool read_some(std::string& all) {
    pollfd ready{fd_, POLLIN, 0};
    timed_out_ = ::poll(&ready, 1, 5000) <= 0;
    if (timed_out_) return false;
    char buffer[65536];
    const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) all.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  }
  int fd_;
  bool connected_ = false, timed_out_ = false;
};

inline constexpr std::string_view kGet = "GET /look HTTP/1.1\r\nHost: x\r\n\r\n";
inline constexpr std::string_view kLookEnd = "peer=127.0.0.1";

/// A real server on two free ports, with a few endpoints.
class TestServer {
 public:
  TestServer() {
    face.add_to(router);
    loop = std::thread([this] { runtime.run(); });
  }
  ~TestServer() {
    server.reset();
    runtime.post([this] { router_owner.reset(); });
    runtime.post([this] { runtime.stop(); });
    loop.join();
  }
  void start(Limits limits = {}, std::vector<wire::GrpcMethod> methods = {}, unsigned io_threads = 2) {
    ServerOptions options;
    options.listen = {{"127.0.0.1", 0}, {"127.0.0.1", 0}};
    options.io_threads = io_threads;
    options.limits = limits;
    server = std::make_unique<Server>(options, router, std::move(methods));
    BATATA_ASSERT(server->start().has_value());
  }
  /// Before descriptors are used up: UBSan needs some when it meets a type for the first time, so threads
  /// must have begun and a line must have been formatted.
  void warm_up() {
    std::promise<std::string> formatted;
    runtime.post([&formatted] { formatted.set_value(fmt::format("{} {}", "a line", 1)); });
    formatted.get_future().wait();
  }
  std::uint16_t port(std::size_t i = 0) const { return server->ports().at(i); }
  bool eventually_connections(std::size_t n) const {
    for (int i = 0; i < 500 && server->connections() != n; ++i) std::this_thread::sleep_for(milliseconds(10));
    return server->connections() == n;
  }

  platform::AsioRuntime runtime;
  TestFace face{runtime};
  std::unique_ptr<wire::Router> router_owner = std::make_unique<wire::Router>(runtime);
  wire::Router& router = *router_owner;
  std::unique_ptr<Server> server;
  std::thread loop;
};

}  // namespace batata::net
