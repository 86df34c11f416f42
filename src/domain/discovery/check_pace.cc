#include "domain/discovery/check_pace.h"

#include <algorithm>
#include <cmath>

namespace batata::domain {
namespace {

// Operators can set MYSQL's interval to anything; a server that did nothing but check would serve nobody.
constexpr double kIntervalMinMs = 500;
constexpr double kIntervalMaxMs = 86'400'000;  // a day: longer ones are mistakes

}  // namespace

std::optional<bool> CheckPace::note(Probe found, std::chrono::milliseconds took, bool healthy,
                                    std::int32_t check_times, const HealthParams& params) {
  const std::int32_t needed = std::max(check_times, 1);
  const bool alive = found == Probe::kAlive;
  well_ = alive ? std::min(well_ + 1, needed) : 0;
  sick_ = alive ? 0 : std::min(sick_ + 1, needed);
  // What does not answer counts as slow as an answer may be: it is looked at less and less often.
  const auto max = static_cast<double>(params.max_ms);
  const double time = alive ? static_cast<double>(took.count()) : max;
  const double next = params.factor * interval_ms_ + (1 - params.factor) * time;
  // A factor that is no share can make anything of it.
  interval_ms_ = std::isfinite(next)
                     ? std::clamp(next, std::min(static_cast<double>(params.min_ms), max), max)
                     : kIntervalMaxMs;
  interval_ms_ = std::clamp(interval_ms_, kIntervalMinMs, kIntervalMaxMs);
  if (!healthy && well_ >= needed) return true;
  if (healthy && (found == Probe::kRefused || sick_ >= needed)) return false;
  return std::nullopt;
}

}  // namespace batata::domain
