#include "platform/storage/thread_executor.h"

#include <utility>

namespace batata::platform {

void ThreadExecutor::submit(Job work, Job done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    items_.push_back(Item{std::move(work), std::move(done)});
  }
  arrived_.notify_one();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void ThreadExecutor::stop() {
  std::deque<Item> forgotten;  // destroyed after the thread has ended and without the lock
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    forgotten.swap(items_);
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ThreadExecutor::run() {
  for (;;) {
    Item item;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return stopping_ || !items_.empty(); });
      if (stopping_) return;
      item = std::move(items_.front());
      items_.pop_front();
    }
    item.work();
    runtime_.post(std::move(item.done));
  }
}

}  // namespace batata::platform
