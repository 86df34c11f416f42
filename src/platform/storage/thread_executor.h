#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "async/runtime.h"
#include "replica/executor.h"

namespace batata::platform {

/// A thread that runs jobs one after the other. It starts with the first job.
class ThreadExecutor final : public replica::Executor {
 public:
  /// `runtime`, where `done` runs, must outlive the executor.
  explicit ThreadExecutor(Runtime& runtime) : runtime_(runtime) {}
  ThreadExecutor(const ThreadExecutor&) = delete;
  ThreadExecutor& operator=(const ThreadExecutor&) = delete;
  ~ThreadExecutor() override { stop(); }

  void submit(Job work, Job done) override;
  void stop() override;

 private:
  struct Item {
    Job work, done;
  };
  void run();

  Runtime& runtime_;
  std::mutex mutex_;  // guards items_ and stopping_
  std::condition_variable arrived_;
  std::deque<Item> items_;
  bool stopping_ = false;
  std::thread thread_;  // of the loop, or of who destroys
};

}  // namespace batata::platform
