#pragma once
#include <coroutine>
#include <cstddef>
#include <list>
#include <memory>

#include "async/runtime.h"
#include "async/task.h"

namespace batata {

/// Owns running tasks: nothing runs that no Scope owns. Destroying it cancels them all. Loop only.
///
/// A task must not destroy the Scope that runs it.
class Scope {
 public:
  explicit Scope(Runtime& runtime) : runtime_(runtime) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

  /// Starts `task` at once, on the caller's stack, up to its first wait.
  void spawn(Task<void> task);
  /// Tasks that have not ended.
  [[nodiscard]] std::size_t size() const { return running_.size(); }
  [[nodiscard]] Runtime& runtime() const { return runtime_; }

 private:
  struct Runner;
  Runner run(Task<void> task, std::list<std::coroutine_handle<>>::iterator slot);

  Runtime& runtime_;
  std::list<std::coroutine_handle<>> running_;
};

}  // namespace batata
