#include "platform/signals/stop_signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>

namespace batata::platform {
namespace {

using std::chrono::seconds;

void stop_twice() {
  StopSignals signals;
  std::promise<void> stopped;
  signals.on_stop([&] { stopped.set_value(); });
  ::kill(::getpid(), SIGTERM);
  stopped.get_future().wait();
  ::kill(::getpid(), SIGTERM);  // the same wish
  std::this_thread::sleep_for(StopSignals::kPatience + std::chrono::milliseconds(100));
  ::kill(::getpid(), SIGINT);
  ::pause();  // until the other thread ends the process; ctest has a time limit
}

TEST(StopSignals, FirstSignalCallsOnce) {
  for (const int number : {SIGTERM, SIGINT}) {
    StopSignals signals;
    std::promise<void> stopped;
    signals.on_stop([&] { stopped.set_value(); });  // a second call would throw and end the test program
    ASSERT_EQ(::kill(::getpid(), number), 0);
    EXPECT_EQ(stopped.get_future().wait_for(seconds(30)), std::future_status::ready);
  }
}

TEST(StopSignals, SignalThatCameBeforeTheCallbackIsNotLost) {
  StopSignals signals;
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  std::promise<void> stopped;
  signals.on_stop([&] { stopped.set_value(); });
  EXPECT_EQ(stopped.get_future().wait_for(seconds(30)), std::future_status::ready);
}

TEST(StopSignals, EachHangUpAsksForLogFilesToBeOpenedAnewAndStopsNothing) {
  StopSignals signals;
  std::promise<void> stopped, reopened[2];
  int count = 0;
  signals.on_stop([&] { stopped.set_value(); }, [&] { reopened[count++].set_value(); });
  for (auto& each : reopened) {
    ASSERT_EQ(::kill(::getpid(), SIGHUP), 0);
    ASSERT_EQ(each.get_future().wait_for(seconds(30)), std::future_status::ready);
  }
  EXPECT_EQ(stopped.get_future().wait_for(seconds(0)), std::future_status::timeout);
}

TEST(StopSignals, DestroyingItWithoutASignalEndsTheWait) {
  bool called = false;
  {
    StopSignals signals;
    signals.on_stop([&] { called = true; });
  }
  EXPECT_FALSE(called);
}

TEST(StopSignalsDeathTest, ALaterSignalEndsTheProcessAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(stop_twice(), testing::ExitedWithCode(128 + SIGINT), "");
}

TEST(StopSignals, WritingToAPipeThatNobodyReadsIsAnErrorCode) {
  const StopSignals signals;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

}  // namespace
}  // namespace batata::platform
