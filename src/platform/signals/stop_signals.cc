#include "platform/signals/stop_signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/log.h"

namespace batata::platform {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_set();
  BATATA_ASSERT(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  BATATA_ASSERT(::signal(SIGPIPE, SIG_IGN) != SIG_ERR);  // a peer that went away is an error code, not an end
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  quit_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  BATATA_ASSERT(signals_ >= 0);
  BATATA_ASSERT(quit_ >= 0);
}

StopSignals::~StopSignals() {
  if (waiter_.joinable()) {
    const std::uint64_t one = 1;
    BATATA_ASSERT(::write(quit_, &one, sizeof one) == sizeof one);
    waiter_.join();
  }
  ::close(signals_);
  ::close(quit_);
}

void StopSignals::on_stop(UniqueFunction<void()> stop, UniqueFunction<void()> reopen) {
  BATATA_ASSERT(!waiter_.joinable());
  waiter_ = std::thread(
      [this, stop = std::move(stop), reopen = std::move(reopen)]() mutable { wait(stop, reopen); });
}

void StopSignals::wait(UniqueFunction<void()>& stop, UniqueFunction<void()>& reopen) const {
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> first;
  for (;;) {
    pollfd sources[] = {{signals_, POLLIN, 0}, {quit_, POLLIN, 0}};
    if (::poll(sources, 2, -1) < 0) {
      BATATA_ASSERT(errno == EINTR);
      continue;
    }
    if (sources[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGHUP) {
      reopen();
      continue;
    }
    const char* const name = number == SIGTERM ? "SIGTERM" : "SIGINT";
    if (first && Clock::now() - *first < kPatience) continue;
    if (first) {
      log::warn("stopped at once by a second signal={}", name);
      ::_exit(128 + number);
    }
    first = Clock::now();
    log::info("stopping signal={} sender={}", name, info.ssi_pid);
    stop();
  }
}

}  // namespace batata::platform
