#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/types.h"
#include "domain/access/recent_map.h"

namespace batata::domain {

/// When guessing is stopped. An operator can set the numbers.
struct LockoutLimits {
  std::uint32_t failures_max = 5;  ///< of one account, or from one address, before it is locked; 0: no limit
  Duration first_lock = std::chrono::seconds(30);  ///< doubled with each further failure
  Duration lock_max = std::chrono::minutes(15);
  Duration forgotten_after = std::chrono::minutes(30);  ///< failures count until none has come for so long
};

/// Failures by name, and until when a name is locked. Bounded: the name that failed longest ago is forgotten
/// when there are more than kNamesMax. Loop only; pure, time is given.
class Lockouts {
 public:
  explicit Lockouts(const LockoutLimits& limits) : limits_(limits), failures_(kNamesMax) {}

  /// The end of the lock of `name`; nothing when it is not locked at `now`.
  [[nodiscard]] std::optional<SteadyTime> locked_until(std::string_view name, SteadyTime now) const;
  /// Counts a failure. Gives for how long that locks the name, zero when it does not.
  Duration fail(std::string_view name, SteadyTime now);
  /// Forgets the failures of `name`.
  void clear(std::string_view name) { failures_.erase(name); }
  [[nodiscard]] std::size_t size() const { return failures_.size(); }

  /// Twice the addresses of a /16 network, about 20 MB: who wants a lock forgotten before its time has to
  /// fail under as many other names first.
  static constexpr std::size_t kNamesMax = 131'072;

 private:
  struct Failures {
    std::uint32_t count = 0;
    SteadyTime last, locked_until;
  };

  LockoutLimits limits_;
  RecentMap<Failures> failures_;
};

}  // namespace batata::domain
