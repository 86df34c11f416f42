#include "async/scope.h"

#include "base/assert.h"

namespace batata {

// Wraps a spawned task. When the task ends the frame frees itself (final_suspend never suspends) after it has
// left the list; when the Scope ends first, the Scope destroys the frame and with it the task.
struct Scope::Runner {
  struct promise_type {
    Runner get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Scope::Runner Scope::run(Task<void> task, std::list<std::coroutine_handle<>>::iterator slot) {
  co_await task;
  running_.erase(slot);
}

Scope::~Scope() {
  while (!running_.empty()) {
    const auto handle = running_.front();
    running_.pop_front();
    handle.destroy();
  }
}

void Scope::spawn(Task<void> task) {
  BATATA_ASSERT(runtime_.on_loop());
  const auto slot = running_.emplace(running_.end());
  const auto runner = run(std::move(task), slot);
  *slot = runner.handle;
  runner.handle.resume();
}

}  // namespace batata
