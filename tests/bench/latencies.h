#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
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
  void add_all(const Latencies& other) {
    micros_.insert(micros_.end(), other.micros_.begin(), other.micros_.end());
  }
  std::size_t count() const { return micros_.size(); }

  /// The time that `part` of all stay below, in microseconds; 0 when there is none.
  std::uint32_t micros(double part) {
    if (micros_.empty()) return 0;
    if (!std::ranges::is_sorted(micros_)) std::ranges::sort(micros_);
    return micros_[std::min(micros_.size() - 1,
                            static_cast<std::size_t>(part * static_cast<double>(micros_.size())))];
  }

  /// Prints the one line of JSON that bench.py reads. `more` is further members, each after a comma.
  void print(double seconds, std::uint64_t errors, const std::string& more = {}) {
    std::printf(
        "{\"done\":%zu,\"seconds\":%.6f,\"p50_us\":%u,\"p99_us\":%u,\"p999_us\":%u,\"max_us\":%u,"
        "\"errors\":%llu%s}\n",
        micros_.size(), seconds, micros(0.50), micros(0.99), micros(0.999), micros(1.0),
        static_cast<unsigned long long>(errors), more.c_str());
    std::fflush(stdout);
  }

 private:
  std::vector<std::uint32_t> micros_;
};

}  // namespace batata::bench
