#pragma once
#include <cstdint>

namespace batata::platform {

/// How busy the machine is, as its kernel tells it. One thread.
class SystemLoad {
 public:
  /// The average length of the run queue over the last minute; below 0 when the kernel does not tell it.
  [[nodiscard]] static double run_queue();
  /// The share of all processors' time that was used since the last call, 0 to 1; at first since the start of
  /// the machine. 0 when the kernel does not tell it.
  [[nodiscard]] double cpu();

 private:
  std::uint64_t used_ = 0, total_ = 0;  // ticks since the start of the machine
};

}  // namespace batata::platform
