#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/scope.h"
#include "async/task.h"

namespace batata {

namespace detail {
inline Task<void> one_of_many(Task<void> task, std::size_t& left, OneShot<bool>::Setter ended) {
  co_await task;
  if (--left == 0) ended.set(true);
}
}  // namespace detail

/// Runs tasks side by side, started in their order; done when all have ended. They are cancelled with it. The
/// caller bounds how many there are. Loop only.
inline Task<void> together(Runtime& runtime, std::vector<Task<void>> tasks) {
  if (tasks.empty()) co_return;
  std::size_t left = tasks.size();
  OneShot<bool> ended(runtime);
  Scope scope(runtime);  // last: its tasks use the above
  for (Task<void>& task : tasks) scope.spawn(detail::one_of_many(std::move(task), left, ended.setter()));
  co_await ended;
}

}  // namespace batata
