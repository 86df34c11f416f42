#pragma once
#include "async/one_shot.h"
#include "async/runtime.h"
#include "async/task.h"

namespace batata {

/// Lets everything that is due on the loop run before the caller goes on: for long walks in slices. Loop
/// only.
inline Task<void> next_turn(Runtime& runtime) {
  OneShot<bool> turn(runtime);
  runtime.post([setter = turn.setter()] { setter.set(true); });
  co_await turn;
}

}  // namespace batata
