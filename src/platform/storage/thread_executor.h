#pragma once
#include <deque>
#include <string>
#include <thread>

#include "async/executor.h"
#include "async/runtime.h"
#include "platform/storage/mutex.h"

namespace batata::platform {

/// One thread that runs jobs in order. Its Runtime must outlive it.
class ThreadExecutor final : public Executor {
 public:
  /// Starts the thread. `name`, up to 15 characters, is what tools show.
  ThreadExecutor(Runtime& runtime, std::string name);
  ThreadExecutor(const ThreadExecutor&) = delete;
  ThreadExecutor& operator=(const ThreadExecutor&) = delete;
  ~ThreadExecutor() override { stop(); }

  void submit(Job work, Job done) override;
  void stop() override;

 private:
  struct Entry {
    Job work, done;
  };
  void run();

  Runtime& runtime_;
  Mutex mutex_;
  Condition changed_;
  std::deque<Entry> queue_ BATATA_GUARDED_BY(mutex_);
  bool stopping_ BATATA_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace batata::platform
