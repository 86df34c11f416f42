#pragma once
#include <cstddef>

namespace batata::domain {

/// How many writes of one request are under way together: each waits for the disk, and several share one
/// wait. One at least, then as many as both bounds allow, which leave most of what the log takes at a time
/// (ConfigService::kWaitingBytesMax) to others.
class Wave {
 public:
  /// Takes one more, of `bytes`. False when it is too much; then the wave is as large as it may be.
  [[nodiscard]] bool takes(std::size_t bytes) {
    if (count_ == kMax || (count_ > 0 && bytes_ + bytes > kBytesMax)) return false;
    ++count_;
    bytes_ += bytes;
    return true;
  }

  static constexpr std::size_t kMax = 32, kBytesMax = 8u << 20;

 private:
  std::size_t count_ = 0, bytes_ = 0;
};

}  // namespace batata::domain
