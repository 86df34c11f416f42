#include "net/udp_socket.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

#include "platform/runtime/asio_runtime.h"

namespace batata::net {
namespace {

using std::chrono::milliseconds;
using wire::DatagramPeer;

// A loop on a thread of its own, and sockets that belong to it.
struct UdpSocketTest : testing::Test {
  UdpSocketTest() : thread([this] { runtime.run(); }) {}
  ~UdpSocketTest() override {
    on_loop([this] {
      for (const auto& socket : sockets) socket->on_receive(nullptr);
    });
    sockets.clear();
    runtime.stop();
    thread.join();
    runtime.clear();
  }
  void on_loop(const std::function<void()>& job) {
    std::promise<void> done;
    runtime.post([&] {
      job();
      done.set_value();
    });
    done.get_future().wait();
  }
  UdpSocket& open(const std::string& address = "127.0.0.1") {
    auto socket = UdpSocket::open(runtime, {address, 0});
    EXPECT_TRUE(socket) << socket.error().message;
    sockets.push_back(std::move(*socket));
    return *sockets.back();
  }
  void collect(UdpSocket& socket) {
    on_loop([&] {
      socket.on_receive([this](std::string_view bytes, const DatagramPeer& from) {
        const std::lock_guard lock(mutex);
        received.emplace_back(bytes, from);
      });
    });
  }
  bool send(UdpSocket& socket, const DatagramPeer& to, std::string bytes) {
    bool sent = false;
    on_loop([&] { sent = socket.send(to, std::make_shared<const std::string>(std::move(bytes))); });
    return sent;
  }
  std::size_t count() {
    const std::lock_guard lock(mutex);
    return received.size();
  }
  void wait_for(std::size_t wanted) {
    for (int i = 0; i < 500 && count() < wanted; ++i) std::this_thread::sleep_for(milliseconds(10));
    EXPECT_GE(count(), wanted);
  }

  platform::AsioRuntime runtime;
  std::thread thread;
  std::vector<std::unique_ptr<UdpSocket>> sockets;
  std::mutex mutex;
  std::vector<std::pair<std::string, DatagramPeer>> received;  // guarded by mutex
};

TEST_F(UdpSocketTest, CarriesDatagramsBothWaysAndSaysWhoseTheyAre) {
  UdpSocket& a = open();
  UdpSocket& b = open();
  collect(a);
  EXPECT_TRUE(send(b, {"127.0.0.1", a.port()}, "hello"));
  wait_for(1);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(received[0].first, "hello");
  EXPECT_EQ(received[0].second, (DatagramPeer{"127.0.0.1", b.port()}));
}

TEST_F(UdpSocketTest, SendsManyAtOnce) {
  UdpSocket& a = open();
  UdpSocket& b = open();
  collect(a);
  for (int round = 0; round < 10; ++round) {
    on_loop([&] {
      const auto bytes = std::make_shared<const std::string>("x");
      for (int i = 0; i < 100; ++i) EXPECT_TRUE(b.send({"127.0.0.1", a.port()}, bytes));
    });
    wait_for(static_cast<std::size_t>(round + 1) * 100);  // the kernel's buffer has a bound of its own
  }
}

TEST_F(UdpSocketTest, AddressesThatItCannotReachAreRefused) {
  UdpSocket& v4 = open();
  EXPECT_FALSE(send(v4, {"not-an-address", 1}, "x"));
  EXPECT_FALSE(send(v4, {"::1", 1}, "x"));
  EXPECT_FALSE(send(v4, {"127.0.0.1", 1}, std::string(65'508, 'x')));
  EXPECT_TRUE(send(v4, {"127.0.0.1", 1}, "nobody listens there"));
}

TEST_F(UdpSocketTest, GoesOnAfterAPacketThatNoNetworkTakes) {
  UdpSocket& a = open();
  UdpSocket& b = open();
  collect(a);
  EXPECT_TRUE(send(b, {"127.0.0.1", 0}, "port 0 is an error of the system's"));
  EXPECT_TRUE(send(b, {"127.0.0.1", a.port()}, "hello"));
  wait_for(1);
}

TEST_F(UdpSocketTest, LongerOnesThanAnAnswerAreDropped) {
  UdpSocket& a = open();
  UdpSocket& b = open();
  collect(a);
  EXPECT_TRUE(send(b, {"127.0.0.1", a.port()}, std::string(UdpSocket::kReceivedMax + 1, 'x')));
  EXPECT_TRUE(send(b, {"127.0.0.1", a.port()}, std::string(UdpSocket::kReceivedMax, 'y')));
  wait_for(1);
  const std::lock_guard lock(mutex);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].first.front(), 'y');
}

TEST_F(UdpSocketTest, ASocketOfBothKindsKnowsIPv4ByItsOwnName) {
  auto both = UdpSocket::open(runtime, {"::", 0});
  if (!both) GTEST_SKIP() << "no IPv6 here: " << both.error().message;
  sockets.push_back(std::move(*both));
  UdpSocket& a = *sockets.back();
  UdpSocket& b = open();
  collect(a);
  collect(b);
  EXPECT_TRUE(send(b, {"127.0.0.1", a.port()}, "hello"));
  wait_for(1);
  EXPECT_TRUE(send(a, {"127.0.0.1", b.port()}, "answer"));
  wait_for(2);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(received[0].second.address, "127.0.0.1");
}

TEST_F(UdpSocketTest, WhatIsNoAddressCannotBeOpened) {
  const auto socket = UdpSocket::open(runtime, {"localhost", 0});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, Errc::kInvalidArgument);
}

}  // namespace
}  // namespace batata::net
