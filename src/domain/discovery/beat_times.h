#pragma once
#include <chrono>
#include <map>
#include <string>

#include "base/result.h"

namespace batata::domain {

/// How long an instance may be silent. Its metadata may say so itself.
struct BeatTimes {
  std::chrono::milliseconds interval{5'000};          ///< between beats; "preserved.heart.beat.interval"
  std::chrono::milliseconds unhealthy_after{15'000};  ///< "preserved.heart.beat.timeout"
  std::chrono::milliseconds removed_after{30'000};    ///< "preserved.ip.delete.timeout"
  bool operator==(const BeatTimes&) const = default;
};

/// The times that `metadata` asks for: milliseconds in decimal digits; anything else counts as not said.
[[nodiscard]] BeatTimes beat_times_of(const std::map<std::string, std::string>& metadata);

/// An instance must not be given up sooner than its next beat is due. Errors: kInvalidArgument.
[[nodiscard]] Status check(const BeatTimes& times);

}  // namespace batata::domain
