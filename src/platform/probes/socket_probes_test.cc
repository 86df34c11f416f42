#include "platform/probes/socket_probes.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "platform/runtime/asio_runtime.h"

namespace batata::platform {
namespace {

using namespace std::chrono_literals;
using domain::HealthCheck;
using domain::Probe;

// A socket that listens on a free port of this machine and says `answer` to each who connects; says and
// accepts nothing without one.
class Listener {
 public:
  explicit Listener(std::optional<std::string> answer = std::nullopt) : answer_(std::move(answer)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    if (answer_) thread_ = std::thread([this] { serve(); });
  }
  ~Listener() { close(); }
  void close() {
    if (socket_ < 0) return;
    ::shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(std::exchange(socket_, -1));
  }
  std::uint16_t port() const { return port_; }

 private:
  void serve() {
    for (;;) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) return;
      char request[1024];
      if (::recv(connection, request, sizeof request, 0) > 0)
        (void)::send(connection, answer_->data(), answer_->size(), MSG_NOSIGNAL);
      ::close(connection);
    }
  }
  std::optional<std::string> answer_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class SocketProbesTest : public testing::Test {
 public:
  SocketProbesTest() : loop_([this] { runtime_.run(); }) { build("", "169.254.0.0/16"); }
  ~SocketProbesTest() override {
    on_loop([this] { probes_.reset(); });
    runtime_.stop();
    loop_.join();
    runtime_.clear();
  }

 protected:
  void on_loop(std::function<void()> job) {
    std::promise<void> done;
    runtime_.post([&] {
      job();
      done.set_value();
    });
    done.get_future().wait();
  }
  void build(const std::string& allowed, const std::string& denied) {
    on_loop([&] {
      probes_ = std::make_unique<SocketProbes>(runtime_, *net::EgressPolicy::parse(allowed, denied));
    });
  }
  // What the probe finds; nothing when it does not answer in five seconds.
  std::optional<Probe> probe(const std::string& host, std::uint16_t port, HealthCheck check,
                             std::chrono::milliseconds timeout = 500ms) {
    auto found = std::make_shared<std::promise<Probe>>();
    auto future = found->get_future();
    on_loop([&] {
      probes_->probe(host, port, check, timeout, [this, found](Probe what) {
        EXPECT_TRUE(runtime_.on_loop());
        found->set_value(what);
      });
    });
    if (future.wait_for(5s) != std::future_status::ready) return std::nullopt;
    return future.get();
  }
  static HealthCheck http(std::int32_t expected = 200) {
    return {.type = HealthCheck::Type::kHttp, .path = "/up", .expected_code = expected};
  }

  AsioRuntime runtime_;
  std::thread loop_;
  std::unique_ptr<SocketProbes> probes_;
};

TEST_F(SocketProbesTest, ATcpPortThatListensIsAlive) {
  const Listener listener;
  EXPECT_EQ(probe("127.0.0.1", listener.port(), {}), Probe::kAlive);
}

TEST_F(SocketProbesTest, OfANamesAddressesTheFirstThatMayBeCalledIsCalled) {
  const Listener listener;
  build("127.0.0.0/8", "");
  EXPECT_EQ(probe("localhost", listener.port(), {}), Probe::kAlive);
}

TEST_F(SocketProbesTest, ATcpPortThatNobodyListensOnIsRefused) {
  Listener listener;
  const std::uint16_t port = listener.port();
  listener.close();
  EXPECT_EQ(probe("127.0.0.1", port, {}), Probe::kRefused);
  EXPECT_EQ(probe("127.0.0.1", port, http()), Probe::kRefused);
}

TEST_F(SocketProbesTest, AnHttpAnswerIsJudgedByItsCode) {
  const Listener fine("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(probe("127.0.0.1", fine.port(), http()), Probe::kAlive);
  EXPECT_EQ(probe("127.0.0.1", fine.port(), http(204)), Probe::kRefused);
  const Listener moved("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n");
  EXPECT_EQ(probe("127.0.0.1", moved.port(), http()), Probe::kFailed);
  const Listener other("SSH-2.0-x\r\n");
  EXPECT_EQ(probe("127.0.0.1", other.port(), http()), Probe::kFailed);
  const Listener endless(std::string(4096, 'x'));
  EXPECT_EQ(probe("127.0.0.1", endless.port(), http()), Probe::kFailed);
}

TEST_F(SocketProbesTest, AServerThatSaysNothingFailsWhenItsTimeIsOver) {
  const Listener silent;
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(probe("127.0.0.1", silent.port(), http(), 100ms), Probe::kFailed);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 3s);
}

TEST_F(SocketProbesTest, WhatMustNotBeCalledIsNotCalled) {
  const Listener listener;
  EXPECT_EQ(probe("169.254.169.254", 80, {}), Probe::kFailed);
  build("", "127.0.0.0/8,::1");
  EXPECT_EQ(probe("127.0.0.1", listener.port(), {}), Probe::kFailed);
  EXPECT_EQ(probe("localhost", listener.port(), {}), Probe::kFailed);
  EXPECT_EQ(probe("127.1", listener.port(), {}), Probe::kFailed);
  const HealthCheck mysql{.type = HealthCheck::Type::kMysql};
  EXPECT_EQ(probe("127.0.0.1", listener.port(), mysql), Probe::kFailed);
}

TEST_F(SocketProbesTest, AMysqlServerThatIsNotThereIsRefusedAndOneThatSaysNothingFails) {
  const HealthCheck mysql{
      .type = HealthCheck::Type::kMysql, .user = "u", .password = "p", .command = "select 1"};
  Listener listener;
  EXPECT_EQ(probe("127.0.0.1", listener.port(), mysql, 100ms), Probe::kFailed);
  const std::uint16_t port = listener.port();
  listener.close();
  EXPECT_EQ(probe("127.0.0.1", port, mysql), Probe::kRefused);
}

TEST_F(SocketProbesTest, ManyProbesAtOnceAreAllAnswered) {
  const Listener listener;
  std::atomic<int> answered = 0;
  on_loop([&] {
    for (int i = 0; i < 64; ++i)
      probes_->probe("127.0.0.1", listener.port(), {}, 500ms, [&](Probe) { ++answered; });
  });
  for (int i = 0; i < 500 && answered < 64; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(answered, 64);
}

TEST_F(SocketProbesTest, TheEndComesWhileProbesAreUnderWay) {
  const Listener silent;
  on_loop([&] {
    for (int i = 0; i < 8; ++i) probes_->probe("127.0.0.1", silent.port(), http(), 60s, [](Probe) {});
    probes_.reset();
  });
}

}  // namespace
}  // namespace batata::platform
