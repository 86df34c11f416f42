#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace batata::bench {

using Clock = std::chrono::steady_clock;

/// Every measured time of a run, kept whole: runs are short and quantiles should be exact. One thread.
class Latencies {
 public:
  void add(Clock::duration time) {
    micros_.push_back(
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()));
  }
  std::size_t count() const { return micros_.size(); }

  /// Prints the one line of JSON that bench.py reads.
  void print(double seconds, std::uint64_t errors) {
    std::sort(micros_.begin(), micros_.end());
    std::printf("{\"done\":%zu,\"seconds\":%.6f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"errors\":%llu}\n",
                micros_.size(), seconds, quantile(0.50), quantile(0.99), quantile(1.0),
                static_cast<unsigned long long>(errors));
    std::fflush(stdout);
  }

 private:
  std::uint32_t quantile(double part) const {
    if (micros_.empty()) return 0;
    return micros_[std::min(micros_.size() - 1,
                            static_cast<std::size_t>(part * static_cast<double>(micros_.size())))];
  }

  std::vector<std::uint32_t> micros_;
};

}  // namespace batata::bench
