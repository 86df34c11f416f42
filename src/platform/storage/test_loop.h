#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "async/runtime.h"

namespace batata::platform {

/// A Runtime with real time and a queue that other threads may post to, for tests of adapters: the least that
/// lets real threads and real disks take part. The loop is whoever calls `run_until`.
class TestLoop final : public Runtime {
 public:
  void post(Job job) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(job));
    changed_.notify_one();
  }
  bool on_loop() const override { return std::this_thread::get_id() == thread_; }
  SteadyTime now() const override { return {std::chrono::steady_clock::now().time_since_epoch().count()}; }
  WallTime wall_now() const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
  }
  TimerId at(SteadyTime when, Job job) override {
    timers_.emplace(std::pair(when, ++last_id_), std::move(job));
    return last_id_;
  }
  void cancel(TimerId id) override {
    std::erase_if(timers_, [id](const auto& timer) { return timer.first.second == id; });
  }
  std::uint64_t random() override { return random_(); }

  /// Runs jobs until `done()`. False when that takes longer than `patience`.
  template <class Done>
  bool run_until(Done done, Duration patience = std::chrono::seconds(60)) {
    const SteadyTime end = now() + patience;
    while (!done()) {
      if (now() > end) return false;
      run_due_timers();
      for (Job& job : take_posted()) job();
    }
    return true;
  }

 private:
  void run_due_timers() {
    while (!timers_.empty() && timers_.begin()->first.first <= now()) {
      auto timer = timers_.extract(timers_.begin());
      timer.mapped()();
    }
  }
  std::deque<Job> take_posted() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(1), [this] { return !posted_.empty(); });
    return std::exchange(posted_, {});
  }

  std::thread::id thread_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> posted_;  // guarded by mutex_
  std::map<std::pair<SteadyTime, TimerId>, Job> timers_;
  TimerId last_id_ = 0;
  std::mt19937_64 random_{1};
};

}  // namespace batata::platform
