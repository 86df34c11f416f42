#pragma once
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <map>

#include "async/runtime.h"
#include "async/task.h"

namespace batata {

/// Owns running tasks: nothing runs that no Scope owns. Destroying it cancels them all. Loop only.
///
/// A task must neither destroy the Scope that runs it nor cancel itself.
class Scope {
 public:
  explicit Scope(Runtime& runtime) : runtime_(runtime) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

  using Id = std::uint64_t;
  /// Starts `task` at once, on the caller's stack, up to its first wait. Names it; it may have ended already.
  Id spawn(Task<void> task);
  /// Ends a task where it waits. Nothing happens when it has ended.
  void cancel(Id id);
  [[nodiscard]] bool runs(Id id) const { return running_.contains(id); }
  /// Tasks that have not ended.
  [[nodiscard]] std::size_t size() const { return running_.size(); }
  [[nodiscard]] Runtime& runtime() const { return runtime_; }

 private:
  struct Runner;
  Runner run(Task<void> task, Id id);

  Runtime& runtime_;
  Id last_id_ = 0;
  std::map<Id, std::coroutine_handle<>> running_;
};

}  // namespace batata
