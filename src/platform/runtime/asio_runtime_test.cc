#include "platform/runtime/asio_runtime.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "async/one_shot.h"
#include "async/scope.h"
#include "async/sleep.h"
#include "platform/runtime/mailbox.h"

namespace batata::platform {
namespace {

using std::chrono::milliseconds;

TEST(AsioRuntime, RunsPostsOfOneThreadInTheirOrder) {
  AsioRuntime runtime;
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) runtime.post([&order, i] { order.push_back(i); });
  runtime.post([&] {
    for (int i = 3; i < 6; ++i) runtime.post([&order, i] { order.push_back(i); });
    runtime.post([&runtime] { runtime.stop(); });
  });
  runtime.run();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5}));
}

TEST(AsioRuntime, RunsPostsOfManyThreadsOnTheLoop) {
  constexpr int kThreads = 4, kPosts = 5000;
  AsioRuntime runtime;
  int done = 0;  // only the loop touches it
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < kPosts; ++i)
        runtime.post([&] {
          EXPECT_TRUE(runtime.on_loop());
          if (++done == kThreads * kPosts) runtime.stop();
        });
    });
  runtime.run();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, kThreads * kPosts);
  EXPECT_FALSE(runtime.on_loop());
}

TEST(Mailbox, WakesItsOwnerOnlyWhenItRests) {
  int wakes = 0, done = 0;
  Mailbox mailbox([&] { ++wakes; });
  std::vector<Mailbox::Job> batch;
  const auto drain = [&] {
    mailbox.drain(batch);
    for (auto& job : batch) job();
    batch.clear();
  };
  for (int i = 0; i < 3; ++i) mailbox.push([&] { ++done; });
  EXPECT_EQ(wakes, 1);
  drain();
  EXPECT_EQ(done, 3);
  mailbox.push([&] { ++done; });
  EXPECT_EQ(wakes, 1) << "its owner is busy and asks before it rests";
  EXPECT_FALSE(mailbox.rest());
  drain();
  EXPECT_TRUE(mailbox.rest());
  mailbox.push([&] { ++done; });
  EXPECT_EQ(wakes, 2);
  drain();
  EXPECT_EQ(done, 5);
}

struct Recorder {
  std::vector<int> drain() {
    mailbox.drain(batch);
    for (auto& job : batch) job();
    batch.clear();
    return std::exchange(done, {});
  }
  int wakes = 0;
  std::vector<int> done;
  std::vector<Mailbox::Job> batch;
  Mailbox mailbox{[this] { ++wakes; }};
};

TEST(MailBatch, HandsOverInOrderWithOneWakeUp) {
  Recorder one, other;
  {
    MailBatch batch;
    for (int i = 0; i < 3; ++i) {
      one.mailbox.push([&one, i] { one.done.push_back(i); });
      other.mailbox.push([&other, i] { other.done.push_back(10 + i); });
    }
    EXPECT_EQ(one.wakes, 0);
    EXPECT_EQ(one.drain(), std::vector<int>());
    batch.hand_over();
    EXPECT_EQ(one.wakes, 0) << "its owner is at work";
    EXPECT_EQ(other.wakes, 1);
    one.mailbox.push([&one] { one.done.push_back(3); });
  }
  EXPECT_EQ(one.drain(), (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(other.drain(), (std::vector{10, 11, 12}));
  one.mailbox.push([&one] { one.done.push_back(4); });
  EXPECT_EQ(one.drain(), std::vector{4}) << "the batch is over";
}

TEST(MailBatch, LetsTheOwnerBeginBeforeItsEnd) {
  Recorder recorder;
  const MailBatch batch;
  for (std::size_t i = 0; i < MailBatch::kJobsMax; ++i)
    recorder.mailbox.push([&recorder] { recorder.done.push_back(1); });
  EXPECT_EQ(recorder.wakes, 1);
  EXPECT_EQ(recorder.drain().size(), MailBatch::kJobsMax);
}

TEST(MailBatch, DestroysWhatAClosedMailboxRefusesAndWhatThatPushes) {
  struct PushesAtItsEnd {
    explicit PushesAtItsEnd(Recorder& to) : to(&to) {}
    PushesAtItsEnd(PushesAtItsEnd&& other) noexcept : to(std::exchange(other.to, nullptr)) {}
    PushesAtItsEnd& operator=(PushesAtItsEnd&&) = delete;
    ~PushesAtItsEnd() {
      if (to != nullptr) to->mailbox.push([to = to] { to->done.push_back(1); });
    }
    Recorder* to;
  };
  Recorder closed, open;
  closed.mailbox.close();
  {
    const MailBatch batch;
    closed.mailbox.push([end = PushesAtItsEnd(open)] {});
  }
  EXPECT_EQ(open.drain(), std::vector{1});
}

TEST(AsioRuntime, FiresTimersInTheOrderOfTheirTimes) {
  AsioRuntime runtime;
  std::vector<int> order;
  runtime.post([&] {
    const auto start = runtime.now();
    runtime.at(start + milliseconds(20), [&, start] {
      EXPECT_GE(runtime.now(), start + milliseconds(20));
      order.push_back(2);
      runtime.stop();
    });
    runtime.at(start + milliseconds(5), [&] { order.push_back(1); });
    const auto cancelled = runtime.at(start + milliseconds(1), [&] { order.push_back(0); });
    runtime.cancel(cancelled);
    runtime.cancel(cancelled);
  });
  runtime.run();
  EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(AsioRuntime, ATimerMayCancelAnotherThatIsDueToo) {
  AsioRuntime runtime;
  bool second = false;
  runtime.post([&] {
    const auto due = runtime.now();
    const auto victim = std::make_shared<Runtime::TimerId>();
    runtime.at(due, [&runtime, victim] { runtime.cancel(*victim); });
    *victim = runtime.at(due, [&] { second = true; });
    runtime.at(due + milliseconds(1), [&] { runtime.stop(); });
  });
  runtime.run();
  EXPECT_FALSE(second);
}

Task<void> wait_for(AsioRuntime& runtime, OneShot<int>& value, int& got) {
  co_await sleep_for(runtime, milliseconds(1));
  got = co_await value;
  runtime.stop();
}

TEST(AsioRuntime, CarriesTasksThatSleepAndWait) {
  AsioRuntime runtime;
  int got = 0;
  OneShot<int> value(runtime);
  Scope scope(runtime);
  runtime.post([&] {
    scope.spawn(wait_for(runtime, value, got));
    const auto setter = value.setter();
    runtime.at(runtime.now() + milliseconds(5), [setter] { setter.set(7); });
  });
  runtime.run();
  EXPECT_EQ(got, 7);
}

TEST(AsioRuntime, StopOfAnotherThreadEndsAnIdleLoopThatMayRunAgain) {
  AsioRuntime runtime;
  for (int round = 0; round < 2; ++round) {
    std::atomic<bool> running = false;
    runtime.post([&] { running = true; });
    std::thread loop([&] { runtime.run(); });
    while (!running) std::this_thread::yield();
    runtime.stop();
    loop.join();
  }
}

TEST(AsioRuntime, ClearDestroysWhatHasNotRun) {
  AsioRuntime runtime;
  const auto held = std::make_shared<int>();
  runtime.post([&runtime, held] {
    runtime.post([held] {});
    runtime.at(runtime.now() + std::chrono::hours(1), [held] {});
    runtime.stop();
  });
  runtime.run();
  runtime.post([held] {});
  runtime.clear();
  EXPECT_EQ(held.use_count(), 1);
  runtime.post([held] {});
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace batata::platform
