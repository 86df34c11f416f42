// Eighteen ways to hand something to an awaited coroutine. A sound compiler destroys what was used exactly
// once; g++ 12 destroys temporaries of some forms twice and stops at others, silently breaking ordinary code.
//
// The configure step (cmake/BatataCompiler.cmake) builds and runs this file once. It prints one line for each
// form and exits 0 when all are sound. A compiler that stops names the form by its function, form_N.
#include <coroutine>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace {

int g_made = 0;
int g_destroyed = 0;
bool g_misplaced = false;             // destroyed at an address where it was not made, or after its end
std::coroutine_handle<> g_suspended;  // the coroutine that waits in `Pause`

/// Counts its own lives. Holds no memory, so that a second destruction is counted instead of crashing.
class Tracked {
 public:
  Tracked() { begin(); }
  Tracked(const Tracked&) { begin(); }
  Tracked(Tracked&&) noexcept { begin(); }
  Tracked& operator=(const Tracked&) { return *this; }
  Tracked& operator=(Tracked&&) noexcept { return *this; }
  ~Tracked() {
    ++g_destroyed;
    if (self_ != this) g_misplaced = true;
    self_ = nullptr;
  }

 private:
  void begin() {
    ++g_made;
    self_ = this;
  }
  Tracked* volatile self_ = nullptr;
};

/// A lazy coroutine that resumes its awaiter at its end.
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::coroutine_handle<> awaiter = std::noop_coroutine();
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept {
        return done.promise().awaiter;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  void await_resume() {}

  /// Runs to the end, resuming whatever pauses.
  void run() {
    handle_.resume();
    while (g_suspended) std::exchange(g_suspended, nullptr).resume();
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

/// Suspends once, so that every argument must live in the frame and not on the stack.
struct Pause {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { g_suspended = handle; }
  void await_resume() {}
};

struct Aggregate {
  int number;
  Tracked tracked;
};
struct Listing {
  std::vector<Tracked> items;
};
class Constructed {
 public:
  explicit Constructed(int number) : number_(number) {}
  int number() const { return number_; }

 private:
  int number_;
  Tracked tracked_;
};

Task call_function(std::function<void()> callback) {
  co_await Pause{};
  callback();
}
template <class F>
Task call_value(F callback) {
  co_await Pause{};
  callback();
}
template <class F>
Task call_forward(F&& callback) {
  co_await Pause{};
  std::forward<F>(callback)();
}
Task take(Aggregate value) {
  co_await Pause{};
  if (value.number != 1) std::terminate();
}
Task look(const Aggregate& value) {
  co_await Pause{};
  if (value.number != 1) std::terminate();
}
Task take_constructed(Constructed value) {
  co_await Pause{};
  if (value.number() != 1) std::terminate();
}
Task take_listing(Listing value) {
  co_await Pause{};
  if (value.items.size() != 2) std::terminate();
}
Task take_shared(std::shared_ptr<Tracked> value) {
  co_await Pause{};
  if (!value) std::terminate();
}
Task take_vector(std::vector<Tracked> value) {
  co_await Pause{};
  if (value.size() != 2) std::terminate();
}
Aggregate make() {
  return Aggregate{1, {}};
}
class Service {
 public:
  Task take(Aggregate value) {
    co_await Pause{};
    if (value.number != number_) std::terminate();
  }

 private:
  int number_ = 1;
};

Task form_0() {
  Tracked tracked;
  co_await call_function([tracked] {});
}
Task form_1() {
  Tracked tracked;
  co_await call_value([tracked] {});
}
Task form_2() {
  Tracked tracked;
  co_await call_forward([tracked] {});
}
Task form_3() {
  co_await take(Aggregate{1, Tracked{}});
}
Task form_4() {
  co_await take(Aggregate{.number = 1, .tracked = {}});
}
Task form_5() {
  co_await take({1, {}});
}
Task form_6() {
  co_await look(Aggregate{1, {}});
}
Task form_7() {
  co_await take(make());
}
Task form_8() {
  co_await take_constructed(Constructed(1));
}
Task form_9() {
  co_await take_listing(Listing{{Tracked{}, Tracked{}}});
}
Task form_10() {
  auto shared = std::make_shared<Tracked>();
  co_await take_shared(shared);
}
Task form_11() {
  co_await take_shared(std::make_shared<Tracked>());
}
Task form_12() {
  co_await take_vector({Tracked{}, Tracked{}});
}
Task form_13() {
  Service service;
  co_await service.take(Aggregate{1, {}});
}
Task form_14() {
  Tracked tracked;
  auto callback = [tracked] {};
  co_await call_value(std::move(callback));
}
Task form_15() {
  auto task = take(Aggregate{1, {}});
  co_await std::move(task);
}
Task form_16() {
  Aggregate value{1, {}};
  co_await take(std::move(value));
}
Task form_17() {
  Tracked tracked;
  Tracked* seen = nullptr;
  co_await call_value([&tracked, &seen] { seen = &tracked; });
  if (seen != &tracked) std::terminate();
}

struct Form {
  int number;
  const char* what;
  Task (*start)();
};

const Form kForms[] = {
    {0, "lambda with captures to a std::function parameter", form_0},
    {1, "lambda with captures to a template parameter by value", form_1},
    {2, "lambda with captures to a forwarding reference", form_2},
    {3, "aggregate in braces, by value", form_3},
    {4, "aggregate with designated initialisers", form_4},
    {5, "aggregate from deduced braces", form_5},
    {6, "aggregate by const reference", form_6},
    {7, "aggregate returned by a function", form_7},
    {8, "class with a constructor", form_8},
    {9, "aggregate holding a vector from braces", form_9},
    {10, "copy of a shared_ptr", form_10},
    {11, "temporary shared_ptr", form_11},
    {12, "vector from an initialiser list", form_12},
    {13, "member function with an aggregate", form_13},
    {14, "named lambda, moved in", form_14},
    {15, "named task, then awaited", form_15},
    {16, "named aggregate, moved in", form_16},
    {17, "lambda that captures references only", form_17},
};

bool is_sound(const Form& form) {
  g_made = 0;
  g_destroyed = 0;
  g_misplaced = false;
  {
    Task task = form.start();
    task.run();
  }
  bool sound = g_made > 0 && g_made == g_destroyed && !g_misplaced;
  std::printf("%s: made %d, destroyed %d%s\n", sound ? "sound" : "MISCOMPILED", g_made, g_destroyed,
              g_misplaced ? ", at a wrong place" : "");
  return sound;
}

}  // namespace

int main() {
  int failures = 0;
  for (const Form& form : kForms) {
    std::printf("form %d, %s: ", form.number, form.what);
    std::fflush(stdout);  // a form may abort the process; its name must have been printed by then
    if (!is_sound(form)) ++failures;
  }
  return failures == 0 ? 0 : 1;
}
