#pragma once
#include <algorithm>
#include <cstdint>

#include "base/types.h"

namespace batata::replica {

/// How far the revision is moved on where some may have been given out for writes that are gone: whoever has
/// seen those must not see them again for something else, and fencing tokens must not fall. Immutable.
struct RevisionGap {
  std::uint64_t by = 1'000'000'000;  ///< at least
  /// The time it happens at: a second gap, over writes that came after a first one of which nothing is left,
  /// ends behind them, too, as long as there are no more than 1,000 a millisecond.
  WallTime now{};

  /// The revision is at least this one afterwards. Below 2^53 until the year 2255.
  [[nodiscard]] Revision floor() const {
    constexpr std::int64_t kLatestMs = 9'000'000'000'000;
    return Revision{static_cast<std::uint64_t>(std::clamp<std::int64_t>(now.ms, 0, kLatestMs)) * 1000};
  }
};

}  // namespace batata::replica
