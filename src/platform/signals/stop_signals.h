#pragma once
#include <chrono>
#include <thread>

#include "base/unique_function.h"

namespace batata::platform {

/// Turns SIGTERM and SIGINT into one call, each SIGHUP into another, and keeps SIGPIPE from ending the
/// process.
///
/// Created in main before any other thread: the signals are blocked there, and threads inherit that. From
/// then on they do nothing until `on_stop`, then they wait for it. A process has at most one StopSignals.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  /// Ends the waiting thread; no call is running or will come afterwards. Signals stay blocked.
  ~StopSignals();

  /// Calls `stop` at the first signal, on a thread of its own: it must hand the work over (Runtime::post) and
  /// return. A signal that comes kPatience later or more ends the process at once with 128 + its number, as a
  /// shell expects; earlier ones are taken for the same wish, which some tools send twice. Called once.
  /// `reopen` is called there at every SIGHUP: who puts log files aside sends it.
  void on_stop(UniqueFunction<void()> stop, UniqueFunction<void()> reopen = [] {});

  static constexpr std::chrono::milliseconds kPatience{1000};

 private:
  void wait(UniqueFunction<void()>& stop, UniqueFunction<void()>& reopen) const;

  int signals_ = -1;  // signalfd
  int quit_ = -1;     // eventfd, readable when the thread must end
  std::thread waiter_;
};

}  // namespace batata::platform
