#pragma once
#include <coroutine>
#include <utility>

#include "async/runtime.h"

namespace batata {

/// `co_await sleep_until(runtime, when)`: resumes at `when`. Cancelled with the coroutine that waits. Loop
/// only.
class SleepUntil {
 public:
  SleepUntil(Runtime& runtime, SteadyTime when) : runtime_(runtime), when_(when) {}
  SleepUntil(const SleepUntil&) = delete;
  SleepUntil& operator=(const SleepUntil&) = delete;
  ~SleepUntil() {
    if (timer_ != 0) runtime_.cancel(timer_);
  }
  bool await_ready() const { return runtime_.now() >= when_; }
  void await_suspend(std::coroutine_handle<> waiter) {
    timer_ = runtime_.at(when_, [this, waiter] {
      timer_ = 0;
      waiter.resume();
    });
  }
  void await_resume() const {}

 private:
  Runtime& runtime_;
  SteadyTime when_;
  Runtime::TimerId timer_ = 0;
};

inline SleepUntil sleep_until(Runtime& runtime, SteadyTime when) {
  return {runtime, when};
}
inline SleepUntil sleep_for(Runtime& runtime, Duration duration) {
  return {runtime, runtime.now() + duration};
}

}  // namespace batata
