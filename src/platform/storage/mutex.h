#pragma once
#include <condition_variable>
#include <mutex>

// The standard library's mutex tells clang nothing; this one lets -Wthread-safety, which this folder is built
// with, check every guarded field.
#define BATATA_GUARDED_BY(mutex) __attribute__((guarded_by(mutex)))

namespace batata::platform {

/// A std::mutex that the compiler knows as one. Any thread.
class __attribute__((capability("mutex"))) Mutex {
 public:
  void lock() __attribute__((acquire_capability())) { mutex_.lock(); }
  void unlock() __attribute__((release_capability())) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex while it lives.
class __attribute__((scoped_lockable)) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) __attribute__((acquire_capability(mutex))) : mutex_(mutex) {
    mutex_.lock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() __attribute__((release_capability())) { mutex_.unlock(); }

 private:
  Mutex& mutex_;
};

/// Waits for a change of what a Mutex guards. Ask the condition again after `wait`: it may return for no
/// reason.
class Condition {
 public:
  void wait(Mutex& mutex) __attribute__((requires_capability(mutex))) { condition_.wait(mutex); }
  void notify() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace batata::platform
