#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/types.h"

namespace batata::nacos {

/// What became of the pushes of services, over gRPC and UDP together. Loop only.
class PushCounters {
 public:
  /// A push was acknowledged `took` after it was sent first.
  void succeeded(Duration took) {
    ++total_;
    ++timed_;
    spent_ += took;
    longest_ = std::max(longest_, took);
  }
  /// A push was given up or refused.
  void failed() {
    ++total_;
    ++failed_;
  }
  void reset() { *this = {}; }

  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::int64_t succeeded() const { return total_ - failed_; }
  /// Milliseconds; -1 before the first one.
  [[nodiscard]] std::int64_t average_ms() const {
    return timed_ == 0 ? -1 : std::chrono::duration_cast<std::chrono::milliseconds>(spent_).count() / timed_;
  }
  [[nodiscard]] std::int64_t longest_ms() const {
    return timed_ == 0 ? -1 : std::chrono::duration_cast<std::chrono::milliseconds>(longest_).count();
  }

 private:
  std::int64_t total_ = 0, failed_ = 0, timed_ = 0;
  Duration spent_{}, longest_{};
};

}  // namespace batata::nacos
