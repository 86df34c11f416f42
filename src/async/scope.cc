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

Scope::Runner Scope::run(Task<void> task, Id id) {
  co_await task;
  running_.erase(id);
}

Scope::~Scope() {
  while (!running_.empty()) cancel(running_.begin()->first);
}

Scope::Id Scope::spawn(Task<void> task) {
  BATATA_ASSERT(runtime_.on_loop());
  const Id id = ++last_id_;
  const auto runner = run(std::move(task), id);
  running_.emplace(id, runner.handle);
  runner.handle.resume();
  return id;
}

void Scope::cancel(Id id) {
  const auto node = running_.extract(id);
  if (!node.empty()) node.mapped().destroy();
}

}  // namespace batata
