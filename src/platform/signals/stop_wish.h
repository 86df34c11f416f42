#pragma once
#include <chrono>

namespace batata::platform {

/// Whether SIGTERM or SIGINT has come, for a program of one thread that looks now and then. Not for one that
/// has StopSignals. Copies of one that has not been asked are as good as it.
class StopWish {
 public:
  /// Waits up to so long; true when one of the signals has come since the first call, then at once. That call
  /// blocks them, for good: before it they end the process as ever.
  [[nodiscard]] bool wait(std::chrono::milliseconds longest);

 private:
  bool is_told_ = false;
};

}  // namespace batata::platform
