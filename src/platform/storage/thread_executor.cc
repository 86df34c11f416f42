#include "platform/storage/thread_executor.h"

#include <pthread.h>

#include <utility>

namespace batata::platform {

ThreadExecutor::ThreadExecutor(Runtime& runtime, std::string name)
    : runtime_(runtime), thread_([this] { run(); }) {
  name.resize(std::min<std::size_t>(name.size(), 15));
  pthread_setname_np(thread_.native_handle(), name.c_str());
}

void ThreadExecutor::submit(Job work, Job done) {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    queue_.push_back({std::move(work), std::move(done)});
  }
  changed_.notify();
}

void ThreadExecutor::stop() {
  std::deque<Entry> dropped;  // destroyed on the loop, where what the jobs hold belongs
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
  }
  changed_.notify();
  if (thread_.joinable()) thread_.join();
}

void ThreadExecutor::run() {
  for (;;) {
    Entry entry;
    {
      const MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) changed_.wait(mutex_);
      if (stopping_) return;
      entry = std::move(queue_.front());
      queue_.pop_front();
    }
    entry.work();
    // What the work holds is let go of before the loop can see that it is done.
    entry.work = nullptr;
    runtime_.post(std::move(entry.done));
  }
}

}  // namespace batata::platform
