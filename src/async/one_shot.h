#pragma once
#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

#include "async/runtime.h"
#include "base/assert.h"

namespace batata {

/// A value that a callback sets once and one coroutine awaits once; both on the loop.
///
/// The awaiting coroutine may be cancelled at any time: a Setter whose OneShot is gone does nothing. The
/// coroutine resumes from a job of its own, never inside the setter's caller. A Setter must not outlive its
/// Runtime.
template <class T>
class OneShot {
  struct State {
    explicit State(Runtime& r) : runtime(r) {}
    Runtime& runtime;
    std::optional<T> value;
    std::coroutine_handle<> waiter;
    bool abandoned = false;
  };

 public:
  /// The writing end. Copies share the one value: the first set counts. Loop only.
  class Setter {
   public:
    Setter() = default;
    void set(T value) const {
      if (state_ == nullptr || state_->abandoned || state_->value) return;
      state_->value.emplace(std::move(value));
      if (!state_->waiter) return;
      state_->runtime.post([state = state_] {
        if (!state->abandoned && state->waiter) std::exchange(state->waiter, {}).resume();
      });
    }
    /// False when nobody will read the value any more.
    [[nodiscard]] bool wanted() const { return state_ != nullptr && !state_->abandoned && !state_->value; }

   private:
    friend OneShot;
    explicit Setter(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
  };

  explicit OneShot(Runtime& runtime) : state_(std::make_shared<State>(runtime)) {}
  OneShot(const OneShot&) = delete;
  OneShot& operator=(const OneShot&) = delete;
  ~OneShot() { state_->abandoned = true; }

  [[nodiscard]] Setter setter() const { return Setter(state_); }

  bool await_ready() const { return state_->value.has_value(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    BATATA_ASSERT(state_->runtime.on_loop() && !state_->waiter);
    state_->waiter = waiter;
  }
  T await_resume() { return std::move(*state_->value); }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace batata
