#pragma once
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace batata {

/// A number that cannot be mistaken for another kind of number.
template <class Tag>
struct StrongId {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const StrongId&) const = default;
};

using Revision =
    StrongId<struct RevisionTag>;  ///< of the store: one per applied transaction that wrote something
using LeaseId = StrongId<struct LeaseTag>;      ///< 0: no lease
using NodeId = StrongId<struct NodeTag>;        ///< of a member; 1 in a cluster of one
using LogIndex = StrongId<struct LogIndexTag>;  ///< of a log entry; the first is 1
using Term = StrongId<struct TermTag>;          ///< of a leader

/// Milliseconds since 1970-01-01 UTC. Only ever data: no code waits for a wall time.
struct WallTime {
  std::int64_t ms = 0;
  constexpr auto operator<=>(const WallTime&) const = default;
};

using Duration = std::chrono::nanoseconds;

/// A point on the runtime's steady clock. Only differences mean something.
struct SteadyTime {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const SteadyTime&) const = default;
  static constexpr SteadyTime never() { return {INT64_MAX}; }
};
constexpr SteadyTime operator+(SteadyTime t, Duration d) {
  return t == SteadyTime::never() ? t : SteadyTime{t.ns + d.count()};
}
constexpr Duration operator-(SteadyTime a, SteadyTime b) {
  return Duration{a.ns - b.ns};
}

}  // namespace batata

template <class Tag>
struct std::hash<batata::StrongId<Tag>> {
  std::size_t operator()(batata::StrongId<Tag> id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
