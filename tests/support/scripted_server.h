#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "net/tls/tls_context.h"

namespace batata::net {

/// One connection of a ScriptedServer, from its side.
class ScriptedPeer {
 public:
  ScriptedPeer(int socket, const TlsContext* tls) : socket_(socket) {
    if (tls == nullptr) return;
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
    tls_ = tls->accept(socket_);
    while (step(tls_->handshake())) {
    }
  }
  /// Until the blank line and the body behind it; empty at the client's end.
  std::string read_request() {
    std::string request;
    for (;;) {
      const std::size_t end = request.find("\r\n\r\n");
      if (end != request.npos) {
        const std::size_t length = request.find("Content-Length: ");
        const std::size_t body = length < end ? std::stoul(request.substr(length + 16)) : 0;
        if (request.size() >= end + 4 + body) return request;
      }
      if (!read_some(request)) return {};
    }
  }
  void read_some_bytes() {
    std::string ignored;
    (void)read_some(ignored);
  }
  /// False when the client has gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const long sent = send_some(bytes);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Returns when the client has gone.
  void wait_for_end() {
    std::string ignored;
    while (read_some(ignored)) {
    }
  }

 private:
  // Waits for what the handshake waits for; false at its end.
  bool step(TlsStream::Step step) const {
    if (step != TlsStream::Step::kWantsInput && step != TlsStream::Step::kWantsOutput) return false;
    wait(step == TlsStream::Step::kWantsInput ? POLLIN : POLLOUT);
    return true;
  }
  void wait(short what) const {
    pollfd ready{socket_, what, 0};
    ::poll(&ready, 1, 5'000);
  }
  bool read_some(std::string& into) {
    char buffer[4096];
    if (tls_ == nullptr) {
      const auto got = ::recv(socket_, buffer, sizeof buffer, 0);
      if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
      return got > 0;
    }
    for (;;) {
      const auto got = tls_->receive(buffer);
      if (got.step == TlsStream::Step::kDone) return into.append(buffer, got.bytes), true;
      if (!step(got.step)) return false;
    }
  }
  long send_some(std::string_view bytes) {
    if (tls_ == nullptr) return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const auto sent = tls_->send(bytes);
    if (sent.step == TlsStream::Step::kDone) return static_cast<long>(sent.bytes);
    return step(sent.step) ? 0 : -1;
  }

  const int socket_;
  std::unique_ptr<TlsStream> tls_;
};

/// A server that says what a test makes up, on a free port of every address of IPv4, so that 127.0.0.2 would
/// answer as well; each connection on a thread of its own. It keeps a connection while `script` says so.
class ScriptedServer {
 public:
  /// Answers one request; false: the connection ends. Called on many threads at once.
  using Script = std::function<bool(ScriptedPeer& peer, const std::string& request)>;

  explicit ScriptedServer(Script script, std::shared_ptr<const TlsContext> tls = nullptr)
      : ScriptedServer(std::move(script), nullptr, std::move(tls)) {}
  /// Does as it likes with a connection, from its first byte.
  using Conduct = std::function<void(ScriptedPeer& peer)>;
  explicit ScriptedServer(Conduct conduct, std::shared_ptr<const TlsContext> tls = nullptr)
      : ScriptedServer(nullptr, std::move(conduct), std::move(tls)) {}
  /// Says the same to everybody.
  explicit ScriptedServer(std::string answer)
      : ScriptedServer([answer = std::move(answer)](ScriptedPeer& peer, const std::string&) {
          return peer.send(answer);
        }) {}
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    {
      const std::lock_guard guard(lock_);
      for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& each : peers_) each.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const {
    return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string place() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard guard(lock_);
    return requests_;
  }

 private:
  ScriptedServer(Script script, Conduct conduct, std::shared_ptr<const TlsContext> tls)
      : script_(std::move(script)), conduct_(std::move(conduct)), tls_(std::move(tls)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    BATATA_ASSERT(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    BATATA_ASSERT(::listen(listener_, 64) == 0);
    BATATA_ASSERT(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept(); });
  }
  void accept() {
    sigset_t pipe;  // OpenSSL writes to clients that have gone; the threads of connections inherit this
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (;;) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      ++connections_;
      const std::lock_guard guard(lock_);
      sockets_.push_back(socket);
      peers_.emplace_back([this, socket] { serve(socket); });
    }
  }
  void serve(int socket) {
    {
      ScriptedPeer peer(socket, tls_.get());
      if (conduct_) {
        conduct_(peer);
      } else {
        answer_requests(peer);
      }
    }
    const std::lock_guard guard(lock_);
    std::erase(sockets_, socket);
    ::close(socket);
  }

  void answer_requests(ScriptedPeer& peer) {
    for (;;) {
      const std::string request = peer.read_request();
      if (request.empty()) return;
      {
        const std::lock_guard guard(lock_);
        requests_.push_back(request);
      }
      if (!script_(peer, request)) return;
    }
  }

  const Script script_;
  const Conduct conduct_;
  const std::shared_ptr<const TlsContext> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread accepting_;
  std::vector<std::thread> peers_;  // the accepting thread's, then the destructor's
  std::mutex lock_;
  std::vector<int> sockets_;           // guarded by lock_: open ones
  std::vector<std::string> requests_;  // guarded by lock_
};

inline std::string http(int status, const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A script that never answers.
inline bool say_nothing(ScriptedPeer& peer, const std::string&) {
  peer.wait_for_end();
  return false;
}

}  // namespace batata::net
