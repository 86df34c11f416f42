#include "net/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

namespace batata::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Target final : Pollable {
  void on_ready(Ready) override {}
};

struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0); }
  ~Pair() {
    for (const int end : ends) ::close(end);
  }
  std::array<int, 2> ends{};
};

TEST(Poller, WaitsWithoutATimeoutUntilItIsWoken) {
  Poller poller;
  std::atomic<bool> woken = false;
  std::thread waker([&] {
    std::this_thread::sleep_for(milliseconds(50));
    woken = true;
    poller.wake();
  });
  EXPECT_TRUE(poller.wait(std::nullopt).empty());
  EXPECT_TRUE(woken);
  waker.join();
}

TEST(Poller, AWakeBeforeTheWaitIsNotLost) {
  Poller poller;
  for (int i = 0; i < 3; ++i) {
    poller.wake();
    EXPECT_TRUE(poller.wait(std::nullopt).empty());
  }
}

TEST(Poller, NeverComesBackBeforeItsTimeout) {
  Poller poller;
  const auto start = steady_clock::now();
  EXPECT_TRUE(poller.wait(std::chrono::microseconds(1500)).empty());
  EXPECT_GE(steady_clock::now() - start, std::chrono::microseconds(1500));
}

TEST(Poller, TellsOfInputOnceForEachChange) {
  Poller poller;
  Pair pair;
  Target target;
  ASSERT_TRUE(poller.add_stream(pair.ends[0], target));
  const auto first = poller.wait(milliseconds(0));  // that there is room to write
  ASSERT_EQ(first.size(), 1u);
  EXPECT_TRUE(first[0].ready.writable && !first[0].ready.readable);
  EXPECT_TRUE(poller.wait(milliseconds(0)).empty());
  ASSERT_EQ(::write(pair.ends[1], "x", 1), 1);
  const auto input = poller.wait(milliseconds(1000));
  ASSERT_EQ(input.size(), 1u);
  EXPECT_EQ(input[0].target, &target);
  EXPECT_TRUE(input[0].ready.readable && !input[0].ready.hangup);
  EXPECT_TRUE(poller.wait(milliseconds(0)).empty()) << "although nothing was read";
}

TEST(Poller, TellsOfTheEndOfAStream) {
  Poller poller;
  Pair pair;
  Target target;
  ASSERT_TRUE(poller.add_stream(pair.ends[0], target));
  (void)poller.wait(milliseconds(0));
  ::shutdown(pair.ends[1], SHUT_WR);
  const auto end = poller.wait(milliseconds(1000));
  ASSERT_EQ(end.size(), 1u);
  EXPECT_TRUE(end[0].ready.readable && end[0].ready.hangup);
}

}  // namespace
}  // namespace batata::net
