#include "domain/access/lockouts.h"

#include <algorithm>

namespace batata::domain {

std::optional<SteadyTime> Lockouts::locked_until(std::string_view name, SteadyTime now) const {
  const Failures* failures = failures_.find(name);
  if (failures == nullptr || failures->locked_until <= now) return std::nullopt;
  return failures->locked_until;
}

Duration Lockouts::fail(std::string_view name, SteadyTime now) {
  if (limits_.failures_max == 0) return Duration::zero();
  Failures& failures = failures_.touch(name);
  const SteadyTime counts_from = std::max(failures.last, failures.locked_until);
  if (failures.count > 0 && now - counts_from >= limits_.forgotten_after) failures = {};
  failures.last = now;
  ++failures.count;
  if (failures.count < limits_.failures_max) return Duration::zero();
  Duration lock = std::min(limits_.first_lock, limits_.lock_max);
  for (std::uint32_t more = failures.count - limits_.failures_max; more > 0 && lock < limits_.lock_max;
       --more) {
    lock = std::min(lock * 2, limits_.lock_max);
  }
  failures.locked_until = now + lock;
  return lock;
}

}  // namespace batata::domain
