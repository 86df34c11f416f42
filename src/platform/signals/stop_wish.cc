#include "platform/signals/stop_wish.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace batata::platform {

bool StopWish::wait(std::chrono::milliseconds longest) {
  if (is_told_) return true;
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto end = std::chrono::steady_clock::now() + longest;
  for (;;) {
    const auto left = std::max(std::chrono::nanoseconds::zero(),
                               std::chrono::nanoseconds(end - std::chrono::steady_clock::now()));
    const timespec time{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    is_told_ = ::sigtimedwait(&signals, nullptr, &time) > 0;
    if (is_told_ || errno != EINTR) return is_told_;
  }
}

}  // namespace batata::platform
